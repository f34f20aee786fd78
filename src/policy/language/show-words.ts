// Commands and patterns as a person would write them, for messages and tables. Never given to a shell.
import type { PatternToken } from '../rules/rule.ts';

const bare = /^[\w@%+=:,./-]+$/;

export function showCommand(words: readonly string[]): string {
  return words.map(showWord).join(' ');
}

export function showPattern(tokens: readonly PatternToken[]): string {
  return tokens
    .map((token) => (typeof token === 'string' ? showWord(token) : `[${token.map(showWord).join('|')}]`))
    .join(' ');
}

/** Text from a file, for a terminal: one line, and nothing that a terminal would obey. */
export function showText(text: string): string {
  return text.replace(/\s+/gu, ' ').replace(invisible, '\u{fffd}');
}

const invisible = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;

/** Control characters are escaped: a rule file is not trusted to write to a terminal. */
function showWord(word: string): string {
  if (bare.test(word)) return word;
  if (word.search(invisible) !== -1) {
    return JSON.stringify(word).replace(
      invisible,
      (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
    );
  }
  return word.includes("'") ? JSON.stringify(word) : `'${word}'`;
}
