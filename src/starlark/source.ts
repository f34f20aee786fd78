// Source text and the places in it. Offsets are UTF-16 indexes everywhere inside; lines and columns are worked out
// only when somebody asks, because a file of ten thousand rules asks for few of them.

/** A place in a file. Both count from 1; columns count characters (code points). */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Characters of a line shown in an excerpt before it is cut around the place. */
const excerptWidth = 160;

export class SourceText {
  readonly file: string;
  readonly text: string;
  #lineStarts: readonly number[] | undefined;

  constructor(file: string, text: string) {
    this.file = file;
    this.text = text;
  }

  /** A position that computes its line and column when first read. */
  position(offset: number): Position {
    return new LazyPosition(this, offset);
  }

  lineAt(offset: number): number {
    const starts = this.#starts();
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low + 1;
  }

  columnAt(offset: number): number {
    const start = this.#starts()[this.lineAt(offset) - 1] ?? 0;
    return codePointCount(this.text, start, offset) + 1;
  }

  /** The line of `start` with carets below the span, which is cut at the end of that line. */
  excerpt(start: number, end: number): string {
    const starts = this.#starts();
    const line = this.lineAt(start);
    const lineStart = starts[line - 1] ?? 0;
    const nextLine = starts[line] ?? this.text.length + 1;
    let lineEnd = Math.min(nextLine - 1, this.text.length);
    if (lineEnd > lineStart && this.text.charCodeAt(lineEnd - 1) === carriageReturn) lineEnd -= 1;

    const from = Math.max(lineStart, Math.min(start - excerptWidth / 2, lineEnd - excerptWidth));
    const to = Math.min(lineEnd, from + excerptWidth);
    const before = visible(this.text.slice(from, Math.max(from, Math.min(start, to))));
    const marked = visible(this.text.slice(start, Math.max(start, Math.min(end, to))));
    const after = visible(this.text.slice(start + (Math.max(start, Math.min(end, to)) - start), to));
    const carets = '^'.repeat(Math.max(1, codePointCount(marked, 0, marked.length)));
    return `${before}${marked}${after}\n${' '.repeat(codePointCount(before, 0, before.length))}${carets}`;
  }

  #starts(): readonly number[] {
    if (this.#lineStarts !== undefined) return this.#lineStarts;
    const starts = [0];
    for (let at = this.text.indexOf('\n'); at !== -1; at = this.text.indexOf('\n', at + 1))
      starts.push(at + 1);
    this.#lineStarts = starts;
    return starts;
  }
}

class LazyPosition implements Position {
  readonly #source: SourceText;
  readonly #offset: number;
  constructor(source: SourceText, offset: number) {
    this.#source = source;
    this.#offset = offset;
  }
  get line(): number {
    return this.#source.lineAt(this.#offset);
  }
  get column(): number {
    return this.#source.columnAt(this.#offset);
  }
}

const carriageReturn = 13;

function codePointCount(text: string, start: number, end: number): number {
  let count = end - start;
  for (let at = start; at + 1 < end; at++) {
    if ((text.charCodeAt(at) & 0xfc00) === 0xd800 && (text.charCodeAt(at + 1) & 0xfc00) === 0xdc00) {
      count -= 1;
      at += 1;
    }
  }
  return count;
}

/** Control characters never reach a terminal: an excerpt quotes a file that somebody else wrote. */
function visible(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '\u{fffd}');
}
