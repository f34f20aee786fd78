// Bytes of one stream as lines for people. What a program draws over itself (a progress bar) is one line: the last that
// stood there.
import { stripControl } from '../../../exec/index.ts';

/** Characters of a line that has not ended. What is longer is shown in pieces. */
const mostPending = 16 * 1024;

/** A carriage return, or the sequence that goes to the first column. */
const back = /\r|\u001b\[[01]?G/u;

export class LineReader {
  readonly #decoder = new TextDecoder();
  #pending = '';

  /** The lines that ended in `bytes`. */
  read(bytes: Uint8Array): string[] {
    const text = this.#decoder.decode(bytes, { stream: true });
    // Only what is new is looked through: a program may write a line byte by byte.
    const cut = text.lastIndexOf('\n');
    const lines = cut < 0 ? [] : `${this.#pending}${text.slice(0, cut)}`.split('\n');
    this.#pending = cut < 0 ? this.#pending + text : text.slice(cut + 1);
    if (this.#pending.length > mostPending) this.#pending = lastState(this.#pending);
    if (this.#pending.length > mostPending) {
      lines.push(this.#pending);
      this.#pending = '';
    }
    return lines.map((line) => stripControl(lastState(line)));
  }

  /** What stands in the line that has not ended. */
  get pending(): string {
    return stripControl(lastState(this.#pending));
  }

  /** The same as a last line, where there is one. */
  end(): string[] {
    this.#pending += this.#decoder.decode();
    const line = this.pending;
    this.#pending = '';
    return line === '' ? [] : [line];
  }
}

function lastState(line: string): string {
  return line.split(back).findLast((state) => stripControl(state) !== '') ?? '';
}
