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
const escape =
  /\\(?:x([0-9A-Fa-f]{1,2})|u([0-9A-Fa-f]{1,4})|U([0-9A-Fa-f]{1,8})|([0-7]{1,3})|c([\s\S])|([\s\S]))/g;

export function decodeAnsiC(text: string): string {
  return text.replace(
    escape,
    (_whole, x?: string, u?: string, long?: string, octal?: string, control?: string, other?: string) => {
      const hex = x ?? u ?? long;
      if (hex !== undefined) return character(Number.parseInt(hex, 16));
      if (octal !== undefined) return character(Number.parseInt(octal, 8) & 0xff);
      if (control !== undefined) return character(control.charCodeAt(0) & 0x1f);
      const letter = other ?? '';
      return simple[letter] ?? (/[\\'"?]/.test(letter) ? letter : `\\${letter}`);
    },
  );
}

function character(point: number): string {
  return point === 0 || point > 0x10ffff ? '' : String.fromCodePoint(point);
}
