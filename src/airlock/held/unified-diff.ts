// The difference of two texts as people read it: unified, three lines of context. Linear in memory, bounded in time.

/** Longer texts are shown as removed and added whole. */
const mostLines = 2_000;
const context = 3;

type Line = readonly [' ' | '-' | '+', string];

/** Without file headers; no lines when the texts are equal. */
export function unifiedDiff(was: string, is: string): string[] {
  if (was === is) return [];
  const lines = compare(linesOf(was), linesOf(is));
  const near = lines.map((_, index) =>
    lines.slice(Math.max(0, index - context), index + context + 1).some(([mark]) => mark !== ' '),
  );
  const shown: string[] = [];
  let [old, now] = [1, 1];
  for (let start = 0, end = 0; start < lines.length; start = end) {
    const other = near.indexOf(near[start] !== true, start);
    end = other < 0 ? lines.length : other;
    const part = lines.slice(start, end);
    const before = part.filter(([mark]) => mark !== '+').length;
    const after = part.filter(([mark]) => mark !== '-').length;
    if (near[start] === true)
      shown.push(
        `@@ -${rangeOf(old, before)} +${rangeOf(now, after)} @@`,
        ...part.flatMap(([mark, line]) => rowsOf(mark, line)),
      );
    old += before;
    now += after;
  }
  return shown;
}

/** As the format has it: one line has no count, and none is counted from the line before. */
function rangeOf(start: number, count: number): string {
  return count === 1 ? `${start}` : `${count === 0 ? start - 1 : start},${count}`;
}

/** A last line without an end keeps its mark through the comparison: it is another line than one with an end. */
const unended = '\n';

function rowsOf(mark: string, line: string): string[] {
  if (!line.endsWith(unended)) return [`${mark}${line}`];
  return [`${mark}${line.slice(0, -1)}`, '\\ No newline at end of file'];
}

function linesOf(text: string): string[] {
  if (text === '') return [];
  const lines = text.split('\n');
  const last = lines.pop() ?? '';
  return last === '' ? lines : [...lines, `${last}${unended}`];
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
