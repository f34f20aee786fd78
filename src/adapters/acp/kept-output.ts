// The last bytes of an output, as text: what a terminal of the protocol shows. It is cut at its beginning, and never
// through a character.

export interface KeptOutput {
  add(bytes: Uint8Array): void;
  /** All that is kept, and whether something is not. */
  read(): { readonly text: string; readonly truncated: boolean };
}

export function keptOutput(limit: number): KeptOutput {
  const chunks: Uint8Array[] = [];
  const state = { kept: 0, truncated: false };
  return {
    add: (bytes) => {
      // A copy: the buffer is the sender's.
      chunks.push(Uint8Array.from(bytes));
      state.kept += bytes.length;
      let [first] = chunks;
      while (first !== undefined && state.kept - first.length >= limit && state.kept > limit) {
        chunks.shift();
        state.kept -= first.length;
        state.truncated = true;
        [first] = chunks;
      }
    },
    read: () => {
      const whole = Buffer.concat(chunks);
      const over = Math.max(0, whole.length - limit);
      const start = over === 0 && !state.truncated ? 0 : nextCharacter(whole, over);
      const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(whole.subarray(start));
      return { text, truncated: state.truncated || over > 0 };
    },
  };
}

/** The first byte at or after `at` that begins a character, looked for no further than one is long. */
function nextCharacter(bytes: Uint8Array, at: number): number {
  for (let start = at; start < Math.min(bytes.length, at + 4); start += 1)
    if (((bytes[start] ?? 0) & 0xc0) !== 0x80) return start;
  return at;
}
