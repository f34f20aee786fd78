// How many line feeds there are, at a speed that does not depend on the length of the lines.

const lineFeed = 0x0a;
/** Up to this many hits a search is the quickest way: most chunks have none or few. */
const fewHits = 8;

export function countLineFeeds(bytes: Uint8Array): number {
  let count = 0;
  let at = bytes.indexOf(lineFeed);
  while (at !== -1) {
    count += 1;
    if (count === fewHits) return count + countByWords(bytes, at + 1);
    at = bytes.indexOf(lineFeed, at + 1);
  }
  return count;
}

function countByWords(bytes: Uint8Array, from: number): number {
  // A view of words must begin at a multiple of four.
  const lead = (4 - ((bytes.byteOffset + from) % 4)) % 4;
  if (bytes.length - from < lead + 4) return countSingly(bytes, from, bytes.length);
  const words = new Int32Array(
    bytes.buffer,
    bytes.byteOffset + from + lead,
    (bytes.length - from - lead) >> 2,
  );
  const tail = from + lead + words.length * 4;
  let count = countSingly(bytes, from, from + lead) + countSingly(bytes, tail, bytes.length);
  for (let index = 0; index < words.length; index += 1) {
    // The high bit of each byte that was a line feed, and of no other: no carry leaves its byte.
    const word = (words[index] ?? 0) ^ 0x0a0a0a0a;
    const hits = ~(((word & 0x7f7f7f7f) + 0x7f7f7f7f) | word | 0x7f7f7f7f);
    count += Math.imul(hits >>> 7, 0x01010101) >>> 24;
  }
  return count;
}

function countSingly(bytes: Uint8Array, from: number, to: number): number {
  let count = 0;
  for (let at = from; at < to; at += 1) if (bytes[at] === lineFeed) count += 1;
  return count;
}
