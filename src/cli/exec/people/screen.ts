// Where the story of a turn is written for people: a terminal, whose rows we lay out, or a log, whose lines are as long
// as they are.
import type { Write } from '../../../exec/index.ts';
import { wrapWords } from '../../terminal/wrap-spans.ts';

export interface Screen {
  readonly write: Write;
  /** Columns at this moment; undefined: nothing is laid out. */
  readonly columns: () => number | undefined;
  /** Whether a line may be drawn over itself while somebody waits. */
  readonly isLive: boolean;
}

export interface ScreenStream {
  readonly isTTY: boolean;
  readonly columns: number;
  write(text: string): unknown;
}

/** A log of a CI system may call itself a terminal; nobody watches it, and drawing over a line would fill it. */
export function screenOf(stream: ScreenStream, env: Readonly<Record<string, string | undefined>>): Screen {
  const isDumb = env['TERM'] === undefined || env['TERM'] === 'dumb';
  const inCi = !['', 'false', '0', undefined].includes(env['CI']);
  return {
    write: (text) => void stream.write(text),
    // A terminal that does not tell its width says 0.
    columns: () => (stream.isTTY && stream.columns > 0 ? stream.columns : undefined),
    isLive: stream.isTTY && !isDumb && !inCi,
  };
}

/** Lines of text as rows that fit, broken between words where that can be; a row goes on below its own indent. */
export function layOut(text: string, columns: number | undefined, indent = ''): string[] {
  return text.split('\n').flatMap((line) => {
    if (columns === undefined) return [`${indent}${line}`];
    const flat = expandTabs(line);
    const own = /^ */.exec(flat)?.[0] ?? '';
    const margin = own.length + indent.length < columns / 2 ? own : '';
    return wrapWords(flat.slice(own.length), columns - indent.length - margin.length).map(
      (row) => `${indent}${margin}${row}`,
    );
  });
}

/** A tab is as wide as the terminal pleases. */
function expandTabs(line: string): string {
  let column = 0;
  return line.replace(/[^\t]+|\t/g, (piece) => {
    const text = piece === '\t' ? ' '.repeat(8 - (column % 8)) : piece;
    column += text.length;
    return text;
  });
}
