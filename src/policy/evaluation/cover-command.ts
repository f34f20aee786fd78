// Whether one plain command may run without a question: because rules allow it, because it is on the safe list, or
// because it is one of these behind a wrapper that changes nothing. What stands beside its words counts too.
import type { AbsolutePath, Argv, Assignment, LiteralCommand, PlainCommand } from '../../domain/index.ts';
import { classifyCommand } from '../heuristics/index.ts';
import { defaultMatch } from '../rules/default-rule.ts';
import { isHarmlessVariable } from '../rules/harmless-variables.ts';
import { baseName } from '../rules/host-path.ts';
import type { Policy } from '../rules/policy.ts';
import { carriedCode } from './carried-code.ts';
import type { World } from './context.ts';
import { distrust, findAllows, startsBehindWrapper } from './find-allows.ts';
import type { FoundMatch } from './find-denials.ts';
import { judgeRedirects } from './judge-redirects.ts';
import { readTransparentWrapper } from './transparent-wrapper.ts';

/** What holds for every command of one input. */
export interface Surroundings {
  readonly from: 'argv' | 'script';
  readonly world: World;
  /** Why the shell that runs the commands may be another program than it is called; undefined when it may not. */
  readonly distrustedShell: string | undefined;
  /** Why a bare name may be another program than `PATH` says; undefined when it may not. */
  readonly unknownPath: string | undefined;
}

export type Cover =
  | { readonly kind: 'allowed'; readonly matches: readonly FoundMatch[]; readonly leansOnSandbox: boolean }
  | { readonly kind: 'safe'; readonly because: string }
  | { readonly kind: 'open'; readonly because: string }
  | { readonly kind: 'dangerous'; readonly because: string };

/** One command with everything that is looked at. */
interface Asked {
  readonly argv: Argv;
  readonly directory: AbsolutePath | undefined;
  readonly assignments: readonly Assignment[];
  readonly starts: readonly LiteralCommand[];
}

export function coverCommand(policy: Policy, command: PlainCommand, around: Surroundings): Cover {
  const { argv, assignments = [], redirects, starts = [] } = command;
  const directory = around.world.directoryOf(command.directory);
  const cover = coverWords(policy, { argv, directory, assignments, starts }, around);
  if (cover.kind !== 'allowed' && cover.kind !== 'safe') return cover;
  const effect = judgeRedirects(redirects, directory, around.world);
  switch (effect.kind) {
    case 'harmless':
      return cover;
    case 'outside':
      return { kind: 'open', because: effect.because };
    case 'held-by-sandbox':
      // A program that only reads is no longer one when its output goes to a file.
      return cover.kind === 'safe'
        ? { kind: 'open', because: 'its output is written to a file' }
        : { ...cover, leansOnSandbox: true };
  }
}

function coverWords(policy: Policy, asked: Asked, around: Surroundings): Cover {
  const { argv, directory, assignments, starts } = asked;
  const { from, world, distrustedShell, unknownPath } = around;
  const allows =
    distrustedShell === undefined
      ? findAllows(policy, {
          ...asked,
          from,
          unknownPath,
          world,
          covers: (started) => coversStarted(policy, started, around),
        })
      : { matches: [], distrusted: undefined };
  if (allows.matches.length > 0) return { kind: 'allowed', matches: allows.matches, leansOnSandbox: false };

  const inner = distrustedShell === undefined ? readTransparentWrapper(argv) : undefined;
  if (inner !== undefined && distrust({ argv, directory, from, unknownPath, world }) === undefined) {
    const behind = { argv: inner, directory, assignments, starts: startsBehindWrapper(starts) };
    const cover = coverWords(policy, behind, { ...around, from: 'argv' });
    if (cover.kind !== 'open') return cover;
  }

  const classified = classifyCommand(argv, {
    resolvesToTrusted: (program) =>
      distrustedShell === undefined &&
      distrust({ argv: [program, ...argv.slice(1)], directory, from, unknownPath, world }) === undefined,
  });
  if (classified.class === 'dangerous') return { kind: 'dangerous', because: classified.because };
  const odd = assignments.find(({ name, value }) => !isHarmlessVariable(name, value));
  if (classified.class === 'safe' && odd === undefined) return { kind: 'safe', because: classified.because };
  const byDefault =
    classified.class === 'unknown' && distrustedShell === undefined && odd === undefined
      ? coverByDefault(policy, asked, around)
      : undefined;
  if (byDefault !== undefined && allows.distrusted === undefined) return byDefault;
  const distrusted =
    allows.distrusted === undefined ? undefined : `a rule allows ${argv[0]}, but ${allows.distrusted}`;
  const carried =
    odd === undefined ? undefined : `it is given the variable ${odd.name}, which is not known to be harmless`;
  return { kind: 'open', because: distrustedShell ?? distrusted ?? carried ?? classified.because };
}

/** `default_rule("allow")`: the program has to be what it is called, and what it runs beside is not covered by it. */
function coverByDefault(
  policy: Policy,
  { argv, directory, starts }: Asked,
  around: Surroundings,
): Cover | undefined {
  const { fallback } = policy;
  if (fallback?.decision !== 'allow') return undefined;
  const { from, unknownPath, world } = around;
  if (distrust({ argv, directory, from, unknownPath, world }) !== undefined) return undefined;
  if (carriedCode(baseName(argv[0]), argv).length > 0) return undefined;
  if (!starts.every((started) => coversStarted(policy, started, around))) return undefined;
  const match = { order: policy.rules.length, match: defaultMatch(fallback, argv) };
  return { kind: 'allowed', matches: [match], leansOnSandbox: false };
}

/** A command that another one starts is looked at as if it stood alone; nothing unknown in it is ever covered. */
function coversStarted(
  policy: Policy,
  { words, assignments }: LiteralCommand,
  around: Surroundings,
): boolean {
  const [program, ...args] = words;
  const known = args.filter((word) => word !== undefined);
  const carried = assignments.flatMap(({ name, value }) => (value === undefined ? [] : [{ name, value }]));
  if (program === undefined || known.length < args.length || carried.length < assignments.length)
    return false;
  const asked = {
    argv: [program, ...known] as const,
    directory: undefined,
    assignments: carried,
    starts: [],
  };
  const cover = coverWords(policy, asked, { ...around, from: 'argv' });
  return cover.kind === 'allowed' || cover.kind === 'safe';
}
