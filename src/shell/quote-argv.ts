// An argv as a line a person can read and paste into bash. What a terminal would act on or hide is spelled out.
import { dialects } from './dialect.ts';

/** Each word as it is when it needs no quotes, in single quotes otherwise, as `$'…'` when it holds control text. */
export function quoteArgv(argv: readonly string[]): string {
  return argv.map(quoteWord).join(' ');
}

const needsNoQuotes = /^[A-Za-z0-9_./:@%+,-][A-Za-z0-9_./:@%+,=^-]*$/;
/** Control, format, private, unassigned and blank characters, and spaces other than U+0020. */
const unreadable = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]|(?! )\p{Zs}/u;

function quoteWord(word: string, index: number): string {
  // As the first word, `A=1` would be an assignment and `if` grammar; zsh reserves all that bash does, and more.
  const isGrammar = index === 0 && (word.includes('=') || dialects.zsh.reserved.has(word));
  if (needsNoQuotes.test(word) && !isGrammar) return word;
  if (!unreadable.test(word)) return `'${word.replaceAll("'", String.raw`'\''`)}'`;
  return `$'${Array.from(word, escapeCharacter).join('')}'`;
}

const shortEscapes: ReadonlyMap<string, string> = new Map([
  ['\n', String.raw`\n`],
  ['\t', String.raw`\t`],
  ['\r', String.raw`\r`],
  ["'", String.raw`\'`],
  ['\\', String.raw`\\`],
]);

function escapeCharacter(character: string): string {
  const short = shortEscapes.get(character);
  if (short !== undefined) return short;
  if (!unreadable.test(character)) return character;
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x80) return String.raw`\x${code.toString(16).padStart(2, '0')}`;
  return code > 0xffff
    ? String.raw`\U${code.toString(16).padStart(8, '0')}`
    : String.raw`\u${code.toString(16).padStart(4, '0')}`;
}
