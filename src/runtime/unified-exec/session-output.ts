// What a session wrote and nobody has read yet. Each byte is handed out once, in order; when more arrives between two
// reads than is kept, the middle falls out and is counted exactly.
import type { CapturedStream } from '../../domain/index.ts';
import { HeadTailBuffer } from '../process/index.ts';
import { TextDrain } from './text-drain.ts';

/** What arrived since the last read. `text` shows the gap, if there is one, and never half a character. */
export interface Chunk {
  readonly output: CapturedStream;
  readonly text: string;
  /** Line breaks in all of it, also in what fell out. */
  readonly lineBreaks: number;
}

export class SessionOutput {
  readonly #buffer: HeadTailBuffer;
  readonly #drain = new TextDrain();
  #lineBreaks = 0;

  /** `retainBytes` between two reads, half head and half tail. */
  constructor(retainBytes: number) {
    this.#buffer = new HeadTailBuffer(retainBytes);
  }

  append(bytes: Uint8Array): void {
    this.#buffer.append(bytes);
    for (let at = bytes.indexOf(lineFeed); at !== -1; at = bytes.indexOf(lineFeed, at + 1))
      this.#lineBreaks += 1;
  }

  /** `last` when nothing will follow: an unfinished character is then shown as it is. */
  take({ last }: { readonly last: boolean }): Chunk {
    const output = this.#buffer.drain();
    const lineBreaks = this.#lineBreaks;
    this.#lineBreaks = 0;
    const text = this.#textOf(output) + (last ? this.#drain.end() : '');
    return { output, text, lineBreaks };
  }

  #textOf({ head, tail, omittedBytes }: CapturedStream): string {
    if (omittedBytes === 0) return this.#drain.push(head) + this.#drain.push(tail);
    const before = this.#drain.push(head) + this.#drain.end();
    return `${before}\n... ${omittedBytes} bytes omitted ...\n${this.#drain.push(fromWholeCharacter(tail))}`;
  }
}

const lineFeed = 0x0a;

/** The cut may have fallen inside a character; its rest means nothing. */
function fromWholeCharacter(bytes: Uint8Array): Uint8Array {
  let start = 0;
  while (start < Math.min(3, bytes.length) && ((bytes[start] ?? 0) & 0xc0) === 0x80) start += 1;
  return bytes.subarray(start);
}
