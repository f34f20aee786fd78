// Keeps the first and the last bytes of a stream within a budget and counts exactly what fell out between them.
// Bytes stay bytes: decoding is render-captured.ts.
import type { CapturedStream } from '../../domain/index.ts';

/** Half of the budget holds the head, half the tail. Memory grows with what is stored and never passes the budget. */
export class HeadTailBuffer {
  readonly #head: LazyBytes;
  readonly #tail: LazyBytes;
  #totalBytes = 0;

  /** `budgetBytes` is the most that is ever stored; 0 keeps counts only. */
  constructor(budgetBytes: number) {
    const headBytes = Math.floor(budgetBytes / 2);
    this.#head = new LazyBytes(headBytes);
    this.#tail = new LazyBytes(budgetBytes - headBytes);
  }

  get totalBytes(): number {
    return this.#totalBytes;
  }

  get omittedBytes(): number {
    return Math.max(0, this.#totalBytes - this.#head.capacity - this.#tail.capacity);
  }

  /** Copies what is kept; the caller may reuse `bytes` afterwards. */
  append(bytes: Uint8Array): void {
    const intoHead = Math.min(bytes.length, Math.max(0, this.#head.capacity - this.#totalBytes));
    if (intoHead > 0) this.#head.write(this.#totalBytes, bytes, 0, intoHead);
    if (intoHead < bytes.length) {
      const from = Math.max(intoHead, bytes.length - this.#tail.capacity);
      this.#tail.write(this.#totalBytes + from - this.#head.capacity, bytes, from, bytes.length - from);
    }
    this.#totalBytes += bytes.length;
  }

  /** Another buffer with the same bytes; what is appended to one does not reach the other. */
  clone(): HeadTailBuffer {
    const copy = new HeadTailBuffer(this.#head.capacity + this.#tail.capacity);
    copy.#head.copyFrom(this.#head);
    copy.#tail.copyFrom(this.#tail);
    copy.#totalBytes = this.#totalBytes;
    return copy;
  }

  /** A copy of what is kept so far. */
  capture(): CapturedStream {
    const inHead = Math.min(this.#totalBytes, this.#head.capacity);
    const pastHead = this.#totalBytes - inHead;
    const inTail = Math.min(pastHead, this.#tail.capacity);
    return {
      head: this.#head.read(0, inHead),
      tail: this.#tail.read(pastHead - inTail, inTail),
      omittedBytes: this.omittedBytes,
      totalBytes: this.#totalBytes,
    };
  }

  /** Like {@link capture}, and starts over empty: nothing is handed out twice. */
  drain(): CapturedStream {
    const captured = this.capture();
    this.#totalBytes = 0;
    this.#head.clear();
    this.#tail.clear();
    return captured;
  }
}

// One flood of single-byte writes must not cost a list entry each, and 100 bytes must not cost a megabyte.
const blockBytes = 16 * 1024;

/** A ring of `capacity` bytes addressed by stream position, with blocks allocated when first written. */
class LazyBytes {
  readonly capacity: number;
  #blocks: (Uint8Array | undefined)[] = [];

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  /** `length` bytes of `bytes` from `from` on; no more than the capacity. */
  write(position: number, bytes: Uint8Array, from: number, length: number): void {
    this.#forEachPiece(position, length, (block, at, done, size) => {
      const isWhole = size === bytes.length;
      block.set(isWhole ? bytes : bytes.subarray(from + done, from + done + size), at);
    });
  }

  copyFrom(other: LazyBytes): void {
    this.#blocks = other.#blocks.map((block) => block?.slice());
  }

  read(position: number, length: number): Uint8Array {
    const out = new Uint8Array(length);
    this.#forEachPiece(position, length, (block, at, done, size) => {
      out.set(block.subarray(at, at + size), done);
    });
    return out;
  }

  clear(): void {
    this.#blocks = [];
  }

  #forEachPiece(
    position: number,
    length: number,
    visit: (block: Uint8Array, at: number, done: number, size: number) => void,
  ): void {
    let done = 0;
    while (done < length) {
      const offset = (position + done) % this.capacity;
      const index = Math.floor(offset / blockBytes);
      const start = index * blockBytes;
      const block = (this.#blocks[index] ??= new Uint8Array(Math.min(blockBytes, this.capacity - start)));
      const at = offset - start;
      const size = Math.min(length - done, block.length - at);
      visit(block, at, done, size);
      done += size;
    }
  }
}
