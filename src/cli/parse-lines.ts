// Lines out of a byte stream, each with its number, in bounded memory.

export interface NumberedLine {
  /** Counts from 1. */
  readonly number: number;
  /** Without the newline. */
  readonly bytes: Buffer | 'too-long';
}

/** A last line without a newline counts; nothing after a final newline does. */
export async function* readLines(
  input: AsyncIterable<Buffer>,
  maxLineBytes: number,
): AsyncGenerator<NumberedLine> {
  let number = 1;
  let parts: Buffer[] = [];
  let size = 0;

  const keep = (part: Buffer): void => {
    size += part.length;
    if (size <= maxLineBytes) parts.push(part);
    else parts = [];
  };
  const take = (): NumberedLine => {
    const bytes =
      size > maxLineBytes ? 'too-long' : parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts);
    parts = [];
    size = 0;
    return { number: number++, bytes };
  };

  for await (const chunk of input) {
    let from = 0;
    for (let newline = chunk.indexOf(10); newline !== -1; newline = chunk.indexOf(10, from)) {
      keep(chunk.subarray(from, newline));
      yield take();
      from = newline + 1;
    }
    if (from < chunk.length) keep(chunk.subarray(from));
  }
  if (size > 0) yield take();
}
