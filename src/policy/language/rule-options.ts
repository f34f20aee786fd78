// The parameters of prefix_rule that the plain dialect does not have. Each is optional, and a rule without them means
// what it always meant.
import { mayBeListed } from '../rules/harmless-variables.ts';
import { noLimits, type AllowedAssignment, type PatternToken, type RuleLimits } from '../rules/rule.ts';
import { Mistake, type Work } from './mistake.ts';
import { readChoices, readTests } from './read-argument-tests.ts';
import { readArgument, readCount } from './read-arguments.ts';
import { readDirectory } from './read-directories.ts';
import { readExpiry } from './read-expiry.ts';
import { readExceptions, readTokens, type Pattern } from './read-pattern.ts';
import type { RuleDraft } from './rule-draft.ts';
import type { RuleArguments, RuleValue } from './rule-value.ts';

export interface RawOptions {
  readonly exact: boolean | undefined;
  readonly unless: readonly RuleValue[] | undefined;
  readonly anywhere: readonly RuleValue[] | undefined;
  readonly env: readonly RuleValue[] | undefined;
  readonly cwd: readonly RuleValue[] | undefined;
  readonly skipOptions: boolean | undefined;
  readonly wildcards: boolean | undefined;
  readonly args: readonly RuleValue[] | undefined;
  readonly noArgs: readonly RuleValue[] | undefined;
  readonly onlyArgs: readonly RuleValue[] | undefined;
  readonly minArgs: number | undefined;
  readonly maxArgs: number | undefined;
  readonly paths: readonly RuleValue[] | undefined;
  readonly pathsOutside: readonly RuleValue[] | undefined;
  readonly expires: string | undefined;
  readonly id: string | undefined;
}

/** By name only, in the order of the manual. */
export const optionNames: readonly string[] = [
  ...['unless', 'anywhere', 'exact', 'env', 'cwd', 'skip_options'],
  ...['args', 'no_args', 'only_args', 'min_args', 'max_args', 'paths', 'paths_outside'],
  ...['wildcards', 'expires', 'id'],
];

/** Looks at types only; {@link readLimits} gives them meaning after the older parameters had their turn. */
export function readRawOptions(args: RuleArguments): RawOptions | undefined {
  // Ten thousand rules in the plain dialect ask for none of this.
  if (!hasAny(args)) return undefined;
  return {
    exact: readArgument(args, 'exact', 'bool'),
    unless: readArgument(args, 'unless', 'list'),
    anywhere: readArgument(args, 'anywhere', 'list'),
    env: readArgument(args, 'env', 'list'),
    cwd: readArgument(args, 'cwd', 'list'),
    skipOptions: readArgument(args, 'skip_options', 'bool'),
    args: readArgument(args, 'args', 'list'),
    noArgs: readArgument(args, 'no_args', 'list'),
    onlyArgs: readArgument(args, 'only_args', 'list'),
    minArgs: readCount(args, 'min_args'),
    maxArgs: readCount(args, 'max_args'),
    paths: readArgument(args, 'paths', 'list'),
    pathsOutside: readArgument(args, 'paths_outside', 'list'),
    wildcards: readArgument(args, 'wildcards', 'bool'),
    expires: readArgument(args, 'expires', 'str'),
    id: readArgument(args, 'id', 'str'),
  };
}

function hasAny(args: RuleArguments): boolean {
  for (const name of optionNames) if (args.has(name)) return true;
  return false;
}

/** What narrows the rule; a pattern with wildcards leaves its places from the first of them on to `further`. */
export function readLimits(
  raw: RawOptions | undefined,
  { programs, rest }: Pattern,
  { work, place }: RuleDraft,
): RuleLimits {
  if (raw === undefined) return noLimits;
  const { minArgs, maxArgs } = raw;
  if (minArgs !== undefined && maxArgs !== undefined && minArgs > maxArgs) {
    throw new Mistake('Invalid rule: `min_args` is more than `max_args`, so no command can meet it');
  }
  const directories = (elements: readonly RuleValue[] | undefined, name: string): readonly string[] =>
    elements === undefined
      ? []
      : strings(elements, name, work).map((text) => readDirectory(text, name, place));
  const wildcards = raw.wildcards ?? false;
  if (wildcards && programs.some((program) => program.includes('*'))) {
    throw new Mistake('Invalid rule: the program of a pattern cannot have a wildcard');
  }
  const limits = {
    exact: raw.exact ?? false,
    unless: raw.unless === undefined ? [] : readExceptions(raw.unless, programs, work),
    anywhere: raw.anywhere === undefined ? [] : readTokens(raw.anywhere, 'anywhere', work),
    env: raw.env === undefined ? [] : strings(raw.env, 'env', work).map(readAssignment),
    cwd: directories(raw.cwd, 'cwd'),
    skipOptions: raw.skipOptions === undefined ? 'by-decision' : raw.skipOptions ? 'always' : 'never',
    wildcards,
    further: wildcards ? rest.slice(firstWildcard(rest)) : [],
    args: raw.args === undefined ? [] : readChoices(raw.args, 'args', work),
    noArgs: raw.noArgs === undefined ? [] : readTests(raw.noArgs, 'no_args', work),
    onlyArgs: raw.onlyArgs === undefined ? [] : readTests(raw.onlyArgs, 'only_args', work),
    minArgs,
    maxArgs,
    paths: directories(raw.paths, 'paths'),
    pathsOutside: directories(raw.pathsOutside, 'paths_outside'),
    expiresAt: raw.expires === undefined ? undefined : readExpiry(raw.expires),
  } as const;
  return { ...limits, hasArguments: looksAtArguments(limits) };
}

function looksAtArguments(limits: Omit<RuleLimits, 'hasArguments'>): boolean {
  const { args, noArgs, onlyArgs, minArgs, maxArgs, paths, pathsOutside } = limits;
  const lists = [args, noArgs, onlyArgs, paths, pathsOutside];
  return lists.some((list) => list.length > 0) || minArgs !== undefined || maxArgs !== undefined;
}

/** Where the words of a pattern stop being plain; its length when they never do. */
export function firstWildcard(rest: readonly PatternToken[]): number {
  const at = rest.findIndex((token) =>
    typeof token === 'string' ? token.includes('*') : token.some((word) => word.includes('*')),
  );
  return at === -1 ? rest.length : at;
}

const idShape = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

export function readId(id: string | undefined, { ids }: RuleDraft): string | undefined {
  if (id === undefined) return undefined;
  if (!idShape.test(id)) {
    throw new Mistake(
      `Invalid rule: \`id\` takes up to 64 letters, digits, dots, dashes and underscores, got ${JSON.stringify(id)}`,
    );
  }
  if (ids.has(id))
    throw new Mistake(`Invalid rule: the id ${JSON.stringify(id)} is there twice in this file`);
  ids.add(id);
  return id;
}

function strings(elements: readonly RuleValue[], name: string, work: Work): readonly string[] {
  if (elements.length === 0) throw new Mistake(`Invalid rule: \`${name}\` cannot be an empty list`);
  work.charge(elements.length);
  return elements.map((element) => {
    if (typeof element === 'string') return element;
    throw new Mistake(`Invalid rule: the elements of \`${name}\` must be strings`);
  });
}

function readAssignment(text: string): AllowedAssignment {
  const found = /^([A-Za-z_][A-Za-z0-9_]*)(?:=([\s\S]*))?$/.exec(text);
  const name = found?.[1];
  if (name === undefined) {
    throw new Mistake(`Invalid rule: \`env\` takes NAME or NAME=VALUE, got ${JSON.stringify(text)}`);
  }
  if (!mayBeListed(name)) {
    throw new Mistake(`Invalid rule: \`env\` cannot let ${name} through, because it chooses what code runs`);
  }
  return { name, value: found?.[2] };
}
