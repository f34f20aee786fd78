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
  readonly #first: number;
  #held: Buffer = nothing;
  #ended = false;

  constructor(mark: Uint8Array) {
    this.#mark = Buffer.from(mark);
    this.#first = this.#mark[0] ?? 0;
  }

  /** Holds back only what might be the beginning of the mark. `chunk` must not be reused: it may be handed on. */
  push(chunk: Buffer): Filtered {
    if (this.#ended) return { bytes: nothing, ended: true };
    const isPlain = this.#held.length === 0;
    // Nearly every chunk of nearly every program ends here, with one look and no copy.
    if (isPlain && !chunk.includes(this.#first)) return { bytes: chunk, ended: false };
    const bytes = isPlain ? chunk : Buffer.concat([this.#held, chunk]);
    const at = bytes.indexOf(this.#mark);
    if (at !== -1) {
      this.#ended = true;
      this.#held = nothing;
      return { bytes: bytes.subarray(0, at), ended: true };
    }
    const keep = this.#possibleStart(bytes);
    if (keep === bytes.length) {
      this.#held = nothing;
      return { bytes, ended: false };
    }
    this.#held = bytes.subarray(keep);
    return { bytes: bytes.subarray(0, keep), ended: false };
  }

  /** What was held back, when no mark will come: the launcher died. */
  flush(): Uint8Array {
    const rest = this.#held;
    this.#held = nothing;
    return rest;
  }

  /** Where a mark may begin that the next chunk completes. */
  #possibleStart(bytes: Buffer): number {
    let from = Math.max(0, bytes.length - this.#mark.length + 1);
    for (; from < bytes.length; from += 1) {
      from = bytes.indexOf(this.#first, from);
      if (from === -1) return bytes.length;
      if (this.#mark.subarray(0, bytes.length - from).equals(bytes.subarray(from))) return from;
    }
    return bytes.length;
  }
}

const nothing: Buffer = Buffer.alloc(0);
