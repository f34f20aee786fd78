// The difference of two texts as people read it: unified, three lines of context. Linear in memory, bounded in time.

/** Longer texts are shown as removed and added whole. */
const mostLines = 2_000;
const context = 3;

type Line = readonly [' ' | '-' | '+', string];

/** Without file headers; no lines when the texts are equal. */
export function unifiedDiff(before: string, after: string): string[] {
  if (before === after) return [];
  const lines = compare(linesOf(before), linesOf(after));
  const near = lines.map((_, index) =>
    lines.slice(Math.max(0, index - context), index + context + 1).some(([mark]) => mark !== ' '),
  );
  const shown: string[] = [];
  let [old, now] = [1, 1];
  for (const [index, [mark, text]] of lines.entries()) {
    if (near[index] === true) {
      if (near[index - 1] !== true) shown.push(`@@ -${old} +${now} @@`);
      shown.push(`${mark}${text}`);
    }
    if (mark !== '+') old += 1;
    if (mark !== '-') now += 1;
  }
  return shown;
}

function linesOf(text: string): string[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

/** Longest common subsequence of what is left between an equal beginning and an equal end. */
function compare(before: readonly string[], after: readonly string[]): Line[] {
  let head = 0;
  while (head < before.length && head < after.length && before[head] === after[head]) head += 1;
  let tail = 0;
  while (
    tail < before.length - head &&
    tail < after.length - head &&
    before[before.length - 1 - tail] === after[after.length - 1 - tail]
  )
    tail += 1;
  const old = before.slice(head, before.length - tail);
  const now = after.slice(head, after.length - tail);
  const same = (line: string): Line => [' ', line];
  return [
    ...before.slice(0, head).map(same),
    ...between(old, now),
    ...before.slice(before.length - tail).map(same),
  ];
}

function between(old: readonly string[], now: readonly string[]): Line[] {
  if (old.length * now.length > mostLines * mostLines)
    return [...old.map((line): Line => ['-', line]), ...now.map((line): Line => ['+', line])];
  const width = now.length + 1;
  const best = new Uint32Array((old.length + 1) * width);
  const at = (i: number, j: number): number => best[i * width + j] ?? 0;
  for (let i = old.length - 1; i >= 0; i -= 1)
    for (let j = now.length - 1; j >= 0; j -= 1)
      best[i * width + j] = old[i] === now[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  const lines: Line[] = [];
  let [i, j] = [0, 0];
  while (i < old.length || j < now.length) {
    if (i < old.length && j < now.length && old[i] === now[j]) {
      lines.push([' ', old[i] ?? '']);
      i += 1;
      j += 1;
    } else if (j >= now.length || (i < old.length && at(i + 1, j) >= at(i, j + 1))) {
      lines.push(['-', old[i] ?? '']);
      i += 1;
    } else {
      lines.push(['+', now[j] ?? '']);
      j += 1;
    }
  }
  return lines;
}
