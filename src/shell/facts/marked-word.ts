// A word as far as it is known, in one string: plain text as it stands, and a NUL before each unquoted character that
// bash gives a meaning (`{` `,` `}` `*` `?` `[` `~`) or where an expansion stood (`$` unquoted, `"` quoted).
// A script cannot hold a NUL, so the mark cannot be forged; `plainMarked` takes it out of text from elsewhere.
import type { LiteralWord } from '../../domain/index.ts';
import { expandBraces } from './expand-braces.ts';

export type MarkedWord = string;

export const mark: '\0' = '\0';
/** An expansion that can turn into no word, or into several. */
export const looseExpansion: MarkedWord = '\0$';
/** An expansion inside double quotes: part of exactly one word. */
export const quotedExpansion: MarkedWord = '\0"';
/** `<(…)`: the name of a file that another command writes. */
export const processFile: MarkedWord = `/dev/fd/${looseExpansion}`;

export function isMarked(word: MarkedWord): boolean {
  return word.includes(mark);
}

export function plainMarked(text: string): MarkedWord {
  return text.includes(mark) ? text.replaceAll(mark, '') : text;
}

/** The words bash makes of it: one, or several when braces expand. */
export function expandWord(word: MarkedWord): readonly MarkedWord[] {
  return word.includes(mark) ? expandBraces(word) : [word];
}

/** The text of a word without braces; undefined where bash computes it. */
export function literalWord(word: MarkedWord): LiteralWord {
  if (!word.includes(mark)) return word;
  // A lone `[` is a program; with anything beside it, it may be a pattern.
  return word === '\0[' ? '[' : undefined;
}

/** The text a shell would be given if this word were a script; expansions stay expansions. */
export function scriptText(word: MarkedWord): string {
  if (!isMarked(word)) return word;
  return word.replaceAll('\0$', '${_}').replaceAll('\0"', '${_}').replaceAll(mark, '');
}

/** The text of a word in which nothing but `*` and `?` is computed. */
export function patternOf(word: MarkedWord): string | undefined {
  const plain = word.replaceAll(/\0[*?]/g, '');
  return /[\0*?]/.test(plain) ? undefined : word.replaceAll(mark, '');
}

/** Whether bash may drop the word altogether: `$EMPTY rm -rf x` runs `rm`. */
export function mayVanish(word: MarkedWord): boolean {
  return /^(?:\0\$)+$/.test(word);
}
