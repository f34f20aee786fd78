// The new text of a file, from the old one and the hunks of a patch. Pure. A hunk is looked for from where the last one
// ended: as it is written, then without the blanks at line ends, then without those around lines; its context stays as
// the file has it.
import { err, ok, type Result } from '../../domain/index.ts';
import type { PatchHunk } from './parse-patch.ts';

/** The error is the end of a sentence about the file. */
export function applyHunks(text: string, hunks: readonly PatchHunk[]): Result<string, string> {
  const endsWithBreak = text === '' || text.endsWith('\n');
  const lines = text.split('\n');
  if (endsWithBreak) lines.pop();
  const isDos = isDosText(lines, endsWithBreak);
  const budget = { comparisons: mostComparisons };
  const result: string[] = [];
  let at = 0;
  for (const [index, hunk] of hunks.entries()) {
    const name = hunks.length === 1 ? 'the hunk' : `hunk ${index + 1}`;
    let from = at;
    for (const heading of hunk.below) {
      const found = find(lines, [heading], from, budget);
      if (found === undefined) return err(`${name} looks for ${JSON.stringify(heading)}, which is not there`);
      from = found + 1;
    }
    const old = hunk.lines.filter(({ mark }) => mark !== '+').map(({ text: line }) => line);
    const place = placeOf(lines, old, { from, budget }, hunk);
    if (budget.comparisons <= 0) return err('it takes too long to find where the hunks belong');
    if (place === undefined) return err(`${name} does not fit: the file does not hold ${shown(old)}`);
    for (const line of lines.slice(at, place)) result.push(line);
    let source = place;
    for (const { mark, text: line } of hunk.lines) {
      if (mark === '+') result.push(isDos && !line.endsWith('\r') ? `${line}\r` : line);
      else {
        if (mark === ' ') result.push(lines[source] ?? line);
        source += 1;
      }
    }
    at = source;
  }
  for (const line of lines.slice(at)) result.push(line);
  return ok(result.length === 0 ? '' : `${result.join('\n')}${endsWithBreak ? '\n' : ''}`);
}

function isDosText(lines: readonly string[], endsWithBreak: boolean): boolean {
  const ended = endsWithBreak ? lines : lines.slice(0, -1);
  return ended.length > 0 && ended.every((line) => line.endsWith('\r'));
}

/** Lines compared in all: a file and a patch of equal lines would be compared each with each. */
const mostComparisons = 20_000_000;

interface Budget {
  comparisons: number;
}

/** A hunk that only adds goes below its heading, or to the end of the file. */
function placeOf(
  lines: readonly string[],
  old: readonly string[],
  { from, budget }: { readonly from: number; readonly budget: Budget },
  { below, atEnd }: PatchHunk,
): number | undefined {
  if (old.length === 0) return below.length > 0 && !atEnd ? from : lines.length;
  if (!atEnd) return find(lines, old, from, budget);
  const start = lines.length - old.length;
  const last = start < from ? undefined : find(lines, old, start, budget);
  // Empty lines at the end of a file are often not shown to a model.
  return last ?? find(lines, old, from, budget);
}

const forgiving: readonly ((line: string) => string)[] = [
  (line) => line,
  (line) => line.trimEnd(),
  (line) => line.trim(),
];

function find(
  lines: readonly string[],
  wanted: readonly string[],
  from: number,
  budget: Budget,
): number | undefined {
  for (const form of forgiving) {
    const want = wanted.map(form);
    for (let start = from; start + want.length <= lines.length; start += 1) {
      let same = 0;
      while (same < want.length && form(lines[start + same] ?? '') === want[same]) same += 1;
      budget.comparisons -= same + 1;
      if (same === want.length) return start;
      if (budget.comparisons <= 0) return undefined;
    }
  }
  return undefined;
}

function shown(lines: readonly string[]): string {
  const text = lines.slice(0, 5).join('\n');
  return JSON.stringify(text.length > 300 ? `${text.slice(0, 300)}…` : text);
}
