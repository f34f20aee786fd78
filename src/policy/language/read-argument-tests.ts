// Reads `args`, `no_args` and `only_args`: each test is one word. What begins with a dash is an option, with a value
// behind `=`; anything else is an argument. `*` stands for any characters.
import type { ArgumentTest } from '../rules/rule.ts';
import { Mistake, type Work } from './mistake.ts';
import { isList, typeOf, type RuleValue } from './rule-value.ts';

/** One test each. */
export function readTests(elements: readonly RuleValue[], name: string, work: Work): readonly ArgumentTest[] {
  if (elements.length === 0) throw new Mistake(`Invalid rule: \`${name}\` cannot be an empty list`);
  return elements.map((element) => readTest(element, name, work));
}

/** A test, or a list of tests of which one must be met. */
export function readChoices(
  elements: readonly RuleValue[],
  name: string,
  work: Work,
): readonly (readonly ArgumentTest[])[] {
  if (elements.length === 0) throw new Mistake(`Invalid rule: \`${name}\` cannot be an empty list`);
  return elements.map((element) =>
    isList(element) ? readTests(element, name, work) : [readTest(element, name, work)],
  );
}

function readTest(element: RuleValue, name: string, work: Work): ArgumentTest {
  if (typeof element !== 'string') {
    throw new Mistake(`Invalid rule: the words of \`${name}\` must be strings, got ${typeOf(element)}`);
  }
  work.charge(1 + element.length);
  if (element === '') throw new Mistake(`Invalid rule: \`${name}\` cannot have an empty word`);
  const equals = element.indexOf('=');
  const option = equals === -1 ? element : element.slice(0, equals);
  // `--force*` is a word with a wildcard, and so are the words that are dashes alone.
  if (!/^--?[^-]/u.test(option) || option.includes('*')) return { kind: 'word', word: element };
  return { kind: 'option', name: option, value: equals === -1 ? undefined : element.slice(equals + 1) };
}
