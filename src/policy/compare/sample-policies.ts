// Commands that show what a policy says: those its rules are about, bare and with something behind, and commands that
// people regret.
import { isNonEmpty, type Argv } from '../../domain/index.ts';
import { sampleCommands } from '../lint/sample-commands.ts';
import type { Policy } from '../rules/policy.ts';
import { wholePattern, type ArgumentTest, type PatternToken, type Rule } from '../rules/rule.ts';

/** Each command once. */
export function samplesFor(policies: readonly Policy[]): readonly Argv[] {
  const samples = new Map<string, Argv>();
  const add = (argv: Argv): void => void samples.set(JSON.stringify(argv), argv);
  for (const rule of policies.flatMap(({ rules }) => rules))
    for (const argv of samplesOfRule(rule)) add(argv);
  for (const argv of sampleCommands) add(argv);
  return [...samples.values()];
}

/** More readings of one pattern than this say nothing new. */
const mostReadings = 32;

function samplesOfRule(rule: Rule): readonly Argv[] {
  let readings: readonly (readonly string[])[] = [[]];
  for (const place of wholePattern(rule)) {
    readings = readings.flatMap((words) => alternatives(place).map((word) => [...words, word]));
    readings = readings.slice(0, mostReadings);
  }
  const { limits } = rule;
  const asked = [...limits.args, ...limits.anywhere.map((token) => alternatives(token).map(asWord))];
  const needed = asked
    .map((choice) => choice[0])
    .flatMap((test) => (test === undefined ? [] : wordsOf(test)));
  const listed = [...limits.args.flat(), ...limits.noArgs, ...limits.onlyArgs].map(wordsOf);
  const tails: readonly (readonly string[])[] = [
    needed,
    ...(limits.exact
      ? []
      : [
          [...needed, 'x'],
          [...needed, '/etc/x'],
        ]),
    ...listed,
    ...listed.map((words) => [...needed, ...words]),
  ];
  const exceptions = limits.unless.map((tokens) => tokens.map((token) => alternatives(token)[0] ?? 'x'));
  return [...readings.flatMap((words) => tails.map((tail) => [...words, ...tail])), ...exceptions].flatMap(
    (words) => (isNonEmpty(words) ? [words] : []),
  );
}

function alternatives(token: PatternToken): readonly string[] {
  return (typeof token === 'string' ? [token] : token).map(filled);
}

function asWord(word: string): ArgumentTest {
  return { kind: 'word', word };
}

function wordsOf(test: ArgumentTest): readonly string[] {
  if (test.kind === 'word') return [filled(test.word)];
  if (test.value === undefined) return [test.name];
  const isLong = test.name.startsWith('--');
  return isLong ? [`${test.name}=${filled(test.value)}`] : [test.name, filled(test.value)];
}

function filled(word: string): string {
  return word.replaceAll('*', 'x');
}
