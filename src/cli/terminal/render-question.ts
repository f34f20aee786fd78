// A question as rows of text: the command, where, why, and the keys. Pure. Every row of the command has a gutter, so
// no text in it can pass for ours, and nothing that is being approved is left out without a count and a way to see it.
import type { ApprovalChoice, ApprovalRequest, Argv } from '../../domain/index.ts';
import { highlightLine } from './highlight-command.ts';
import type { Paint, Span, Style } from './styles.ts';
import { visible } from './visible-text.ts';
import { wrapSpans, wrapWords } from './wrap-spans.ts';

export interface QuestionLook {
  /** Of the terminal; at least 20 are assumed. */
  readonly columns: number;
  readonly paint: Paint;
  /** Whether long commands are shown whole. */
  readonly everything: boolean;
  /** Quotes words for a shell. */
  quote(argv: Argv): string;
}

/** Rows of a command that are shown at first: enough from both ends to see what it starts with and ends with. */
const headRows = 40;
const tailRows = 20;

export function renderQuestion(request: ApprovalRequest, look: QuestionLook): readonly string[] {
  const columns = Math.max(20, look.columns) - 1;
  const { paint } = look;
  return [
    '',
    ...wrapWords(
      `cordon: ${request.changes === undefined ? titles[request.purpose] : 'write these files?'}`,
      columns,
    ).map((text) => paint({ text, style: 'title' })),
    ...commandRows(request, look, columns),
    ...facts(request, look).flatMap(([name, value]) => labelled(name, value, look, columns)),
    ...keysFor(request, look).flatMap(([key, text]) => keyRows(key, text, look, columns)),
  ];
}

const titles: Readonly<Record<ApprovalRequest['purpose'], string>> = {
  'first-run': 'run this command?',
  'retry-with-grant': 'the sandbox stopped this command. Run it again with one more permission?',
  'retry-unsandboxed': 'the sandbox stopped this command. Run it again WITHOUT the sandbox?',
};

function commandRows(request: ApprovalRequest, look: QuestionLook, columns: number): readonly string[] {
  const text =
    request.changes === undefined
      ? (request.script ?? look.quote(request.argv))
      : differences(request.changes);
  const rows = text
    .split('\n')
    .flatMap((line) =>
      wrapSpans(highlightLine(line), columns - 4).map((spans, index) =>
        row(spans, index === 0 ? '  | ' : '  : ', look),
      ),
    );
  if (look.everything || rows.length <= headRows + tailRows + 1) return rows;
  const hidden = rows.length - headRows - tailRows;
  const note: Span = { text: `  ~ ${String(hidden)} more rows, press v to see them`, style: 'bad' };
  return [...rows.slice(0, headRows), look.paint(note), ...rows.slice(-tailRows)];
}

/** What is asked about is what the files will be. */
function differences(changes: NonNullable<ApprovalRequest['changes']>): string {
  return changes.flatMap(({ path, kind, diff }) => [`${kind} ${path}`, ...diff]).join('\n');
}

/** Whether the question hides a part of the command. */
export function isAbridged(request: ApprovalRequest, look: QuestionLook): boolean {
  const columns = Math.max(20, look.columns) - 1;
  const short = commandRows(request, { ...look, everything: false }, columns);
  return short.length !== commandRows(request, { ...look, everything: true }, columns).length;
}

function row(spans: readonly Span[], gutter: string, { paint }: QuestionLook): string {
  return paint({ text: gutter, style: 'faint' }) + spans.map(paint).join('');
}

function facts(request: ApprovalRequest, { quote }: QuestionLook): readonly (readonly [string, string])[] {
  const { cwd, script, argv, reason, risk, input, tty, inputStaysOpen, cause } = request;
  const denial = cause.kind === 'denial' ? cause.denial : undefined;
  const found: (readonly [string, string] | undefined)[] = [
    ['in', cwd],
    script === undefined ? undefined : ['with', quote(argv.slice(0, -1) as unknown as Argv)],
    ['why', reason],
    denial === undefined ? undefined : ['said', denial.excerpt],
    // The program printed it, so the program may have invented it.
    denial?.confidence === 'likely'
      ? ['note', 'read from what the command printed, which it may have made up']
      : undefined,
    input === undefined ? undefined : ['input', describeInput(input)],
    tty || inputStaysOpen === true ? ['with', openInput(tty)] : undefined,
    risk === undefined ? undefined : ['risk', `${risk.level}: ${risk.description}`],
  ];
  return found.filter((fact) => fact !== undefined);
}

function openInput(tty: boolean): string {
  return `${tty ? 'a terminal' : 'an open input'}: what is typed later needs no approval of its own`;
}

function describeInput(input: Uint8Array): string {
  const text = Buffer.from(input).toString('utf8');
  const start = text.length <= 300 ? text : `${text.slice(0, 300)}…`;
  return `${String(input.length)} bytes on standard input: ${start}`;
}

function labelled(name: string, value: string, { paint }: QuestionLook, columns: number): readonly string[] {
  return wrapWords(visible(value), columns - 8).map(
    (text, index) => paint({ text: `  ${(index === 0 ? name : '').padEnd(6)}`, style: 'faint' }) + text,
  );
}

type KeyRow = readonly [key: string, text: string];

function keysFor(request: ApprovalRequest, look: QuestionLook): readonly KeyRow[] {
  const { amendment, grant } = request;
  const rows: Readonly<Record<ApprovalChoice, KeyRow>> = {
    approved: ['y', 'yes, this once'],
    'approved-unsandboxed': ['y', 'yes, WITHOUT the sandbox, this once'],
    'approved-for-session': ['a', 'yes, and for exactly this command do not ask again in this session'],
    'approved-allow-prefix': [
      'p',
      `yes, and save a rule: always allow commands that start with ${amendment === undefined ? '' : look.quote(amendment.allowPrefix)}`,
    ],
    'approved-grant': [
      'g',
      grant?.kind === 'network'
        ? 'yes, this once, in the sandbox and with the network'
        : `yes, this once, in the sandbox and with ${grant?.path ?? ''} writable`,
    ],
    denied: ['n', 'no (or Esc), and tell the model why'],
    abort: ['^C', 'no, and stop'],
  };
  const offered = request.choices.map((choice) => rows[choice]);
  return isAbridged(request, look) && !look.everything
    ? [...offered, ['v', 'view the whole command']]
    : offered;
}

function keyRows(key: string, text: string, { paint }: QuestionLook, columns: number): readonly string[] {
  const style: Style = 'key';
  return wrapWords(visible(text), columns - 5).map(
    (line, index) => paint({ text: `  ${(index === 0 ? key : '').padEnd(3)}`, style }) + line,
  );
}
