// Reads `match` and `not_match`: each example a command line in one string, or a list of words.
import { isNonEmpty, type Argv } from '../../domain/index.ts';
import { Mistake, type Work } from './mistake.ts';
import { isList, typeOf, type RuleValue } from './rule-value.ts';
import { splitWords } from './split-words.ts';

export function readExamples(elements: readonly RuleValue[], work: Work): readonly Argv[] {
  const examples: Argv[] = [];
  for (const element of elements) {
    const words = typeof element === 'string' ? fromText(element, work) : fromList(element, work);
    if (!isNonEmpty(words)) {
      const shape = typeof element === 'string' ? 'an empty string' : 'an empty list';
      throw new Mistake(`Invalid example: an example cannot be ${shape}`);
    }
    examples.push(words);
  }
  return examples;
}

function fromText(text: string, work: Work): readonly string[] {
  work.charge(text.length);
  const words = splitWords(text);
  if (words === undefined) {
    throw new Mistake(
      'Invalid example: the shell syntax of the string has an open quote or a last backslash',
    );
  }
  return words;
}

function fromList(element: RuleValue, work: Work): readonly string[] {
  if (!isList(element)) {
    const got = typeOf(element);
    throw new Mistake(`Invalid example: an example must be a string or a list of strings, got ${got}`);
  }
  work.charge(element.length + 1);
  return element.map((word) => {
    if (typeof word === 'string') return word;
    throw new Mistake(`Invalid example: the words of an example must be strings, got ${typeOf(word)}`);
  });
}
