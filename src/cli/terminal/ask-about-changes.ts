// Shows what a command wrote and takes one key. Every row that holds text of the command begins with a bar, also where a
// long line goes on: none can pass for a row of the question.
import type { ReadStream, WriteStream } from 'node:tty';
import { pageRows } from './page-rows.ts';
import { pauseNote, readKeys } from './read-keys.ts';
import { painter, type Style } from './styles.ts';
import { tidyTerminal } from './tidy-terminal.ts';
import { visible } from './visible-text.ts';
import { wrapSpans, wrapWords } from './wrap-spans.ts';

export interface ChangesQuestion<Answer> {
  readonly title: string;
  /** As the command left them: escaped here. */
  readonly lines: readonly string[];
  readonly keys: readonly {
    /** One lower-case letter other than `v`. */
    readonly key: string;
    readonly says: string;
    readonly answer: Answer;
  }[];
}

export interface AskingTerminal {
  readonly input: ReadStream;
  readonly output: WriteStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Default 250. */
  readonly settleMs?: number;
  /** As for `readKeys`; given, the question says so. */
  readonly quietMs?: number;
}

/** Rows of the changes that are shown however low the terminal is. */
const fewestRows = 5;

/** Undefined for every other way out: Escape, Ctrl-C, Ctrl-D, a terminal that is gone, an aborted signal. */
export async function askAboutChanges<Answer>(
  { title, lines, keys }: ChangesQuestion<Answer>,
  { input, output, env, settleMs, quietMs }: AskingTerminal,
  signal: AbortSignal,
): Promise<Answer | undefined> {
  if (signal.aborted) return undefined;
  const settling = {
    ...(settleMs === undefined ? {} : { settleMs }),
    ...(quietMs === undefined ? {} : { quietMs }),
  };
  const reader = readKeys(input, { mode: () => 'single', ...settling });
  signal.addEventListener('abort', reader.close, { once: true });
  const paint = painter(env);
  const size = (): { readonly rows: number; readonly columns: number } => ({
    rows: output.rows > 0 ? output.rows : 24,
    columns: Math.max(20, output.columns) - 1,
  });
  const print = (rows: readonly string[]): void =>
    void output.write(rows.map((row) => `${row}\r\n`).join(''));

  function content(): readonly string[] {
    return lines.flatMap((line) =>
      wrapSpans([{ text: visible(line), style: styleOf(line) }], size().columns - 2).map(
        (spans) => `| ${spans.map(paint).join('')}`,
      ),
    );
  }

  function show(): void {
    const all = content();
    const titles = wrapWords(`cordon: ${title}`, size().columns);
    const said = [
      ...keys.map(({ key, says }) => `  ${key} ${says}`),
      ...(quietMs === undefined ? [] : [pauseNote]),
    ];
    const room = Math.max(fewestRows, size().rows - titles.length - said.length - 5);
    const isAbridged = all.length > room;
    print([
      '',
      ...titles.map((text) => paint({ text, style: 'title' })),
      ...(isAbridged ? all.slice(0, room) : all),
      ...(isAbridged ? [`  ... ${String(all.length - room)} more rows`, '  v view all of it'] : []),
      ...said.flatMap((text) => wrapWords(text, size().columns)),
    ]);
    output.write('> ');
  }

  try {
    if (env['TERM'] !== 'dumb' && env['TERM'] !== undefined) output.write(tidyTerminal);
    show();
    for (;;) {
      const key = await reader.next();
      if (key.kind === 'ctrl-c' || key.kind === 'ctrl-d' || key.kind === 'closed' || key.kind === 'escape') {
        print(['']);
        return undefined;
      }
      if (key.kind !== 'character') continue;
      const word = key.text.toLowerCase();
      if (word === 'v') {
        print(['']);
        const end = await pageRows(content(), { reader, paint, size, print });
        if (end === 'ended') return undefined;
        show();
      }
      const chosen = keys.find((offered) => offered.key === word);
      if (chosen === undefined) continue;
      print([`${chosen.key}: ${chosen.says}`]);
      return chosen.answer;
    }
  } finally {
    signal.removeEventListener('abort', reader.close);
    reader.close();
  }
}

function styleOf(line: string): Style | undefined {
  if (line.startsWith('+')) return 'good';
  if (line.startsWith('-')) return 'bad';
  return line.startsWith('@@') ? 'faint' : undefined;
}
