// The parameters of prefix_rule that the plain dialect does not have. Each is optional, and a rule without them means
// what it always meant.
import { absolutePath } from '../../domain/index.ts';
import { noLimits, type AllowedAssignment, type RuleLimits } from '../rules/rule.ts';
import { Mistake, type Work } from './mistake.ts';
import type { RuleDraft } from './rule-draft.ts';
import type { RulePlace } from './rule-file.ts';
import { readArgument } from './read-arguments.ts';
import { readExceptions, readTokens } from './read-pattern.ts';
import type { RuleArguments, RuleValue } from './rule-value.ts';

export interface RawOptions {
  readonly exact: boolean | undefined;
  readonly unless: readonly RuleValue[] | undefined;
  readonly anywhere: readonly RuleValue[] | undefined;
  readonly env: readonly RuleValue[] | undefined;
  readonly cwd: readonly RuleValue[] | undefined;
  readonly skipOptions: boolean | undefined;
}

/** By name only, in the order of the manual. */
export const optionNames: readonly string[] = ['exact', 'unless', 'anywhere', 'env', 'cwd', 'skip_options'];

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
  };
}

function hasAny(args: RuleArguments): boolean {
  for (const name of optionNames) if (args.has(name)) return true;
  return false;
}

export function readLimits(
  raw: RawOptions | undefined,
  programs: readonly string[],
  { work, place }: RuleDraft,
): RuleLimits {
  if (raw === undefined) return noLimits;
  return {
    exact: raw.exact ?? false,
    unless: raw.unless === undefined ? [] : readExceptions(raw.unless, programs, work),
    anywhere: raw.anywhere === undefined ? [] : readTokens(raw.anywhere, 'anywhere', work),
    env: raw.env === undefined ? [] : strings(raw.env, 'env', work).map(readAssignment),
    cwd:
      raw.cwd === undefined
        ? []
        : strings(raw.cwd, 'cwd', work).map((text) => readDirectory(text, 'cwd', place)),
    skipOptions: raw.skipOptions === undefined ? 'by-decision' : raw.skipOptions ? 'always' : 'never',
  };
}

function strings(elements: readonly RuleValue[], name: string, work: Work): readonly string[] {
  if (elements.length === 0) throw new Mistake(`Invalid rule: \`${name}\` cannot be an empty list`);
  work.charge(elements.length);
  return elements.map((element) => {
    if (typeof element === 'string') return element;
    throw new Mistake(`Invalid rule: the elements of \`${name}\` must be strings`);
  });
}

/** These choose which program or which library runs: a rule that lets them through allows anything. */
const choosesCode =
  /^(?:PATH|IFS|ENV|BASH_ENV|SHELLOPTS|BASHOPTS|PS4|PROMPT_COMMAND|LD_.*|DYLD_.*|NODE_OPTIONS|NODE_PATH|PYTHON(?:STARTUP|PATH|HOME|INSPECT|WARNINGS)|PERL5(?:OPT|LIB|DB)|RUBY(?:OPT|LIB)|GIT_.*|EDITOR|VISUAL|PAGER|MANPAGER|LESSOPEN|SHELL|JAVA_TOOL_OPTIONS|RUSTC_.*|RUSTC|CARGO_.*|MAKEFLAGS|CC|CXX)$/;

function readAssignment(text: string): AllowedAssignment {
  const found = /^([A-Za-z_][A-Za-z0-9_]*)(?:=([\s\S]*))?$/.exec(text);
  const name = found?.[1];
  if (name === undefined) {
    throw new Mistake(`Invalid rule: \`env\` takes NAME or NAME=VALUE, got ${JSON.stringify(text)}`);
  }
  if (choosesCode.test(name)) {
    throw new Mistake(`Invalid rule: \`env\` cannot let ${name} through, because it chooses what code runs`);
  }
  return { name, value: found?.[2] };
}

function readDirectory(text: string, name: string, { base, home }: RulePlace): string {
  if (text === '') throw new Mistake(`Invalid rule: \`${name}\` cannot have an empty word`);
  const inHome = text === '~' || text.startsWith('~/');
  if (inHome && home === undefined) {
    throw new Mistake(`Invalid rule: \`${name}\` names the home directory, and there is none`);
  }
  if (!inHome && base === undefined && !text.startsWith('/')) {
    throw new Mistake(
      `Invalid rule: \`${name}\` takes absolute directories where there is no project and no workspace, got ${JSON.stringify(text)}`,
    );
  }
  const path = absolutePath(
    inHome ? `${home}${text.slice(1)}` : text.startsWith('/') ? text : `${base}/${text}`,
  );
  if (path === undefined) throw new Mistake(`Invalid rule: \`${name}\` has a word that is no path`);
  return path;
}
