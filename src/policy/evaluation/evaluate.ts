// One parsed input to one evaluation: every command of it against every rule, the heuristics where no rule speaks,
// and the strictest of all that. Pure, given the resolver.
import {
  assertNever,
  isNonEmpty,
  type Evaluation,
  type LiteralCommand,
  type LiteralWord,
  type ParsedCommand,
  type PlainCommand,
  type RuleMatch,
} from '../../domain/index.ts';
import { classifyCommand, classifyLiteral } from '../heuristics/index.ts';
import type { Policy } from '../rules/policy.ts';
import { World, type EvaluationContext } from './context.ts';
import { decide, type Judged } from './decide.ts';
import { findAllows } from './find-allows.ts';
import { findDenials } from './find-denials.ts';
import { hidesPrograms, isUnread } from './hidden-programs.ts';
import { isShellBuiltin } from './shell-builtins.ts';

export function evaluate(policy: Policy, parsed: ParsedCommand, context: EvaluationContext): Evaluation {
  const world = new World(context);
  switch (parsed.kind) {
    case 'plain':
      return decide(parsed, judgePlain(policy, parsed, world));
    case 'opaque':
      return decide(parsed, judgeOpaque(policy, parsed, world));
    default:
      return assertNever(parsed, 'evaluate');
  }
}

type Plain = Extract<ParsedCommand, { readonly kind: 'plain' }>;
type Opaque = Extract<ParsedCommand, { readonly kind: 'opaque' }>;

function judgePlain(policy: Policy, parsed: Plain, world: World): Judged {
  const matches: RuleMatch[] = [];
  let everyCovered = true;
  const distrustedShell = distrustOfShell(parsed, world);
  for (const command of parsed.commands) {
    const judged = judgeCommand(policy, command, { from: parsed.from, world, distrustedShell });
    everyCovered &&= judged.covered;
    matches.push(...judged.matches);
  }
  const judgedAlready = inTheOpen(parsed);
  for (const literal of parsed.literalCommands) {
    // The commands in the open have just been judged, by more than their words.
    if (judgedAlready(literal)) continue;
    matches.push(...judgeLiteral(policy, literal, { parsed, world, quietly: everyCovered }));
  }
  return { matches: withoutRepeats(matches), everyCovered };
}

interface Where {
  readonly from: 'argv' | 'script';
  readonly world: World;
  /** Why the shell that runs the commands may be another program than it is called; undefined when it may not. */
  readonly distrustedShell: string | undefined;
}

/** The commands of a script are what a real shell makes of it: `./bash -c 'git status'` runs whatever `./bash` is. */
function distrustOfShell(
  { shells = [] }: { readonly shells?: readonly string[] },
  world: World,
): string | undefined {
  const start = world.directoryOf({ kind: 'start' });
  for (const shell of shells) {
    const place = world.locate(shell, start);
    if (place.kind !== 'trusted') return `the shell ${shell} is not trusted: ${place.because}`;
  }
  return undefined;
}

function judgeCommand(
  policy: Policy,
  command: PlainCommand,
  { from, world, distrustedShell }: Where,
): { readonly matches: readonly RuleMatch[]; readonly covered: boolean } {
  const { argv } = command;
  const directory = world.directoryOf(command.directory);
  const denials = findDenials(policy, { words: argv, directory, isDirectoryCertain: true, world });
  const allows =
    distrustedShell === undefined
      ? findAllows(policy, { argv, directory, from, world })
      : { matches: [], distrusted: undefined };
  const found = [...denials, ...allows.matches].sort((a, b) => a.order - b.order).map(({ match }) => match);
  if (found.length > 0) return { matches: found, covered: allows.matches.length > 0 };

  const { class: kind, because } = classifyCommand(argv, {
    resolvesToTrusted: (program) =>
      distrustedShell === undefined &&
      ((from === 'script' && isShellBuiltin(program)) || world.locate(program, directory).kind === 'trusted'),
  });
  const distrusted =
    allows.distrusted === undefined
      ? undefined
      : `a rule allows ${argv[0]}, but the file that would run is not trusted: ${allows.distrusted}`;
  const why = distrustedShell ?? distrusted ?? because;
  return {
    matches: [
      { kind: 'heuristic', class: kind, command: argv, because: kind === 'dangerous' ? because : why },
    ],
    covered: false,
  };
}

interface LiteralPlace {
  readonly parsed: ParsedCommand;
  readonly world: World;
  /** Rules speak, heuristics do not: every plain command is covered by an allow rule. */
  readonly quietly: boolean;
}

function judgeLiteral(
  policy: Policy,
  literal: LiteralCommand,
  { parsed, world, quietly }: LiteralPlace,
): readonly RuleMatch[] {
  const start = world.directoryOf({ kind: 'start' });
  const found = findDenials(policy, {
    words: literal.words,
    directory: start,
    isDirectoryCertain: false,
    world,
  })
    .toSorted((a, b) => a.order - b.order)
    .map(({ match }) => match);
  if (parsed.kind === 'opaque' && hidesPrograms(literal)) found.push(...mightMeet(policy, literal.words));
  if (found.length > 0 || quietly) return found;
  const { class: kind, because } = classifyLiteral(literal);
  if (kind !== 'dangerous') return [];
  const known = literal.words.filter((word) => word !== undefined);
  const command = isNonEmpty(known)
    ? known
    : parsed.kind === 'opaque'
      ? parsed.argv
      : parsed.commands[0].argv;
  return [{ kind: 'heuristic', class: kind, command, because }];
}

function judgeOpaque(policy: Policy, parsed: Opaque, world: World): Judged {
  // The shell around the script is how it is written down; shells inside are among the literal commands.
  const matches: RuleMatch[] = [];
  for (const literal of parsed.literalCommands) {
    matches.push(...judgeLiteral(policy, literal, { parsed, world, quietly: false }));
  }
  if (isUnread(parsed)) matches.push(...mightMeet(policy, parsed.argv));
  matches.push({
    kind: 'heuristic',
    class: 'unknown',
    command: parsed.argv,
    because: `the script cannot be split into plain commands (${parsed.reason})`,
  });
  return { matches: withoutRepeats(matches), everyCovered: false };
}

/** For commands that cannot be seen: while any rule asks or forbids, it might be about them. */
function mightMeet(policy: Policy, command: readonly LiteralWord[]): readonly RuleMatch[] {
  const { first } = policy.denials;
  if (first === undefined) return [];
  const { justification, source } = first.rule;
  return [{ kind: 'possible-rule', decision: 'prompt', command, justification, source }];
}

function inTheOpen({ commands }: Plain): (literal: LiteralCommand) => boolean {
  const [only] = commands;
  if (commands.length === 1) return (literal) => isSame(only.argv, literal);
  // A script may have fifty thousand commands: comparing each with each would take minutes.
  const spelled = new Set<string>(commands.map(({ argv }) => argv.join('\0')));
  return ({ words, via }) => via.length === 0 && !words.includes(undefined) && spelled.has(words.join('\0'));
}

function isSame(argv: readonly string[], { words, via }: LiteralCommand): boolean {
  return via.length === 0 && words.length === argv.length && argv.every((word, at) => word === words[at]);
}

/** One rule met by a command and again by the same command behind a wrapper is one match. */
function withoutRepeats(matches: readonly RuleMatch[]): readonly RuleMatch[] {
  if (matches.length < 2) return matches;
  const seen = new Set<string>();
  return matches.filter((match) => {
    const key = JSON.stringify(match);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
