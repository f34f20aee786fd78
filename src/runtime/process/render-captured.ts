// Captured bytes as text for people and models. The only place where output is decoded.
import type { CapturedStream } from '../../domain/index.ts';

/**
 * Decodes head and tail as UTF-8 (invalid bytes become U+FFFD) with one line between them that says how many bytes
 * are not shown. A character that the cut split is left out whole and counted: shown + omitted = written.
 */
export function renderCaptured(captured: CapturedStream): string {
  if (captured.omittedBytes === 0) return decode(Buffer.concat([captured.head, captured.tail]));
  const head = captured.head.subarray(0, captured.head.length - brokenEnd(captured.head));
  const tail = captured.tail.subarray(brokenStart(captured.tail));
  const omitted = captured.totalBytes - head.length - tail.length;
  return `${decode(head)}\n[... ${omitted} bytes omitted ...]\n${decode(tail)}`;
}

// `ignoreBOM` keeps a leading U+FEFF: it is output like any other.
function decode(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}

/** Length of an unfinished character at the end; 0 when the last one is complete or was never valid. */
function brokenEnd(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (isContinuation(byte)) continue;
    return sequenceLength(byte) > back ? back : 0;
  }
  return 0;
}

/** Length of the rest of a character whose start was cut off; 0 when the first byte starts one. */
function brokenStart(bytes: Uint8Array): number {
  let length = 0;
  while (length < Math.min(3, bytes.length) && isContinuation(bytes[length] ?? 0)) length += 1;
  return length;
}

function isContinuation(byte: number): boolean {
  return (byte & 0xc0) === 0x80;
}

function sequenceLength(lead: number): number {
  if (lead >= 0xf0 && lead <= 0xf4) return 4;
  if (lead >= 0xe0) return lead <= 0xef ? 3 : 1;
  return lead >= 0xc2 ? 2 : 1;
}
