// What bash makes of the text between `$'` and `'`.

const simple: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  e: '\x1b',
  E: '\x1b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};
const nul = '\0';
const escape =
  /\\(?:x\{(?<braced>[0-9A-Fa-f]*)\}?|x(?<x>[0-9A-Fa-f]{1,2})|u(?<u>[0-9A-Fa-f]{1,4})|U(?<U>[0-9A-Fa-f]{1,8})|(?<octal>[0-7]{1,3})|c(?<control>\\\\|[\s\S])|(?<letter>[\s\S]))/g;

export function decodeAnsiC(text: string): string {
  let decoded = '';
  let from = 0;
  for (const found of text.matchAll(escape)) {
    const character = decodeEscape(found.groups ?? {});
    decoded += text.slice(from, found.index);
    // A word ends at a NUL, and so does what is quoted.
    if (character === nul) return decoded;
    decoded += character;
    from = found.index + found[0].length;
  }
  return decoded + text.slice(from);
}

function decodeEscape(groups: Readonly<Record<string, string | undefined>>): string {
  // `\x{74}`, which no manual tells: the last byte counts, and no digits are a NUL.
  const { braced } = groups;
  if (braced !== undefined) return character(Number.parseInt(`0${braced}`.slice(-2), 16));
  const hex = groups['x'] ?? groups['u'] ?? groups['U'];
  if (hex !== undefined) return character(Number.parseInt(hex, 16));
  if (groups['octal'] !== undefined) return character(Number.parseInt(groups['octal'], 8) & 0xff);
  if (groups['control'] !== undefined) return character(groups['control'].charCodeAt(0) & 0x1f);
  const letter = groups['letter'] ?? '';
  return simple[letter] ?? (/[\\'"?]/.test(letter) ? letter : `\\${letter}`);
}

function character(point: number): string {
  return point > 0x10ffff ? '' : String.fromCodePoint(point);
}
