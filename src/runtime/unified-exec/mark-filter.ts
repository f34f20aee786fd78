// Finds the end mark in a stream of chunks and lets everything before it through, the mark never. A mark is random
// per run and unknown to the program, so a program cannot forge it.

export interface Filtered {
  /** Bytes of the program, in order. May be empty. */
  readonly bytes: Uint8Array;
  /** Whether the mark was found: nothing that follows is the program's. */
  readonly ended: boolean;
}

export class MarkFilter {
  readonly #mark: Buffer;
  #held: Buffer = Buffer.alloc(0);
  #ended = false;

  constructor(mark: Uint8Array) {
    this.#mark = Buffer.from(mark);
  }

  /** Holds back only what might be the beginning of the mark. */
  push(chunk: Uint8Array): Filtered {
    if (this.#ended) return { bytes: new Uint8Array(0), ended: true };
    const bytes = this.#held.length === 0 ? Buffer.from(chunk) : Buffer.concat([this.#held, chunk]);
    const at = bytes.indexOf(this.#mark);
    if (at !== -1) {
      this.#ended = true;
      this.#held = Buffer.alloc(0);
      return { bytes: bytes.subarray(0, at), ended: true };
    }
    const keep = this.#possibleStart(bytes);
    this.#held = bytes.subarray(keep);
    return { bytes: bytes.subarray(0, keep), ended: false };
  }

  /** What was held back, when no mark will come: the launcher died. */
  flush(): Uint8Array {
    const rest = this.#held;
    this.#held = Buffer.alloc(0);
    return rest;
  }

  /** Where a mark may begin that the next chunk completes. */
  #possibleStart(bytes: Buffer): number {
    const first = this.#mark[0] ?? 0;
    let from = Math.max(0, bytes.length - this.#mark.length + 1);
    for (; from < bytes.length; from += 1) {
      from = bytes.indexOf(first, from);
      if (from === -1) return bytes.length;
      if (this.#mark.subarray(0, bytes.length - from).equals(bytes.subarray(from))) return from;
    }
    return bytes.length;
  }
}
