// Which allow rules cover one command whose every word is known. Unlike a denial, an allowance has to be earned: the
// file that would run must be the one the rule's author meant.
import {
  isNonEmpty,
  type AbsolutePath,
  type Argv,
  type LiteralWord,
  type RuleMatch,
} from '../../domain/index.ts';
import { mayCarry, readCarriedAssignments } from '../rules/carried-assignments.ts';
import { behindOptions, startsBehindOptions } from '../rules/global-options.ts';
import { baseName, mayStandFor } from '../rules/host-path.ts';
import { isExcepted, limitsHold } from '../rules/limits.ts';
import type { Policy } from '../rules/policy.ts';
import type { IndexedRule } from '../rules/rule-index.ts';
import { noLimits, patternLength, type Rule } from '../rules/rule.ts';
import type { World } from './context.ts';
import type { FoundMatch } from './find-denials.ts';
import { isShellBuiltin } from './shell-builtins.ts';

export interface AllowSearch {
  readonly argv: Argv;
  readonly directory: AbsolutePath | undefined;
  /** A command of a script is looked for among the shell's builtins first. */
  readonly from: 'argv' | 'script';
  readonly world: World;
}

export interface Allowance {
  readonly matches: readonly FoundMatch[];
  /** Why a rule that met the words did not count, when one did. */
  readonly distrusted: string | undefined;
}

const none: Allowance = { matches: [], distrusted: undefined };

export function findAllows(policy: Policy, search: AllowSearch): Allowance {
  if (policy.allows.isEmpty) return none;
  const direct = allowsOf(policy, search, () => true);
  const carried = search.argv[0].endsWith('env') ? readCarriedAssignments(search.argv) : undefined;
  if (carried === undefined) return direct;
  const within = allowsOf(policy, { ...search, argv: carried.inner, from: 'argv' }, (rule) =>
    mayCarry(rule, carried),
  );
  const distrusted = distrust(search);
  if (within.matches.length === 0 || distrusted !== undefined) {
    return { matches: direct.matches, distrusted: direct.distrusted ?? within.distrusted ?? distrusted };
  }
  const whole = within.matches.map(({ order, match }) => ({
    order,
    match: { ...match, command: search.argv },
  }));
  return { matches: [...direct.matches, ...(whole as readonly FoundMatch[])], distrusted: undefined };
}

type Keep = (rule: Rule) => boolean;

function allowsOf(policy: Policy, search: AllowSearch, keep: Keep): Allowance {
  const { argv } = search;
  const [program] = argv;
  const exact = meet(policy, { search, name: program, keep });
  if (program.includes('/')) {
    // A rule that spells this very path vouches for it; a rule for the bare name does not.
    const matches = exact.map((entry) => toFound(entry, argv, undefined));
    const base = baseName(program);
    const byName = base === '' ? [] : meet(policy, { search, name: base, keep });
    if (byName.length === 0) return { matches, distrusted: undefined };
    const place = search.world.locate(program, search.directory);
    if (place.kind === 'untrusted') return { matches, distrusted: place.because };
    const stood = byName.filter(({ rule }) =>
      mayStandFor(policy.hosts, rule, place.path, (path) => search.world.followed(path)),
    );
    const respelled: Argv = [base, ...argv.slice(1)];
    return {
      matches: [...matches, ...stood.map((entry) => toFound(entry, respelled, place.path, argv))],
      distrusted: undefined,
    };
  }
  if (exact.length === 0) return none;
  const distrusted = distrust(search);
  if (distrusted !== undefined) return { matches: [], distrusted };
  return { matches: exact.map((entry) => toFound(entry, argv, undefined)), distrusted: undefined };
}

/** Why a bare name cannot be taken for the program a rule means; undefined when it can. */
function distrust({ argv, directory, from, world }: AllowSearch): string | undefined {
  const [program] = argv;
  if (from === 'script' && isShellBuiltin(program)) return undefined;
  const place = world.locate(program, directory);
  return place.kind === 'trusted' ? undefined : place.because;
}

interface Asked {
  readonly search: AllowSearch;
  readonly name: string;
  readonly keep: Keep;
}

function meet(policy: Policy, { search, name, keep }: Asked): readonly IndexedRule[] {
  const { argv } = search;
  const found = new Set<IndexedRule>();
  const { met } = policy.allows.match(name, argv, 1);
  for (const entry of met) {
    if (keep(entry.rule) && covers(entry.rule, argv, search, argv)) found.add(entry);
  }
  if (!policy.allows.names(name)) return [];
  for (const start of startsBehindOptions(baseName(name), argv, 'to-allow').starts) {
    const { met: behind } = policy.allows.match(name, argv, start);
    if (behind.length === 0) continue;
    const reading = behindOptions(argv, start);
    for (const entry of behind) {
      const { limits } = entry.rule;
      // A skipped `-C DIR` moves the command: a rule bound to a place cannot vouch for that.
      if (limits.skipOptions !== 'always' || limits.cwd.length > 0 || !keep(entry.rule)) continue;
      if (covers(entry.rule, reading, search, argv)) found.add(entry);
    }
  }
  return [...found];
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
