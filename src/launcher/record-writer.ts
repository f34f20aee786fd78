// The flat lists of records that payloads of START are: `u16` tag, `u32` length, bytes.

/** The launcher refuses a longer START; the kernel refuses a longer argv and environment anyway. */
export const maxStartBytes: number = 4 * 1024 * 1024;

const utf8 = new TextEncoder();

/** Records one after the other in one buffer: an environment has a hundred of them, for every command. */
export class RecordWriter {
  #buffer = new Uint8Array(8192);
  #view = new DataView(this.#buffer.buffer);
  #length = 0;

  bytes(number: number, value: Uint8Array): void {
    const at = this.#reserve(value.length);
    this.#buffer.set(value, at);
    this.#end(number, at, value.length);
  }

  byte(number: number, value: number): void {
    const at = this.#reserve(1);
    this.#buffer[at] = value;
    this.#end(number, at, 1);
  }

  text(number: number, value: string, ...before: readonly number[]): void {
    if (value.includes('\0')) throw new RangeError('Cannot start the command: a word or a path contains NUL');
    // No UTF-16 unit becomes more than three bytes.
    const at = this.#reserve(before.length + 3 * Math.min(value.length, maxStartBytes));
    this.#buffer.set(before, at);
    const { read, written } = utf8.encodeInto(value, this.#buffer.subarray(at + before.length));
    if (read < value.length) throw tooLong();
    this.#end(number, at, before.length + written);
  }

  /** Several, with a NUL between them. */
  paths(number: number, values: readonly string[], ...before: readonly number[]): void {
    if (values.some((value) => value.includes('\0')))
      throw new RangeError('Cannot start the command: a word or a path contains NUL');
    this.bytes(number, Uint8Array.of(...before, ...utf8.encode(values.join('\0'))));
  }

  finish(): Uint8Array {
    return this.#buffer.slice(0, this.#length);
  }

  /** Where a value of up to so many bytes goes. */
  #reserve(bytes: number): number {
    const at = this.#length + 6;
    if (at + bytes > this.#buffer.length) {
      const larger = new Uint8Array(Math.max(2 * this.#buffer.length, at + bytes));
      larger.set(this.#buffer.subarray(0, this.#length));
      this.#buffer = larger;
      this.#view = new DataView(larger.buffer);
    }
    return at;
  }

  #end(number: number, at: number, bytes: number): void {
    this.#view.setUint16(at - 6, number, true);
    this.#view.setUint32(at - 4, bytes, true);
    this.#length = at + bytes;
    if (this.#length > maxStartBytes) throw tooLong();
  }
}

function tooLong(): RangeError {
  return new RangeError(
    `Cannot start the command: argv and environment exceed ${String(maxStartBytes)} bytes`,
  );
}

/** Throws a RangeError when the value does not fit. */
export function littleEndian(value: number, bytes: number): number[] {
  if (!Number.isSafeInteger(value) || value < 0 || value >= 2 ** (8 * bytes)) {
    throw new RangeError(`Cannot send ${String(value)}: not an integer of ${String(bytes)} bytes`);
  }
  return Array.from({ length: bytes }, (_, index) => Math.floor(value / 2 ** (8 * index)) % 256);
}
