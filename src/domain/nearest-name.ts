// "Did you mean": the closest of a few names, when it is close enough to be a slip of the hand.

/** Undefined when nothing is within a third of the name's length. */
export function nearestName(name: string, candidates: readonly string[]): string | undefined {
  const ranked = candidates
    .map((candidate) => ({ candidate, distance: editDistance(name, candidate) }))
    .toSorted((a, b) => a.distance - b.distance);
  const best = ranked[0];
  return best !== undefined && best.distance <= Math.ceil(name.length / 3) ? best.candidate : undefined;
}

/** Levenshtein's, one row at a time. Long names are cut: nobody mistypes a hundred letters. */
function editDistance(a: string, b: string): number {
  const left = a.slice(0, 100);
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, letter] of Array.from(left).entries()) {
    const next = [i + 1];
    for (const [j, other] of Array.from(b).entries()) {
      const substitution = (row[j] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(substitution, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
