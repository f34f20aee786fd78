// What a session wrote and nobody has read yet. Each byte is handed out once, in order, and never half a character;
// when more arrives between two reads than is kept, the middle falls out and is counted exactly.
import type { CapturedOutput, CapturedStream } from '../../domain/index.ts';
import { HeadTailBuffer } from '../process/index.ts';
import { countLineFeeds } from './count-line-feeds.ts';
import { incompleteEnd, orphanedStart } from './whole-characters.ts';

/** What arrived since the last read. `text` shows the gap, if there is one. */
export interface Chunk {
  readonly output: CapturedStream;
  readonly text: string;
  /** Line breaks in all of it, also in what fell out. */
  readonly lineBreaks: number;
}

export class SessionOutput {
  readonly #buffer: HeadTailBuffer;
  #lineBreaks = 0;

  /** `retainBytes` between two reads, half head and half tail. */
  constructor(retainBytes: number) {
    this.#buffer = new HeadTailBuffer(retainBytes);
  }

  append(bytes: Uint8Array): void {
    this.#buffer.append(bytes);
    this.#lineBreaks += countLineFeeds(bytes);
  }

  /** `last` when nothing will follow: an unfinished character is then handed out as it is. */
  take({ last }: { readonly last: boolean }): Chunk {
    const drained = this.#buffer.drain();
    const output = last ? drained : this.#holdBack(drained);
    const lineBreaks = this.#lineBreaks;
    this.#lineBreaks = 0;
    return { output, text: textOf(output), lineBreaks };
  }

  /** What the next `take` would hand out. */
  peek(): CapturedStream {
    return this.#buffer.capture();
  }

  /** The beginning of a character waits for its rest; it will be the first of the next chunk. */
  #holdBack({ head, tail, omittedBytes, totalBytes }: CapturedStream): CapturedStream {
    const inTail = tail.length > 0;
    const end = incompleteEnd(inTail ? tail : head);
    if (end === 0) return { head, tail, omittedBytes, totalBytes };
    const whole = inTail ? tail : head;
    this.#buffer.append(whole.subarray(whole.length - end));
    const kept = whole.subarray(0, whole.length - end);
    return {
      head: inTail ? head : kept,
      tail: inTail ? kept : tail,
      omittedBytes,
      totalBytes: totalBytes - end,
    };
  }
}

const nothing: CapturedStream = {
  head: new Uint8Array(0),
  tail: new Uint8Array(0),
  omittedBytes: 0,
  totalBytes: 0,
};

export const nothingWritten: CapturedOutput = onlyAggregated(nothing);

/** What is known of a program's output when nobody kept its streams apart. */
export function onlyAggregated(aggregated: CapturedStream): CapturedOutput {
  return { stdout: nothing, stderr: nothing, aggregated, spillFile: undefined };
}

function textOf({ head, tail, omittedBytes }: CapturedStream): string {
  if (omittedBytes === 0) return decode(Buffer.concat([head, tail]));
  // The gap may cut a character on either side; its halves mean nothing.
  const before = decode(head.subarray(0, head.length - incompleteEnd(head)));
  const after = decode(tail.subarray(orphanedStart(tail)));
  return `${before}\n... ${omittedBytes} bytes omitted ...\n${after}`;
}

function decode(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');
}
