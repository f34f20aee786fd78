// Which characters words and numbers are made of, and what brackets open and close, looked up by code.

export function isWordStart(code: number): boolean {
  return classes[code] === letter;
}

export function isWordPart(code: number): boolean {
  return (classes[code] ?? other) !== other;
}

export function isDigit(code: number): boolean {
  return classes[code] === digit;
}

const other = 0;
const letter = 1;
const digit = 2;
const classes: Readonly<Uint8Array> = Uint8Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code);
  if (/[A-Za-z_]/.test(character)) return letter;
  return /[0-9]/.test(character) ? digit : other;
});

/** What a bracket adds to the nesting, by character code. */
export const bracketDepth: readonly number[] = Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code);
  if ('([{'.includes(character)) return 1;
  return ')]}'.includes(character) ? -1 : 0;
});
