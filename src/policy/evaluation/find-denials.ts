// Every way a rule that asks or forbids can meet a command: by the name it was written with, by its base name, by the
// file behind a link or behind `PATH`, and behind options of the program itself. Strict on purpose: a missed allow
// costs a question, a missed denial runs the command.
import {
  absolutePath,
  isNonEmpty,
  type AbsolutePath,
  type LiteralWord,
  type NonEmpty,
  type RuleMatch,
} from '../../domain/index.ts';
import { withoutDash } from '../rules/dashed-command.ts';
import { movesElsewhere } from '../rules/directory-options.ts';
import { foldCase } from '../rules/fold-case.ts';
import { behindOptions, startsBehindOptions } from '../rules/global-options.ts';
import { baseName } from '../rules/host-path.ts';
import { limitsHold } from '../rules/limits.ts';
import type { Policy } from '../rules/policy.ts';
import type { IndexedRule } from '../rules/rule-index.ts';
import { noLimits, patternLength } from '../rules/rule.ts';
import { otherNames } from '../rules/same-programs.ts';
import { mayPassOver } from '../rules/walk-over-options.ts';
import type { World } from './context.ts';

export interface DenialSearch {
  readonly words: NonEmpty<LiteralWord>;
  /** Where it is likely to run: relative paths are looked up there. */
  readonly directory: AbsolutePath | undefined;
  /** False when it may run elsewhere: then every `cwd=` might hold. */
  readonly isDirectoryCertain: boolean;
  readonly world: World;
}

export interface FoundMatch {
  readonly order: number;
  readonly match: RuleMatch;
}

export function findDenials(policy: Policy, search: DenialSearch): readonly FoundMatch[] {
  const words = withoutDash(search.words);
  const found = findAsWritten(policy, search);
  return words === undefined ? found : [...found, ...findAsWritten(policy, { ...search, words })];
}

function findAsWritten(policy: Policy, search: DenialSearch): readonly FoundMatch[] {
  const { denials } = policy;
  const first = denials.first;
  if (first === undefined) return [];
  const { words } = search;
  const program = words[0];
  if (program === undefined) return [possible(first, words)];

  const found = new Map<IndexedRule, FoundMatch>();
  const names = search.world.foldsCase
    ? withOtherCases(namesOf(program, policy, search), policy)
    : namesOf(program, policy, search);
  for (const [name, resolvedProgram] of names) {
    if (!denials.names(name)) continue;
    collect(policy, { search, name, resolvedProgram, start: 1 }, found);
    const { starts, isComplete } = startsBehindOptions(baseName(program), words, 'to-deny');
    for (const start of starts) collect(policy, { search, name, resolvedProgram, start }, found);
    if (!isComplete && found.size === 0) return [possible(first, words)];
    if (!mayPassOver(words)) continue;
    for (const { entry, reading } of denials.matchOverOptions(name, words)) {
      const isNews = !found.has(entry) && entry.rule.limits.skipOptions !== 'never';
      if (isNews) judge(entry, { search, name, resolvedProgram, start: 1, reading }, found);
    }
  }
  return [...found.values()];
}

interface Asked {
  readonly search: DenialSearch;
  readonly name: string;
  readonly resolvedProgram: string | undefined;
  /** Index of the word compared with the second word of a pattern: more than 1 behind options of the program. */
  readonly start: number;
}

function collect(policy: Policy, asked: Asked, found: Map<IndexedRule, FoundMatch>): void {
  const { search, name, start } = asked;
  const { met, possible: near } = policy.denials.match(name, search.words, start);
  if (met.length === 0 && near.length === 0) return;
  const skipped = start > 1;
  const reading = skipped ? behindOptions(search.words, start) : search.words;
  for (const entry of met) {
    if (skipped && entry.rule.limits.skipOptions === 'never') continue;
    judge(entry, { ...asked, reading }, found);
  }
  for (const entry of near) {
    if (skipped && entry.rule.limits.skipOptions === 'never') continue;
    if (!found.has(entry)) found.set(entry, possible(entry, search.words));
  }
}

/** A rule whose pattern the reading starts with: do its limits hold? */
function judge(
  entry: IndexedRule,
  {
    search,
    name,
    resolvedProgram,
    reading,
  }: Asked & {
    /** The command without options that were passed over. */
    readonly reading: NonEmpty<LiteralWord>;
  },
  found: Map<IndexedRule, FoundMatch>,
): void {
  const { words, world } = search;
  const held =
    entry.rule.limits === noLimits
      ? 'yes'
      : limitsHold(entry.rule, {
          words: reading,
          whole: words,
          get directory() {
            const isCertain = search.isDirectoryCertain && !movesElsewhere(baseName(words[0] ?? name), words);
            return isCertain ? world.realDirectory(search.directory) : undefined;
          },
          realPath: (path) => world.followed(path),
        });
  if (held === 'no') return;
  const known = reading.slice(0, patternLength(entry.rule)).filter((word) => word !== undefined);
  const prefix = [resolvedProgram === undefined ? (reading[0] ?? name) : name, ...known.slice(1)];
  if (held === 'yes' && isNonEmpty(prefix)) {
    found.set(entry, { order: entry.order, match: certain(entry, words, { prefix, resolvedProgram }) });
  } else if (!found.has(entry)) {
    found.set(entry, possible(entry, words));
  }
}

function certain(
  { rule }: IndexedRule,
  words: NonEmpty<LiteralWord>,
  how: { readonly prefix: NonEmpty<string>; readonly resolvedProgram: string | undefined },
): RuleMatch {
  const command = words.map((word) => word ?? unknownWord);
  return {
    kind: 'rule',
    decision: rule.decision,
    matchedPrefix: how.prefix,
    command: isNonEmpty(command) ? command : how.prefix,
    justification: rule.justification,
    resolvedProgram: how.resolvedProgram,
    source: rule.source,
  };
}

/** Stands in a reported command for a word that bash computes; the rule that matched did not look at it. */
const unknownWord = '…';

function possible({ rule, order }: IndexedRule, words: readonly LiteralWord[]): FoundMatch {
  const { justification, source } = rule;
  return {
    order,
    match: { kind: 'possible-rule', decision: 'prompt', command: words, justification, source },
  };
}

/** One file under many names: its own name says nothing about what it does when called by another. */
export const multiCall: ReadonlySet<string> = new Set([
  'busybox',
  'toybox',
  'coreutils',
  'uutils',
  'sbase-box',
  'box',
]);

/** Names under which rules may know this program, each with the path that led to it when it is not as written. */
function namesOf(
  program: string,
  policy: Policy,
  search: DenialSearch,
): ReadonlyMap<string, string | undefined> {
  const names = new Map<string, string | undefined>([[program, undefined]]);
  const isPath = program.includes('/');
  const base = isPath ? baseName(program.replace(/\/+$/, '')) : program;
  for (const other of otherNames(base)) if (policy.denials.names(other)) names.set(other, base);
  const byPath = policy.denialsByPath.get(base);
  if (!isPath && byPath === undefined) return names;

  const place = search.world.locate(program, search.directory);
  if (isPath) {
    const path = place.path ?? absolutePath(program) ?? program;
    names.set(base, path);
    if (path !== program) names.set(path, path);
    const real = place.realPath === undefined ? undefined : baseName(place.realPath);
    if (real !== undefined && real !== base && !multiCall.has(real)) names.set(real, place.realPath);
  }
  for (const { rule } of byPath ?? []) {
    if (isSameFile(rule.program, place, search.world)) names.set(rule.program, place.path ?? rule.program);
  }
  return names;
}

type Names = ReadonlyMap<string, string | undefined>;

/** Where the file system folds case, `RM` is `rm` whatever the rule's author thought of it. */
function withOtherCases(names: Names, policy: Policy): Names {
  const all = new Map(names);
  for (const [name, path] of names) {
    for (const other of policy.denialsByFold.get(foldCase(name)) ?? []) {
      if (!all.has(other)) all.set(other, path ?? name);
    }
  }
  return all;
}

function isSameFile(
  rulePath: string,
  place: { readonly path: AbsolutePath | undefined; readonly realPath: AbsolutePath | undefined },
  world: World,
): boolean {
  if (rulePath === place.path || rulePath === place.realPath) return true;
  const path = absolutePath(rulePath);
  const real = path === undefined ? undefined : world.realPath(path);
  return real !== undefined && real === place.realPath;
}
