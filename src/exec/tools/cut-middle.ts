// Output as a model gets it: head and tail, with the middle cut out where it is too long. The end of an output is
// where errors are, so the tail is never the part that goes.
import type { CapturedStream } from '../../domain/index.ts';

export interface CutText {
  readonly text: string;
  readonly cut: boolean;
}

/** A token is four bytes, as the reference counts. */
export const bytesPerToken = 4;

/** At most `maxTokens` of `captured` as text; what is cut is counted in a mark between the halves. */
export function cutMiddle(captured: CapturedStream, maxTokens: number): CutText {
  const maxBytes = maxTokens * bytesPerToken;
  const kept = Buffer.concat([captured.head, captured.tail]);
  if (captured.totalBytes <= maxBytes) return { text: decode(kept), cut: false };
  // When bytes were already lost between the two, neither half may reach over the gap.
  const whole = captured.omittedBytes === 0;
  const half = Math.floor(maxBytes / 2);
  const head = wholeStart((whole ? kept : captured.head).subarray(0, half));
  const tail = wholeEnd(lastBytes(whole ? kept : captured.tail, maxBytes - half));
  const gone = captured.totalBytes - head.length - tail.length;
  return {
    text: `${decode(head)}…${Math.ceil(gone / bytesPerToken)} tokens truncated…${decode(tail)}`,
    cut: true,
  };
}

/** Lines as people count them: a last one without a line break is one too. */
export function countLines(captured: CapturedStream, lineBreaks: number | undefined): number {
  const last = captured.tail.at(-1) ?? captured.head.at(-1);
  const breaks = lineBreaks ?? breaksIn(captured.head) + breaksIn(captured.tail);
  return breaks + (last === undefined || last === newline ? 0 : 1);
}

const newline = 0x0a;

export function breaksIn(bytes: Uint8Array): number {
  let count = 0;
  for (let at = bytes.indexOf(newline); at !== -1; at = bytes.indexOf(newline, at + 1)) count += 1;
  return count;
}

function lastBytes(bytes: Uint8Array, count: number): Uint8Array {
  return bytes.subarray(Math.max(0, bytes.length - count));
}

// `ignoreBOM` keeps a leading U+FEFF: it is output like any other.
function decode(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}

/** Without the unfinished character at the end, if the cut went through one. */
function wholeStart(bytes: Uint8Array): Uint8Array {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (isContinuation(byte)) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return length > back ? bytes.subarray(0, bytes.length - back) : bytes;
  }
  return bytes;
}

/** Without the rest of a character whose start the cut took away. */
function wholeEnd(bytes: Uint8Array): Uint8Array {
  let start = 0;
  while (start < Math.min(3, bytes.length) && isContinuation(bytes[start] ?? 0)) start += 1;
  return bytes.subarray(start);
}

function isContinuation(byte: number): boolean {
  return (byte & 0xc0) === 0x80;
}
