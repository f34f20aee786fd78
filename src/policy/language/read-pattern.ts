// Reads patterns: a list whose elements are words or lists of alternative words.
import type { PatternToken } from '../rules/rule.ts';
import { Mistake, type Work } from './mistake.ts';
import { isList, typeOf, type RuleValue } from './rule-value.ts';
import { splitWords } from './split-words.ts';

export interface Pattern {
  /** One rule is made for each. */
  readonly programs: readonly string[];
  readonly rest: readonly PatternToken[];
}

export function readPattern(elements: readonly RuleValue[], work: Work): Pattern {
  const first = elements[0];
  if (first === undefined) throw new Mistake('Invalid pattern: a pattern cannot be empty');
  const program = readToken(first, work);
  const rest: PatternToken[] = [];
  for (let at = 1; at < elements.length; at += 1) rest.push(readToken(elements[at] ?? '', work));
  return { programs: typeof program === 'string' ? [program] : program, rest };
}

function readToken(element: RuleValue, work: Work): PatternToken {
  work.charge(1);
  if (typeof element === 'string') return element;
  if (!isList(element)) {
    const got = typeOf(element);
    throw new Mistake(`Invalid pattern: an element must be a string or a list of strings, got ${got}`);
  }
  if (element.length === 0) throw new Mistake('Invalid pattern: a list of alternatives cannot be empty');
  work.charge(element.length);
  const words = element.map((word) => {
    if (typeof word === 'string') return word;
    throw new Mistake(`Invalid pattern: an alternative must be a string, got ${typeOf(word)}`);
  });
  // One alternative is no choice; `[["git"]]` and `["git"]` are the same rule.
  const [only, ...others] = words;
  return only !== undefined && others.length === 0 ? only : words;
}

/** Tokens for `anywhere=`: each a word, or a list of words of which one must appear. */
export function readTokens(
  elements: readonly RuleValue[],
  name: string,
  work: Work,
): readonly PatternToken[] {
  if (elements.length === 0) throw new Mistake(`Invalid rule: \`${name}\` cannot be an empty list`);
  return elements.map((element) => readToken(element, work));
}

/** Patterns for `unless=`: each a list like `pattern`, or a string that is split into words. */
export function readExceptions(
  elements: readonly RuleValue[],
  programs: readonly string[],
  work: Work,
): readonly (readonly PatternToken[])[] {
  if (elements.length === 0) throw new Mistake('Invalid rule: `unless` cannot be an empty list');
  return elements.map((element) => {
    const tokens = exceptionTokens(element, work);
    const [program, ...rest] = tokens;
    if (program === undefined || rest.length === 0) {
      throw new Mistake('Invalid rule: an exception needs the program and at least one more word');
    }
    const named = typeof program === 'string' ? [program] : program;
    work.charge(named.length * programs.length);
    if (!named.some((name) => programs.includes(name))) {
      throw new Mistake(
        `Invalid rule: the exception for ${JSON.stringify(named[0])} can never apply, because the pattern starts with ${JSON.stringify(programs[0])}`,
      );
    }
    return tokens;
  });
}

function exceptionTokens(element: RuleValue, work: Work): readonly PatternToken[] {
  if (isList(element)) return element.map((each) => readToken(each, work));
  if (typeof element !== 'string') {
    const got = typeOf(element);
    throw new Mistake(`Invalid rule: an exception must be a string or a list, got ${got}`);
  }
  work.charge(element.length);
  const words = splitWords(element);
  if (words === undefined)
    throw new Mistake('Invalid rule: an exception has an open quote or a last backslash');
  return words;
}
