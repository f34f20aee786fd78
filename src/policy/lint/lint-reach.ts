// Warnings about what a rule reaches: nothing at all, nothing that another rule leaves to it, or more than it says.
import type { Argv } from '../../domain/index.ts';
import { checkCommand, type CheckOptions } from '../rules/check-command.ts';
import { anyDirectory, meetsToken } from '../rules/limits.ts';
import { Policy } from '../rules/policy.ts';
import { noLimits, patternLength, wholePattern, type PatternToken, type Rule } from '../rules/rule.ts';
import { whyTooBroad } from '../save/banned-prefixes.ts';
import { showCommand, showPattern } from '../language/show-words.ts';
import { samplesOf } from './sample-commands.ts';

const anywhere: CheckOptions = { resolveFrom: undefined, directory: anyDirectory, examplesFrom: '/' };

/** Each a sentence without a full stop. */
export function lintReach(rule: Rule): readonly string[] {
  return [...neverMet(rule), ...letsGo(rule), ...allowsMuch(rule), ...escaped(rule)];
}

function neverMet(rule: Rule): readonly string[] {
  const { limits } = rule;
  if (limits === noLimits) return [];
  const pattern = wholePattern(rule);
  const gone = limits.unless.find(
    (exception) =>
      exception.length <= pattern.length &&
      exception.every((token, at) => at === 0 || covers(rule, token, pattern[at] ?? '')),
  );
  if (gone !== undefined) {
    return [`No command can meet it: \`unless\` takes out everything that starts with ${showPattern(gone)}`];
  }
  if (limits.exact && ((limits.minArgs ?? 0) > 0 || limits.onlyArgs.length > 0)) {
    return ['No command can meet it: `exact` leaves no room for the arguments it asks for'];
  }
  const excluded = limits.args.find((choice) =>
    choice.every((test) => limits.noArgs.some((other) => JSON.stringify(other) === JSON.stringify(test))),
  );
  return excluded === undefined ? [] : ['No command can meet it: `no_args` excludes what `args` asks for'];
}

/** Whether every word of one place is met by the other. */
function covers(rule: Rule, token: PatternToken, place: PatternToken): boolean {
  const words = typeof place === 'string' ? [place] : place;
  return words.every((word) => meetsToken(rule, token, word));
}

/** An exception from a rule that asks or forbids lets go of everything that starts like it. */
function letsGo(rule: Rule): readonly string[] {
  const { decision, limits } = rule;
  if (decision === 'allow' || limits.unless.length === 0) return [];
  const without = { ...rule, limits: { ...limits, unless: [] } };
  return limits.unless.flatMap((exception) => {
    const only = { ...rule, limits: { ...limits, unless: [exception] } };
    const free = samplesOf(rule.program).filter((argv) => meets(without, argv) && !meets(only, argv));
    if (free.length === 0) return [];
    return [`The exception ${showPattern(exception)} lets ${some(free)} go as well`];
  });
}

function allowsMuch(rule: Rule): readonly string[] {
  const { decision, limits, program } = rule;
  if (decision !== 'allow' || limits.exact || limits.onlyArgs.length > 0 || limits.maxArgs === 0) return [];
  const pattern = wholePattern(rule);
  const words: Argv = [
    program,
    ...pattern.slice(1).map((token) => (typeof token === 'string' ? token : (token[0] ?? ''))),
  ];
  const broad = limits.further.length === 0 ? whyTooBroad(words) : undefined;
  if (broad !== undefined) return [`It allows nearly anything: ${broad}`];
  const allowed = samplesOf(rule.program).filter(
    (argv) => argv.length > patternLength(rule) && meets(rule, argv),
  );
  return allowed.length === 0 ? [] : [`It allows ${some(allowed)} as well`];
}

function escaped({ decision, limits }: Rule): readonly string[] {
  if (decision === 'allow' || limits.skipOptions !== 'never') return [];
  return [
    '`skip_options = False` lets options in front of the subcommand slip past a rule that asks or forbids',
  ];
}

function meets(rule: Rule, argv: Argv): boolean {
  const policy = new Policy({ rules: [rule], hosts: new Map(), network: [] });
  return checkCommand(policy, argv, anywhere).length > 0;
}

function some(commands: readonly Argv[]): string {
  const shown = commands.slice(0, 3).map((argv) => `\`${showCommand(argv)}\``);
  const more = commands.length - shown.length;
  return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
