// `expect`: a test of what a whole file says about a command, decided the way a run decides.
import { isNonEmpty } from '../../domain/index.ts';
import { Mistake, UnknownWord } from './mistake.ts';
import { readArgument } from './read-arguments.ts';
import { readDirectory } from './read-directories.ts';
import { expectedWords, type Expectation } from './expectation.ts';
import type { RuleBuiltin } from './rule-builtin.ts';
import type { RuleDraft } from './rule-draft.ts';
import { isList, typeOf, type RuleCall, type RuleValue } from './rule-value.ts';

export const expectVerdict: RuleBuiltin = {
  required: ['command', 'verdict'],
  optional: [],
  named: ['cwd'],
  add: addExpectation,
};

function addExpectation(draft: RuleDraft, { args, line }: RuleCall): void {
  const word = readArgument(args, 'verdict', 'str') ?? '';
  const cwd = readArgument(args, 'cwd', 'str');
  const command = readCommand(args.get('command') ?? '', draft);
  const verdict = expectedWords.find((each) => each === word);
  if (verdict === undefined) throw new UnknownWord('verdict', word, expectedWords);
  const directory = cwd === undefined ? undefined : readDirectory(cwd, 'cwd', draft.place);
  draft.expectations.push({ command, verdict, directory, line });
}

function readCommand(value: RuleValue, { work }: RuleDraft): Expectation['command'] {
  if (typeof value === 'string') {
    work.charge(10 + value.length);
    if (value.trim() === '') throw new Mistake('Invalid test: the command of expect cannot be empty');
    return value;
  }
  if (!isList(value)) {
    throw new Mistake(`Invalid test: the command of expect must be a string or a list, got ${typeOf(value)}`);
  }
  work.charge(10 + value.length);
  const words = value.map((word) => {
    if (typeof word === 'string') return word;
    throw new Mistake(`Invalid test: the words of expect must be strings, got ${typeOf(word)}`);
  });
  if (!isNonEmpty(words)) throw new Mistake('Invalid test: the command of expect cannot be empty');
  return words;
}
