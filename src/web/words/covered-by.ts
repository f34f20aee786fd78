// What a rule would cover that takes so many words of a command. Pure.
import { visible } from '../../domain/visible-text.ts';
import type { PageQuestion } from '../protocol/index.ts';

export type Prefix = NonNullable<PageQuestion['prefix']>;

/** In words. Where nothing is left to follow, a rule is about this very command. */
export function coveredBy({ words, atLeast, isExact }: Prefix, length: number): string {
  const shown = words.slice(0, length).map(shownWord).join(' ');
  const isWhole = isExact || (length === words.length && length > atLeast);
  return isWhole ? `exactly ${shown}` : `${shown} and whatever words follow`;
}

/** Quoted where its ends would not show. */
function shownWord(word: string): string {
  const text = visible(word);
  return /^[\w@%+=:,./-]+$/u.test(text) ? text : `'${text}'`;
}
