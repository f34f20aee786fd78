// The command of a question as rows. Every row has a gutter, so no text in it can pass for ours; a mark in the gutter
// points at the lines that the question is about. What does not fit is left out with a count, never the marked lines.
import type { ApprovalRequest, Argv } from '../../domain/index.ts';
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

export interface ShownCommand {
  readonly text: string;
  /** The shell that is handed the text; undefined when the text is the command itself. */
  readonly shell: Argv | undefined;
}

const shells = /^(?:.*\/)?(?:bash|sh|dash|zsh|ksh)$/;

/** What a person should read: the script where a shell is handed one, with its lines as lines. */
export function shownCommand(
  { script, argv, changes }: ApprovalRequest,
  quote: (argv: Argv) => string,
): ShownCommand {
  if (changes !== undefined) return { text: differences(changes), shell: undefined };
  if (script !== undefined) return { text: script, shell: argv.slice(0, -1) as unknown as Argv };
  const last = argv.at(-1) ?? '';
  const isShell = shells.test(argv[0]) && argv.length > 2 && /^-[a-z]*c$/.test(argv[1] ?? '');
  if (isShell && last.includes('\n') && argv.slice(2, -1).every((word) => word === '--')) {
    return { text: last, shell: argv.slice(0, -1) as unknown as Argv };
  }
  return { text: quoteInLines(argv, quote), shell: undefined };
}

/** What is asked about is what the files will be. */
function differences(changes: NonNullable<ApprovalRequest['changes']>): string {
  return changes.flatMap(({ path, kind, diff }) => [`${kind} ${path}`, ...diff]).join('\n');
}

/** As `quote` does it, but a word with line breaks keeps them, unless more than these would have to be spelled. */
function quoteInLines(argv: Argv, quote: (argv: Argv) => string): string {
  const isReadable = (word: string): boolean =>
    word.includes('\n') && !quote(['x', word.replaceAll('\n', ' ')]).startsWith("x $'");
  if (!argv.some(isReadable)) return quote(argv);
  const [program, ...rest] = argv;
  return [
    quote([program]),
    ...rest.map((word) =>
      isReadable(word) ? `'${word.replaceAll("'", String.raw`'\''`)}'` : quote(['x', word]).slice(2),
    ),
  ].join(' ');
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

/** Lines that hold a command the question is about: all its words in order, or else the name of its program. */
function markedLines(lines: readonly string[], concerns: readonly Argv[]): ReadonlySet<number> {
  const found = new Set<number>();
  for (const words of concerns.slice(0, 16)) {
    const holding = (wanted: readonly string[]): readonly number[] =>
      lines.flatMap((line, at) => (holds(line, wanted) ? [at] : []));
    const whole = holding(words);
    for (const at of whole.length > 0 ? whole : holding(words.slice(0, 1))) found.add(at);
  }
  return found;
}

function holds(line: string, words: readonly string[]): boolean {
  let from = 0;
  for (const word of words) {
    const at = line.indexOf(word, from);
    if (at === -1) return false;
    from = at + word.length;
  }
  return true;
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
