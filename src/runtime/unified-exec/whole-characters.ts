// Where a cut through UTF-8 bytes falls inside a character. Bytes that are no UTF-8 at all count as characters of
// their own: nothing is ever waited for that cannot come.

/** How many bytes at the end belong to a character that is not complete yet: 0 to 3. */
export function incompleteEnd(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if ((byte & 0xc0) === 0x80) continue;
    return lengthOf(byte) > back ? back : 0;
  }
  return 0;
}

/** How many bytes at the start are the rest of a character whose beginning was cut off: 0 to 3. */
export function orphanedStart(bytes: Uint8Array): number {
  let count = 0;
  while (count < Math.min(3, bytes.length) && ((bytes[count] ?? 0) & 0xc0) === 0x80) count += 1;
  return count;
}

function lengthOf(leadByte: number): number {
  if (leadByte >= 0xf0 && leadByte <= 0xf4) return 4;
  if (leadByte >= 0xe0) return leadByte <= 0xef ? 3 : 1;
  return leadByte >= 0xc2 ? 2 : 1;
}
