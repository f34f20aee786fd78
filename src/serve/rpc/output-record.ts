// What one command wrote, in numbered pieces, so that a reader who was cut off goes on where it was. The oldest pieces fall
// out when more was written than is kept; the offset of each piece says how much is missing before it.
import type { OutputStream } from '../../domain/index.ts';

export interface Piece {
  /** From 1, one by one. */
  readonly seq: number;
  readonly stream: OutputStream;
  readonly bytes: Uint8Array;
  /** Bytes of all pieces before this one. */
  readonly offset: number;
}

const longestPiece = 64 * 1024;
/** About what a piece takes beside its bytes: a flood of single bytes must not be a flood of memory. */
const overhead = 128;

export class OutputRecord {
  readonly #retainBytes: number;
  readonly #listeners = new Set<() => void>();
  #pieces: Piece[] = [];
  /** How many at the front have fallen out already: they leave the list together. */
  #gone = 0;
  #kept = 0;
  #nextSeq = 1;
  #bytes = 0;

  constructor(retainBytes: number) {
    this.#retainBytes = retainBytes;
  }

  /** One more than the last number given out. */
  get nextSeq(): number {
    return this.#nextSeq;
  }

  append(stream: OutputStream, bytes: Uint8Array): void {
    for (let start = 0; start < bytes.length; start += longestPiece) {
      // A copy: what arrives is often a small part of a large block, which would be kept as a whole.
      const part = bytes.slice(start, start + longestPiece);
      this.#pieces.push({ seq: this.takeNumber(), stream, bytes: part, offset: this.#bytes });
      this.#bytes += part.length;
      this.#kept += part.length + overhead;
    }
    this.#forget();
    this.tell();
  }

  /** A number for something that is no output: its end. */
  takeNumber(): number {
    this.#nextSeq += 1;
    return this.#nextSeq - 1;
  }

  /** Pieces with a higher number, the first in any case, then as many as fit into `maxBytes`. */
  after(seq: number, maxBytes: number): readonly Piece[] {
    const found: Piece[] = [];
    let bytes = 0;
    for (let at = this.#indexAfter(seq); at < this.#pieces.length; at += 1) {
      const piece = this.#pieces[at];
      if (piece === undefined) break;
      bytes += piece.bytes.length;
      if (found.length > 0 && bytes > maxBytes) break;
      found.push(piece);
    }
    return found;
  }

  /** Something new was written, or {@link tell} was called. Answers with the end of listening. */
  onNews(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  tell(): void {
    for (const listener of [...this.#listeners]) listener();
  }

  #forget(): void {
    while (this.#kept > this.#retainBytes && this.#gone < this.#pieces.length - 1) {
      this.#kept -= (this.#pieces[this.#gone]?.bytes.length ?? 0) + overhead;
      this.#gone += 1;
    }
    if (this.#gone * 2 <= this.#pieces.length) return;
    this.#pieces = this.#pieces.slice(this.#gone);
    this.#gone = 0;
  }

  /** Numbers rise, so the place is found by halving. */
  #indexAfter(seq: number): number {
    let low = this.#gone;
    let high = this.#pieces.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#pieces[middle]?.seq ?? Infinity) > seq) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
