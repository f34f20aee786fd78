// Which allow rules cover one command whose every word is known. Unlike a denial, an allowance has to be earned: the
// file that would run must be the one the rule's author meant, and the rule must spell what the command starts beside it.
import {
  isNonEmpty,
  type AbsolutePath,
  type Argv,
  type Assignment,
  type LiteralCommand,
  type LiteralWord,
  type RuleMatch,
} from '../../domain/index.ts';
import { findDanger } from '../heuristics/index.ts';
import { mayCarry, readCarriedAssignments } from '../rules/carried-assignments.ts';
import { behindOptions, startsBehindOptions } from '../rules/global-options.ts';
import { baseName, mayStandFor } from '../rules/host-path.ts';
import { isExcepted, limitsHold } from '../rules/limits.ts';
import type { Policy } from '../rules/policy.ts';
import type { IndexedRule } from '../rules/rule-index.ts';
import { isSavedRule, noLimits, patternLength, type Rule } from '../rules/rule.ts';
import { carriedCode } from './carried-code.ts';
import type { World } from './context.ts';
import type { FoundMatch } from './find-denials.ts';
import { isShellBuiltin } from './shell-builtins.ts';

export interface AllowSearch {
  readonly argv: Argv;
  readonly directory: AbsolutePath | undefined;
  /** A command of a script is looked for among the shell's builtins first. */
  readonly from: 'argv' | 'script';
  /** Why a bare name may be another program than the `PATH` of this evaluation says; undefined when it may not. */
  readonly unknownPath: string | undefined;
  /** What stands in front of it: covered only by rules that let it through. */
  readonly assignments: readonly Assignment[];
  /** What the command starts itself. */
  readonly starts: readonly LiteralCommand[];
  readonly world: World;
  /** Whether a command that this one starts is covered by rules of its own. */
  covers(started: LiteralCommand): boolean;
}

export interface Allowance {
  readonly matches: readonly FoundMatch[];
  /** Why a rule that met the words did not count, when one did. */
  readonly distrusted: string | undefined;
}

const none: Allowance = { matches: [], distrusted: undefined };

export function findAllows(policy: Policy, search: AllowSearch): Allowance {
  if (policy.allows.isEmpty) return none;
  const direct = allowsOf(policy, search, (rule) => mayCarry(rule, search.assignments));
  const carried = search.argv[0].endsWith('env') ? readCarriedAssignments(search.argv) : undefined;
  if (carried === undefined) return direct;
  const all = [...search.assignments, ...carried.assignments];
  const starts = startsBehindWrapper(search.starts);
  const within = allowsOf(policy, { ...search, argv: carried.inner, from: 'argv', starts }, (rule) =>
    mayCarry(rule, all),
  );
  const distrusted = distrust(search);
  if (within.matches.length === 0 || distrusted !== undefined) {
    const because = distrusted === undefined ? undefined : notTheFile(distrusted);
    return { matches: direct.matches, distrusted: direct.distrusted ?? within.distrusted ?? because };
  }
  const whole = within.matches.map(({ order, match }) => ({
    order,
    match: { ...match, command: search.argv },
  }));
  return { matches: [...direct.matches, ...(whole as readonly FoundMatch[])], distrusted: undefined };
}

/** What the command behind a wrapper starts, told from what the whole starts. */
export function startsBehindWrapper(starts: readonly LiteralCommand[]): readonly LiteralCommand[] {
  return starts.flatMap((started) =>
    started.via.length > 1 ? [{ ...started, via: started.via.slice(1) }] : [],
  );
}

type Keep = (rule: Rule) => boolean;

function allowsOf(policy: Policy, search: AllowSearch, keep: Keep): Allowance {
  const { argv } = search;
  const [program] = argv;
  const exact = meet(policy, { search, name: program, keep });
  if (program.includes('/')) {
    // A rule that spells this very path vouches for it; a rule for the bare name does not.
    const matches = exact.rules.map((entry) => toFound(entry, argv, undefined));
    const base = baseName(program);
    const byName = base === '' ? nothingMet : meet(policy, { search, name: base, keep });
    const open = exact.uncovered ?? byName.uncovered;
    if (byName.rules.length === 0) return { matches, distrusted: open };
    const place = search.world.trust(program, search.directory);
    if (place.kind === 'untrusted') return { matches, distrusted: notTheFile(place.because) };
    const stood = byName.rules.filter(({ rule }) =>
      mayStandFor(policy.hosts, rule, place.path, (path) => search.world.followed(path)),
    );
    const respelled: Argv = [base, ...argv.slice(1)];
    return {
      matches: [...matches, ...stood.map((entry) => toFound(entry, respelled, place.path, argv))],
      distrusted: open,
    };
  }
  if (exact.rules.length === 0) return { matches: [], distrusted: exact.uncovered };
  const distrusted = distrust(search);
  if (distrusted !== undefined) return { matches: [], distrusted: notTheFile(distrusted) };
  return { matches: exact.rules.map((entry) => toFound(entry, argv, undefined)), distrusted: undefined };
}

function notTheFile(because: string): string {
  return `the file that would run is not trusted: ${because}`;
}

/** Why a bare name cannot be taken for the program a rule means; undefined when it can. */
export function distrust({
  argv,
  directory,
  from,
  unknownPath,
  world,
}: Pick<AllowSearch, 'argv' | 'directory' | 'from' | 'unknownPath' | 'world'>): string | undefined {
  const [program] = argv;
  if (from === 'script' && isShellBuiltin(program)) return undefined;
  if (unknownPath !== undefined && !program.includes('/')) return unknownPath;
  const place = world.trust(program, directory);
  return place.kind === 'trusted' ? undefined : place.because;
}

interface Asked {
  readonly search: AllowSearch;
  readonly name: string;
  readonly keep: Keep;
}

interface Met {
  readonly rules: readonly IndexedRule[];
  /** Why a rule for these words does not cover all that the command does, when one does not. */
  readonly uncovered: string | undefined;
}

const nothingMet: Met = { rules: [], uncovered: undefined };

function meet(policy: Policy, { search, name, keep }: Asked): Met {
  const { argv } = search;
  if (!policy.allows.names(name)) return nothingMet;
  const found = new Set<IndexedRule>();
  let uncovered: string | undefined;
  const take = (entry: IndexedRule, reading: readonly LiteralWord[], start: number): void => {
    if (!keep(entry.rule) || !covers(entry.rule, reading, search, argv)) return;
    const problem = whatIsNotSpelled(entry.rule, start + entry.rule.rest.length, search);
    if (problem === undefined) found.add(entry);
    else uncovered ??= problem;
  };
  for (const entry of policy.allows.match(name, argv, 1).met) take(entry, argv, 1);
  for (const start of startsBehindOptions(baseName(name), argv, 'to-allow').starts) {
    const { met: behind } = policy.allows.match(name, argv, start);
    if (behind.length === 0) continue;
    const reading = behindOptions(argv, start);
    for (const entry of behind) {
      const { limits } = entry.rule;
      // A skipped `-C DIR` moves the command: a rule bound to a place cannot vouch for that.
      if (limits.skipOptions === 'always' && limits.cwd.length === 0) take(entry, reading, start);
    }
  }
  return { rules: [...found], uncovered };
}

/**
 * What the command would do beside what the rule's pattern spells, which ends before the word at `end`: start another
 * program, run code from an option, or, under a rule that was saved and not written, do something dangerous.
 */
function whatIsNotSpelled(rule: Rule, end: number, search: AllowSearch): string | undefined {
  const { argv, starts } = search;
  const carried = carriedCode(baseName(argv[0]), argv);
  const code = carried.find((at) => at >= end);
  if (code !== undefined)
    return `the rule does not speak about \`${argv[code] ?? ''}\`, which can carry code`;
  // A rule that spells the option vouches for what the option starts.
  const mayStart = carried.length > 0 ? [] : starts;
  for (const started of mayStart) {
    if (isSpelled(started, argv, end + rule.limits.further.length) || search.covers(started)) continue;
    return `it starts ${started.words[0] === undefined ? 'another program' : `\`${started.words[0]}\``}, which needs a rule of its own`;
  }
  // Unless somebody wrote it out, to the last word.
  const isWhole = rule.limits.exact && end === argv.length;
  if (isSavedRule(rule) && !isWhole && findDanger(argv) !== undefined) {
    return 'a rule that was saved never covers a dangerous command';
  }
  return undefined;
}

/** Whether the words before `end` name the program that is started: the rule's author knew. */
function isSpelled({ words }: LiteralCommand, argv: Argv, end: number): boolean {
  // What is appended to the words at run time, as `xargs` does, is not part of the name.
  const appended = words.at(-1) === undefined ? 1 : 0;
  const named = words.slice(0, words.length - appended);
  const at = argv.length - named.length;
  return named.length > 0 && at > 0 && at < end && named.every((word, index) => word === argv[at + index]);
}

function covers(
  rule: Rule,
  words: readonly LiteralWord[],
  { world, directory }: AllowSearch,
  argv: Argv,
): boolean {
  if (rule.limits === noLimits) return true;
  const facts = {
    words,
    whole: argv,
    get directory() {
      return world.realDirectory(directory);
    },
    realPath: (path: string) => world.followed(path),
  };
  if (limitsHold(rule, facts) !== 'yes') return false;
  if (rule.limits.unless.length === 0) return true;
  // `git -C x push` is no way around `unless=["git push"]`.
  const { starts, isComplete } = startsBehindOptions(baseName(argv[0]), argv, 'to-deny');
  return isComplete && starts.every((start) => !isExcepted(rule, behindOptions(argv, start)));
}

function toFound(
  { rule, order }: IndexedRule,
  words: Argv,
  resolvedProgram: string | undefined,
  command: Argv = words,
): FoundMatch {
  const prefix = [words[0], ...words.slice(1, patternLength(rule))];
  const match: RuleMatch = {
    kind: 'rule',
    decision: 'allow',
    matchedPrefix: isNonEmpty(prefix) ? prefix : words,
    command,
    justification: rule.justification,
    resolvedProgram,
    source: rule.source,
  };
  return { order, match };
}
