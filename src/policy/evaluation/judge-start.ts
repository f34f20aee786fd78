// Rules on what really starts: one program, known by its file, with the words it gets. Nothing is read out of a text here,
// and no wrapper is looked through: what a program starts in its turn comes here by itself.
import {
  absolutePath,
  type AbsolutePath,
  isNonEmpty,
  type LiteralWord,
  type NonEmpty,
  type ProgramStart,
  type RuleMatch,
  type StartReading,
  type WatchedProgram,
} from '../../domain/index.ts';
import { withoutDash } from '../rules/dashed-command.ts';
import { baseName } from '../rules/host-path.ts';
import type { Policy } from '../rules/policy.ts';
import { otherNames } from '../rules/same-programs.ts';
import { type EvaluationContext, World } from './context.ts';
import { evaluate } from './evaluate.ts';
import { findDenials, multiCall } from './find-denials.ts';
import type { ProgramResolver } from './program-resolver.ts';
import type { CommandParser } from './verdict-of.ts';

export interface StartContext extends Omit<EvaluationContext, 'cwd'> {
  /** The programs that were told apart by their files. */
  readonly programs: readonly WatchedProgram[];
  /** Reads what a program of many names runs within itself. Default: its words alone are judged. */
  readonly parse?: CommandParser | undefined;
}

/**
 * The strictest rule that forbids what starts, or asks about it, in any of its readings; undefined when none does. Rules
 * that allow, the default rule and heuristics are about what is asked for: they say nothing here.
 */
export function judgeStart(
  policy: Policy,
  start: ProgramStart,
  context: StartContext,
): RuleMatch | undefined {
  let strictest: RuleMatch | undefined;
  for (const reading of start.readings) {
    for (const match of matchesOf(policy, { start, reading, context })) {
      if (match.kind === 'heuristic' || match.decision === 'allow') continue;
      if (match.decision === 'forbidden') return match;
      strictest ??= match;
    }
  }
  return strictest;
}

interface Asked {
  readonly start: ProgramStart;
  readonly reading: StartReading;
  readonly context: StartContext;
}

function matchesOf(policy: Policy, asked: Asked): readonly RuleMatch[] {
  const { start, reading, context } = asked;
  const given = [...reading.before, ...start.words.slice(reading.from)];
  const rest: readonly LiteralWord[] = [...given, ...(start.isCut ? [undefined] : [])];
  const names = namesOf(asked);
  const matches = [...names, ...calledName(names, asked)].flatMap((name) =>
    denialsOf(policy, [name, ...rest], asked),
  );
  if (!isMultiCall(reading)) return matches;
  // An interpreter, and what the loader starts, is called by its path.
  const isFirst = reading.before.length === 0 && reading.from === 1;
  const calledBy = isFirst ? (start.words[0] ?? '') : reading.path;
  const calls = [[baseName(calledBy), ...given], given];
  return [...matches, ...calls.flatMap((call) => appletMatches(policy, call, { start, context }))];
}

/** What its first word calls it, where a program goes by that: `git` called `git-push`. */
function calledName(names: readonly string[], { start, reading }: Asked): readonly string[] {
  if (reading.before.length > 0 || reading.from !== 1) return [];
  const called = withoutDash(start.words);
  return called !== undefined && names.some((name) => baseName(name) === called[0])
    ? [baseName(start.words[0] ?? '')]
    : [];
}

/** As it was called, as it is called where it lies, and what a rule calls the same file. */
function namesOf({ start, reading, context }: Asked): readonly string[] {
  const { path, realPath, alike } = reading;
  const called = path.startsWith('/') ? path : `${start.cwd}/${path}`;
  const known = alike.filter(
    ({ kind, name }) => kind === 'program' && !goesByItsName(name, reading, context),
  );
  return [...new Set([called, realPath.replace(/ \(deleted\)$/, ''), ...known.map(({ name }) => name)])];
}

/**
 * The very file that a rule's name leads to, under a name that this host has for it: `systemctl` is not `reboot`, though
 * one is a link to the other. Under a name that somebody made, it is what the rule says.
 */
function goesByItsName(name: string, { path, realPath }: StartReading, context: StartContext): boolean {
  const isThere = context.programs.some(
    (program) => program.name === name && context.resolve.realPath(program.path) === realPath,
  );
  if (!isThere) return false;
  const called = baseName(path);
  if (called === baseName(realPath)) return true;
  const place = context.resolve.locate(called, { cwd: undefined, path: context.path });
  return place.kind === 'trusted' && place.realPath === realPath;
}

function isMultiCall({ realPath, alike }: StartReading): boolean {
  return multiCall.has(baseName(realPath)) || alike.some(({ kind }) => kind === 'multi-call');
}

function denialsOf(
  policy: Policy,
  words: NonEmpty<LiteralWord>,
  { start, reading, context }: Asked,
): readonly RuleMatch[] {
  const program = words[0] ?? '';
  // Most programs are named by no rule, and a build starts thousands.
  if (!isSpokenOf(policy, program)) return [];
  const directory = absolutePath(start.cwd);
  const world = new World({
    cwd: directory ?? root,
    path: context.path,
    resolve: asSeenInside(reading, context.resolve),
  });
  return findDenials(policy, { words, directory, isDirectoryCertain: directory !== undefined, world }).map(
    ({ match }) => match,
  );
}

const root = '/' as AbsolutePath;

function isSpokenOf(policy: Policy, program: string): boolean {
  const base = baseName(program);
  const whole = withoutDash([program])?.[0];
  return (
    (whole !== undefined && isSpokenOf(policy, whole)) ||
    policy.denials.names(program) ||
    policy.denials.names(base) ||
    policy.denialsByPath.has(base) ||
    otherNames(base).some((name) => policy.denials.names(name))
  );
}

/** Where the program lies was seen where it runs; the host may see something else at that path, or nothing. */
function asSeenInside({ realPath }: StartReading, host: ProgramResolver): ProgramResolver {
  const real = absolutePath(realPath);
  return {
    foldsCase: host.foldsCase === true,
    realPath: (path) => host.realPath(path),
    locate: (program) => ({
      kind: 'untrusted',
      path: program.startsWith('/') ? absolutePath(program) : undefined,
      realPath: real,
      because: 'it is only looked at',
    }),
  };
}

function appletMatches(
  policy: Policy,
  words: readonly string[],
  { start, context }: Omit<Asked, 'reading'>,
): readonly RuleMatch[] {
  if (!isNonEmpty(words) || context.parse === undefined) return [];
  const parsed = context.parse({ kind: 'argv', argv: words });
  return evaluate(policy, parsed, { ...context, cwd: absolutePath(start.cwd) ?? root }).matches.filter(
    (match) => match.kind !== 'rule' || match.isDefault !== true,
  );
}
