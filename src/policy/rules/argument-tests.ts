// `args`, `no_args`, `only_args`, `min_args` and `max_args`: what the words of a command must have, must not have, or
// may have. A pure function of the words, so that the text of a script and an `execve` get one answer.
import type { LiteralWord } from '../../domain/index.ts';
import { findOption } from './find-option.ts';
import { foldCase } from './fold-case.ts';
import type { Held } from './held.ts';
import type { ArgumentTest, Rule } from './rule.ts';
import { meetsWildcard } from './wildcard.ts';

export interface ArgumentFacts {
  /** The command, its program first, with every option that was skipped to find the subcommand. */
  readonly whole: readonly LiteralWord[];
  /** The words behind the pattern, skipped options in front of them. */
  readonly behind: readonly LiteralWord[];
  /** How many words stand behind the pattern. */
  readonly count: number;
}

export function argumentsHold(rule: Rule, facts: ArgumentFacts): Held {
  const { args, noArgs, onlyArgs, minArgs, maxArgs } = rule.limits;
  const read = rule.canonical ? folded(facts) : facts;
  const answers: Held[] = args.map((choice) => appears(rule, choice, read.whole));
  for (const test of noArgs) answers.push(staysAway(rule, test, read.whole));
  if (onlyArgs.length > 0) answers.push(nothingElse(rule, onlyArgs, read.behind));
  if (minArgs !== undefined || maxArgs !== undefined) answers.push(isAsMany(rule, facts));
  if (answers.includes('no')) return 'no';
  return answers.includes('maybe') ? 'maybe' : 'yes';
}

function folded({ whole, behind, count }: ArgumentFacts): ArgumentFacts {
  const fold = (word: LiteralWord): LiteralWord => (word === undefined ? undefined : foldCase(word));
  return { whole: whole.map(fold), behind: behind.map(fold), count };
}

/** How much speaks for one of the tests being met, and whether the command also says the opposite. */
interface Presence {
  readonly best: 'certain' | 'likely' | 'possible' | 'absent';
  /** The option is there with another value, or taken back: which of the two counts is the program's to say. */
  readonly isContradicted: boolean;
}

function appears(rule: Rule, choice: readonly ArgumentTest[], words: readonly LiteralWord[]): Held {
  const { best, isContradicted } = presenceOf(choice, words);
  if (rule.decision === 'allow') return best === 'certain' && !isContradicted ? 'yes' : 'no';
  if (best === 'absent') return 'no';
  return best === 'possible' ? 'maybe' : 'yes';
}

function staysAway(rule: Rule, test: ArgumentTest, words: readonly LiteralWord[]): Held {
  const { best, isContradicted } = presenceOf([test], words);
  if (rule.decision === 'allow') return best === 'absent' ? 'yes' : 'no';
  // A rule that asks or forbids lets go only of what certainly has the word.
  return best === 'certain' && !isContradicted ? 'no' : 'yes';
}

const order = ['absent', 'possible', 'likely', 'certain'] as const;

function presenceOf(choice: readonly ArgumentTest[], words: readonly LiteralWord[]): Presence {
  let best = 0;
  let isContradicted = false;
  const note = (sureness: Presence['best']): void => {
    best = Math.max(best, order.indexOf(sureness));
  };
  for (const test of choice) {
    if (test.kind === 'word') {
      for (const word of words.slice(1)) {
        if (word === undefined) note('possible');
        else if (meetsWildcard(test.word, word)) note(word.startsWith('-') ? 'likely' : 'certain');
      }
      continue;
    }
    const negation = `--no-${test.name.replace(/^-+/, '')}`;
    isContradicted ||= words.some((word) => (word ?? '').split('=')[0] === negation);
    for (const { sureness, value, isValueKnown, isAttached } of findOption(test.name, words)) {
      // `--dry-run=none` is no dry run: a bare option in an allow rule means the bare word.
      if (test.value === undefined) note(isAttached && sureness === 'certain' ? 'likely' : sureness);
      else if (!isValueKnown) note('possible');
      else if (value !== undefined && meetsWildcard(test.value, value)) note(sureness);
      else if (choice.length === 1 || !choice.some((other) => isMetBy(other, test.name, value))) {
        isContradicted = true;
      }
    }
  }
  return { best: order[best] ?? 'absent', isContradicted };
}

/** Whether another test of the choice is content with this value of the same option. */
function isMetBy(test: ArgumentTest, name: string, value: string | undefined): boolean {
  if (test.kind === 'word' || test.name !== name) return false;
  return test.value === undefined || (value !== undefined && meetsWildcard(test.value, value));
}

/** Each word is one that is listed, as it is written: no abbreviation, nothing joined. */
function nothingElse(rule: Rule, tests: readonly ArgumentTest[], words: readonly LiteralWord[]): Held {
  let held: Held = 'yes';
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at];
    if (word === undefined) {
      held = 'maybe';
      continue;
    }
    const taken = wordsTaken(tests, word, words[at + 1]);
    if (taken === 0) return 'no';
    at += taken - 1;
  }
  return rule.decision === 'allow' && held === 'maybe' ? 'no' : held;
}

/** How many words a test accounts for; 0 when none does. */
function wordsTaken(tests: readonly ArgumentTest[], word: string, next: LiteralWord): 0 | 1 | 2 {
  let taken: 0 | 1 | 2 = 0;
  for (const test of tests) {
    if (test.kind === 'word') {
      // `*` stands for an argument: an option is listed by its own name.
      const meets = meetsWildcard(test.word, word) && (!word.startsWith('-') || test.word.startsWith('-'));
      if (meets) taken = taken === 2 ? 2 : 1;
    } else if (word === test.name) {
      if (test.value === undefined) taken = taken === 2 ? 2 : 1;
      else if (next !== undefined && meetsWildcard(test.value, next)) taken = 2;
    } else if (test.value !== undefined && word.startsWith(`${test.name}=`)) {
      if (meetsWildcard(test.value, word.slice(test.name.length + 1))) taken = taken === 2 ? 2 : 1;
    }
  }
  return taken;
}

/** An unknown word may become none or many. */
function isAsMany({ limits: { minArgs = 0, maxArgs = Infinity } }: Rule, facts: ArgumentFacts): Held {
  const counted = facts.behind.slice(facts.behind.length - facts.count);
  const sure = counted.filter((word) => word !== undefined).length;
  const hasUnknown = sure < facts.count;
  if (sure > maxArgs) return 'no';
  if (!hasUnknown) return sure >= minArgs ? 'yes' : 'no';
  return 'maybe';
}
