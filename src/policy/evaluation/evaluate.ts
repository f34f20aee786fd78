// One parsed input to one evaluation: every command of it against every rule, the heuristics where no rule speaks,
// and the strictest of all that. Pure, given the resolver.
import {
  assertNever,
  isNonEmpty,
  type AbsolutePath,
  type Argv,
  type Evaluation,
  type LiteralCommand,
  type LiteralWord,
  type ParsedCommand,
  type PlainCommand,
  type RuleMatch,
} from '../../domain/index.ts';
import { classifyLiteral, findDanger, runsDownload } from '../heuristics/index.ts';
import { defaultMatch } from '../rules/default-rule.ts';
import type { Policy } from '../rules/policy.ts';
import { isContained } from './contained-danger.ts';
import { World, type EvaluationContext } from './context.ts';
import { coverCommand, type Cover, type Surroundings } from './cover-command.ts';
import { decide, type Judged } from './decide.ts';
import { findDenials } from './find-denials.ts';
import { directoriesOf, mayMove } from './where-it-runs.ts';

export function evaluate(policy: Policy, parsed: ParsedCommand, context: EvaluationContext): Evaluation {
  const world = new World(context);
  switch (parsed.kind) {
    case 'plain':
      return decide(parsed, judgePlain(policy, parsed, world), world);
    case 'opaque':
      return decide(parsed, judgeOpaque(policy, parsed, world), world);
    default:
      return assertNever(parsed, 'evaluate');
  }
}

type Plain = Extract<ParsedCommand, { readonly kind: 'plain' }>;
type Opaque = Extract<ParsedCommand, { readonly kind: 'opaque' }>;

function judgePlain(policy: Policy, parsed: Plain, world: World): Judged {
  const found = createFound();
  let everyCovered = true;
  let leansOnSandbox = false;
  const around: Surroundings & Whereabouts = {
    below: parsed.commands.some(({ argv }) => mayMove({ words: argv })) ? undefined : startOf(world),
    from: parsed.from,
    world,
    distrustedShell: distrustOfShell(parsed, world),
    unknownPath: parsed.login === true ? 'a login shell sets a PATH of its own' : undefined,
  };
  for (const command of parsed.commands) {
    const cover = judgeCommand(policy, command, { around, found });
    everyCovered &&= cover?.kind === 'allowed';
    leansOnSandbox ||= cover?.kind === 'allowed' && cover.leansOnSandbox;
  }
  const judgedAlready = inTheOpen(parsed);
  const place = { parsed, world, quietly: everyCovered, starts: listed(around.below), found };
  for (const literal of parsed.literalCommands) {
    // The commands in the open have just been judged, by more than their words.
    if (!judgedAlready(literal)) judgeLiteral(policy, literal, place);
  }
  if (!everyCovered) judgeTogether(parsed, found);
  return { ...found, everyCovered, leansOnSandbox };
}

interface Whereabouts {
  /** A directory that every command runs in or below; undefined when nobody can tell. */
  readonly below: AbsolutePath | undefined;
}

/** What was found so far about one input. */
interface Found {
  readonly matches: RuleMatch[];
  /** Whether something dangerous was found that the sandbox does not hold to expendable files. */
  isDangerOpen: boolean;
}

function createFound(): Found {
  return { matches: [], isDangerOpen: false };
}

/** The commands of a script are what a real shell makes of it: `./bash -c 'git status'` runs whatever `./bash` is. */
function distrustOfShell(parsed: Plain, world: World): string | undefined {
  const start = startOf(world);
  for (const [depth, shell] of (parsed.shells ?? []).entries()) {
    if (parsed.login === true && depth > 0 && !shell.includes('/')) {
      return `the shell ${shell} is not trusted: a login shell sets a PATH of its own`;
    }
    const place = world.trust(shell, start);
    if (place.kind !== 'trusted') return `the shell ${shell} is not trusted: ${place.because}`;
  }
  return undefined;
}

function startOf(world: World): AbsolutePath | undefined {
  return world.directoryOf({ kind: 'start' });
}

/** Undefined when only rules that ask or forbid speak about it. */
function judgeCommand(
  policy: Policy,
  command: PlainCommand,
  { around, found }: { readonly around: Surroundings & Whereabouts; readonly found: Found },
): Cover | undefined {
  const { argv } = command;
  const { world } = around;
  const directory = world.directoryOf(command.directory);
  const denials = findDenials(policy, { words: argv, directory, isDirectoryCertain: true, world });
  const cover = coverCommand(policy, command, around);
  const allows = cover.kind === 'allowed' ? cover.matches : [];
  const spoken = [...denials, ...allows].sort((a, b) => a.order - b.order);
  found.matches.push(...spoken.map(({ match }) => match));
  if (cover.kind === 'allowed') return cover;
  if (denials.length > 0) return undefined;
  const { fallback } = policy;
  if (cover.kind !== 'safe' && fallback !== undefined && fallback.decision !== 'allow') {
    found.matches.push(defaultMatch(fallback, argv));
    return undefined;
  }
  if (cover.kind === 'dangerous') {
    const likely = directory ?? around.below;
    found.isDangerOpen ||= !isContained(argv, { directories: listed(likely), via: [], world });
  }
  const kind = cover.kind === 'open' ? 'unknown' : cover.kind;
  found.matches.push({ kind: 'heuristic', class: kind, command: argv, because: cover.because });
  return cover;
}

interface LiteralPlace {
  readonly parsed: ParsedCommand;
  readonly world: World;
  /** Rules speak, heuristics do not: every plain command is covered by an allow rule. */
  readonly quietly: boolean;
  /** Directories that everything in the input runs in or below; none when nobody can tell. */
  readonly starts: readonly AbsolutePath[];
  readonly found: Found;
}

function judgeLiteral(policy: Policy, literal: LiteralCommand, place: LiteralPlace): void {
  const { parsed, world, quietly, starts, found } = place;
  const spoken = findDenials(policy, {
    words: literal.words,
    directory: startOf(world),
    isDirectoryCertain: false,
    world,
  })
    .toSorted((a, b) => a.order - b.order)
    .map(({ match }) => (literal.isGuess === true ? asked(match) : match));
  found.matches.push(...spoken);
  if (spoken.length > 0 || quietly) return;
  const { class: kind, because } = classifyLiteral(literal);
  if (kind !== 'dangerous') return;
  const { words, via, patterns, possible } = literal;
  found.isDangerOpen ||=
    findDanger(words) !== because ||
    !isContained(words, { directories: starts, patterns, possible, via, world });
  found.matches.push({ kind: 'heuristic', class: kind, command: knownWords(literal, parsed), because });
}

function listed(directory: AbsolutePath | undefined): readonly AbsolutePath[] {
  return directory === undefined ? [] : [directory];
}

/** What is only guessed may be forbidden by nobody; somebody is asked. */
function asked(match: RuleMatch): RuleMatch {
  if (match.kind !== 'rule') return match;
  const { command, justification, source } = match;
  return { kind: 'possible-rule', decision: 'prompt', command, justification, source };
}

/** Nothing could be read in it, and it is not empty: anything may run. */
function isUnread(parsed: Opaque): boolean {
  return parsed.literalCommands.length === 0 && parsed.reason !== 'empty';
}

function knownWords({ words }: LiteralCommand, parsed: ParsedCommand): Argv {
  const known = words.filter((word) => word !== undefined);
  if (isNonEmpty(known)) return known;
  return parsed.kind === 'opaque' ? parsed.argv : parsed.commands[0].argv;
}

/** Dangers that no single command shows. */
function judgeTogether(parsed: ParsedCommand, found: Found): void {
  if (!runsDownload(parsed.literalCommands)) return;
  found.isDangerOpen = true;
  const command = parsed.kind === 'opaque' ? parsed.argv : parsed.commands[0].argv;
  found.matches.push({
    kind: 'heuristic',
    class: 'dangerous',
    command,
    because: 'it runs what it downloads',
  });
}

function judgeOpaque(policy: Policy, parsed: Opaque, world: World): Judged {
  // The shell around the script is how it is written down; shells inside are among the literal commands.
  const found = createFound();
  const starts = directoriesOf(parsed.literalCommands, world);
  const place = { parsed, world, quietly: false, starts, found };
  for (const literal of parsed.literalCommands) judgeLiteral(policy, literal, place);
  if (isUnread(parsed)) found.matches.push(...mightMeet(policy, parsed.argv));
  judgeTogether(parsed, found);
  // No rule allows what cannot be read, so none but the default speaks about the whole of it.
  const { fallback } = policy;
  if (fallback !== undefined && fallback.decision !== 'allow') {
    found.matches.push(defaultMatch(fallback, parsed.argv));
  }
  found.matches.push({
    kind: 'heuristic',
    class: 'unknown',
    command: parsed.argv,
    because: `the script cannot be split into plain commands (${parsed.reason})`,
  });
  return { ...found, everyCovered: false, leansOnSandbox: false };
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
  return ({ words, via, redirects }) =>
    via.length === 0 && redirects.length === 0 && !words.includes(undefined) && spelled.has(words.join('\0'));
}

function isSame(argv: readonly string[], { words, via, redirects }: LiteralCommand): boolean {
  return (
    via.length === 0 &&
    redirects.length === 0 &&
    words.length === argv.length &&
    argv.every((word, at) => word === words[at])
  );
}
