// The command of a question as rows. Every row has a gutter, so no text in it can pass for ours; a mark in the gutter
// points at the lines that the question is about. What does not fit is left out with a count, never the marked lines.
import { type ApprovalRequest, type Argv, markedLines, shownCommand } from '../../domain/index.ts';
import { highlightLine } from './highlight-command.ts';
import type { Paint, Span } from './styles.ts';
import { wrapSpans } from './wrap-spans.ts';

export interface CommandLook {
  /** That a row may fill. */
  readonly columns: number;
  readonly paint: Paint;
  /** Quotes words for a shell. */
  quote(argv: Argv): string;
}

export interface CommandRow {
  readonly text: string;
  /** It belongs to a line that the question is about. */
  readonly marked: boolean;
}

export function commandRows(
  request: ApprovalRequest,
  { columns, paint, quote }: CommandLook,
): readonly CommandRow[] {
  const lines = shownCommand(request, quote).text.split('\n');
  const isScript = lines.length > 1 && request.changes === undefined;
  const marks = isScript ? markedLines(lines, request.concerns ?? []) : new Set<number>();
  return lines.flatMap((line, at) => {
    const marked = marks.has(at);
    const spans = highlightLine(line);
    return wrapSpans(spans, columns - 4).map((row, index) => {
      const gutter: Span = marked
        ? { text: index === 0 ? '  ! ' : '  : ', style: 'bad' }
        : { text: index === 0 ? '  | ' : '  : ', style: 'faint' };
      return { text: paint(gutter) + row.map(paint).join(''), marked };
    });
  });
}

/** At most `room` rows: the first, the last, and the marked ones before all others. */
export function abridge(
  rows: readonly CommandRow[],
  room: number,
  { paint, columns }: CommandLook,
): readonly string[] {
  if (rows.length <= room) return rows.map(({ text }) => text);
  const kept = keptRows(rows, room);
  const shown: string[] = [];
  for (let at = 0; at < rows.length;) {
    if (kept.has(at)) {
      shown.push(rows[at]?.text ?? '');
      at += 1;
      continue;
    }
    const start = at;
    while (at < rows.length && !kept.has(at)) at += 1;
    shown.push(paint({ text: noteOf(at - start, columns), style: 'bad' }));
  }
  return shown;
}

/** How many rows are left out, in one row. */
export function noteOf(count: number, columns: number): string {
  const note = `  ~ ${String(count)} more rows, press v to see them`;
  return note.length <= columns ? note : `  ~ ${String(count)} more: v`;
}

/** Rows with room left for the notes between them. */
function keptRows(rows: readonly CommandRow[], room: number): ReadonlySet<number> {
  const marked = rows.flatMap((row, at) => (row.marked ? [at] : []));
  const order = [0, ...marked.slice(0, 8), rows.length - 1];
  for (let step = 1; step < rows.length; step += 1) {
    order.push(step);
    // Twice as many from the beginning as from the end.
    if (step % 2 === 0) order.push(rows.length - 1 - step / 2);
  }
  const kept = new Set<number>();
  for (const at of order) {
    if (kept.has(at)) continue;
    kept.add(at);
    if (kept.size + gaps(kept, rows.length) > room) {
      kept.delete(at);
      if (kept.size >= 2) break;
    }
  }
  return kept;
}

function gaps(kept: ReadonlySet<number>, count: number): number {
  const sorted = [...kept].toSorted((a, b) => a - b);
  let found = sorted[0] === 0 ? 0 : 1;
  for (const [index, at] of sorted.entries()) if ((sorted[index + 1] ?? count) !== at + 1) found += 1;
  return found;
}
