// What was held back of a command's work, in sentences for people and models.
import type { HeldChange } from './change-set.ts';

/** How many paths are told one by one. */
const most = 10;

/** One line a path; none when nothing was held. Paths may hold what a terminal obeys: escape before printing. */
export function describeHeld(held: readonly HeldChange[]): readonly string[] {
  if (held.length === 0) return [];
  const lines = held.slice(0, most).map(describe);
  const more = held.length > most ? [`Held back as well: ${held.length - most} more paths`] : [];
  return [...lines, ...more];
}

function describe({ id, path, parts, lost, remains }: HeldChange): string {
  const named = parts.flatMap(({ part }) => part ?? []);
  const what = named.length === 0 ? path : `${named.join(', ')} in ${path}`;
  const where = id === undefined ? (lost ?? '') : `A person can look at it with \`cordon held show ${id}\`.`;
  if (remains !== undefined)
    return `Still in place: ${what}. ${parts[0].reason} Run by: ${parts[0].runs}. ${remains}`;
  return `Held back: ${what}. ${parts[0].reason} Run by: ${parts[0].runs}. ${where}`.trimEnd();
}
