// Inside `[[ ]]`: words, operators that elsewhere end a command, patterns and regular expressions.
import { withoutContinuations, type Draft } from './draft.ts';
import { isProcessSubstitution, readLooseWord, type WordRole } from './read-loose-word.ts';
import type { Reading } from './reading.ts';

/** One word, or one character of an operator; answers whether it was `]]`. */
export function readTest(reading: Reading, draft: Draft, character: string): 'open' | 'closed' {
  const isOperator = '&|();'.includes(character) || '<>'.includes(character);
  if (isOperator && draft.headerWords !== 2 && !isProcessSubstitution(reading, character)) {
    reading.at += 1;
    return 'open';
  }
  // The word behind `=~` is a regular expression, the one behind `==` a pattern.
  const roles: Readonly<Record<number, WordRole>> = { 1: 'pattern', 2: 'regex' };
  const before = reading.at;
  const word = readLooseWord(reading, roles[draft.headerWords] ?? 'argument');
  if (reading.at === before) reading.at += 1;
  const bare = withoutContinuations(reading.text.slice(before, reading.at));
  draft.headerWords = bare === '=~' ? 2 : /^(?:==?|!=)$/.test(bare) ? 1 : 0;
  if (/^-(?:[vR]|eq|ne|lt|le|gt|ge)$/.test(bare)) reading.evaluatesAgain = true;
  return bare === ']]' && word === bare ? 'closed' : 'open';
}
