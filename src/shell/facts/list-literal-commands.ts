// The facts about an input: every command that can be read in it, wrappers looked through. For deny decisions only.
import type { LiteralCommand, LiteralWord, NonEmpty } from '../../domain/index.ts';
import { isNonEmpty, readingStopped } from '../../domain/index.ts';
import { maxNesting, maxSweptLength } from '../script-limits.ts';
import type { Reader } from './lexing.ts';
import { codeInVariables } from './code-variables.ts';
import { guessedCommands, mayBeGuessed } from './guesses.ts';
import { type Behind, lookThrough, mayRunOthers } from './look-through.ts';
import { expandWord, isMarked, literalWord, type MarkedWord, mayVanish, patternOf } from './marked-word.ts';
import {
  isAskedAbout,
  laterText,
  mayBeAsked,
  type Operands,
  possibleOperands,
  sourcesBehind,
} from './possible-operands.ts';
import { readLoosely } from './read-loosely.ts';
import type { Feed, LooseCommand } from './reading.ts';
import { Variables } from './variables.ts';
import { WrittenFiles } from './written-files.ts';

/** What stands for the part of an input that was not read: anything may run there. */
const unread: LiteralCommand = { words: [undefined], assignments: [], redirects: [], via: [] };

const nothing: readonly never[] = [];
/** Words that are looked at on behalf of one input, beside those it has: wrappers in wrappers multiply. */
const spareWords = 20_000;

interface Collection {
  readonly found: LiteralCommand[];
  /** Who reads the text that `eval` and its like are given. */
  readonly reader: Reader;
  readonly left: { words: number };
  readonly files: WrittenFiles;
  /** What the variables hold, as far as it was read; undefined where nobody asks. */
  readonly variables: Variables | undefined;
  /** Commands whose computed words are told once everything is read. */
  readonly asked: { operands?: Map<LiteralCommand, Operands> };
  /** Whether another shell than the outermost reads it. */
  readonly isInner?: true;
  /** Set below a command that is a guess. */
  readonly isGuess?: true;
}

/** Of commands that were split already. */
export function literalCommandsOf(
  commands: readonly LooseCommand[],
  reader: Reader,
): readonly LiteralCommand[] {
  return literalCommandsOfEach(commands, reader).flat();
}

/** The same, for each of the commands. */
export function literalCommandsOfEach(
  commands: readonly LooseCommand[],
  reader: Reader,
): readonly (readonly LiteralCommand[])[] {
  const size = commands.reduce((sum, { words }) => sum + words.length, 0);
  const left = { words: size * 2 + spareWords };
  const files = new WrittenFiles();
  const asked: Collection['asked'] = {};
  for (const command of commands) files.note(command);
  return commands.map((command) => {
    const into: Collection = { found: [], reader, left, files, variables: undefined, asked };
    collect(command, into);
    return withPossible(into);
  });
}

/** Of a script that could not be split, and of the words that are its `$0`, `$1`, … */
export function literalCommandsIn(
  script: string,
  positionals: readonly string[],
  { reader, login = false }: { readonly reader: Reader; readonly login?: boolean },
): readonly LiteralCommand[] {
  const left = { words: script.length + positionals.length * 4 + spareWords };
  const variables = mayBeAsked.test(script) ? new Variables(login) : undefined;
  const files = new WrittenFiles();
  const into: Collection = { found: [], reader, left, files, variables, asked: {} };
  collectScript(script, [], into);
  // `bash -c '"$@"' _ rm -rf x` runs its positionals, with or without the first.
  for (const words of [positionals, positionals.slice(1)]) {
    if (words.length > 0) collect({ ...commandOf(words), via: ['$@'] }, into);
  }
  return withPossible(into);
}

function withPossible({ found, variables, asked }: Collection): readonly LiteralCommand[] {
  if (asked.operands === undefined) return found;
  return found.map((literal) => {
    const operands = asked.operands?.get(literal);
    const possible = operands === undefined ? undefined : possibleOperands(operands, variables);
    return possible === undefined ? literal : { ...literal, possible };
  });
}

/** A command as the splitter or the caller gave it. */
export function commandOf(words: readonly string[], pipedFrom?: Feed): LooseCommand {
  return { words, assignments: nothing, redirects: nothing, via: nothing, pipedFrom };
}

function collectScript(script: string, via: readonly string[], into: Collection): void {
  const stops = (): void => addUnread([...via, readingStopped], into);
  into.left.words -= 16 + script.length / 16;
  if (script.length > maxSweptLength || into.left.words < 0) {
    stops();
    return;
  }
  const { variables } = into;
  const isOutermost = via.length === 0;
  const noted = variables === undefined ? undefined : { variables, isOutermost };
  const { commands, stopped, doubtful } = readLoosely(script, into.reader, noted);
  if (stopped || doubtful) variables?.forgetAll();
  // A loop may run what it writes further down.
  for (const command of commands) into.files.note(command);
  for (const command of commands) collect({ ...command, via: [...via, ...command.via] }, into);
  if (doubtful) addUnread(via, into);
  if (stopped) stops();
}

/** `assigned` are the assignments that were not looked at before, in front of a wrapper around it. */
function collect(loose: LooseCommand, into: Collection, assigned = loose.assignments): void {
  const { found, left } = into;
  left.words -= loose.words.length;
  if (left.words < 0) {
    const last = found.at(-1);
    if (last?.via.at(-1) !== readingStopped) addUnread([...loose.via, readingStopped], into);
    return;
  }
  if (isPlain(loose, into)) {
    const { words, via } = loose;
    found.push({ words, assignments: nothing, redirects: nothing, via, ...asGuess(into) });
    return;
  }
  left.words -= 10;
  const words = loose.words.some(isMarked) ? loose.words.flatMap(expandWord) : loose.words;
  const files = into.files.isEmpty ? undefined : into.files;
  const sources = words.length === loose.words.length ? loose.sources : undefined;
  const command: LooseCommand = { ...loose, words, sources, files };
  const literal = words.map(literalWord);
  if (isNonEmpty(literal)) {
    const told: LiteralCommand = { ...toLiteral(command, literal), ...asGuess(into) };
    if (literal.includes(undefined) && isAskedAbout(literal[0])) ask(told, command, into);
    found.push(told);
  }

  if (command.via.length >= maxNesting) {
    if (lookThrough(command) !== undefined) addUnread([...command.via, readingStopped], into);
    return;
  }
  // `$EMPTY rm -rf x` runs `rm`.
  const firstWord = words.findIndex((word) => !mayVanish(word));
  if (firstWord > 0) {
    const rest = words.slice(firstWord);
    collect({ ...command, words: rest, sources: sourcesBehind(command, rest) }, into, nothing);
  }

  const carried = codeInVariables(assigned);
  if (carried !== undefined) collectBehind({ ...command, assignments: nothing }, carried, into);
  const behind = lookThrough(command);
  if (behind !== undefined) collectBehind(command, behind, into);
  if (behind === undefined && into.isGuess !== true && mayBeGuessed(words))
    collectGuesses(command, { ...into, isGuess: true });
}

function collectGuesses(command: LooseCommand, into: Collection): void {
  const { argvs, scripts } = guessedCommands(command.words);
  const via = [...command.via, literalWord(command.words[0] ?? '') ?? '?'];
  for (const words of argvs) collect({ ...commandOf(words), via }, into);
  for (const script of scripts) collectScript(script, via, into);
}

function ask(
  literal: LiteralCommand,
  { words, sources, via, appended }: LooseCommand,
  { asked, isInner }: Collection,
): void {
  const isFed = via.at(-1) === 'xargs';
  asked.operands ??= new Map();
  asked.operands.set(literal, { words, sources, isFed, fedBy: appended, isSameShell: isInner !== true });
}

/** `trap "rm -rf $tmp" EXIT`: the same as if it were expanded by then. */
function isLater({ sources }: LooseCommand, name: string): boolean {
  return name === 'trap' && laterText(sources?.[1]) !== undefined;
}

/** A guess that cannot be read is none. */
function addUnread(via: readonly string[], { found, isGuess }: Collection): void {
  if (isGuess !== true) found.push({ ...unread, via });
}

function asGuess({ isGuess }: Collection): { readonly isGuess?: true } {
  return isGuess === true ? { isGuess } : {};
}

function collectBehind(command: LooseCommand, behind: Behind, into: Collection): void {
  const via = [...command.via, behind.name];
  const assignments = [...command.assignments, ...behind.assignments];
  const pipedFrom = behind.passesInput ? command.pipedFrom : undefined;
  const appended = behind.name === 'xargs' ? command.pipedFrom : undefined;
  const { variables } = into;
  for (const { name, value } of behind.assignments) variables?.assign(name, value, '');
  if (behind.name === 'env' && command.words.some((word) => word.startsWith('-'))) variables?.forgetAll();
  if (behind.isUnread && behind.reader === undefined && !isLater(command, behind.name))
    variables?.forgetAll();
  for (const words of behind.argvs) {
    const sources = sourcesBehind(command, words);
    const inner = { ...command, words, sources, assignments, via, pipedFrom, appended };
    into.files.note({ ...inner, redirects: nothing, around: [] });
    collect(inner, into, behind.assignments);
  }
  const inside: Collection =
    behind.reader === undefined ? into : { ...into, reader: behind.reader, isInner: true };
  for (const script of behind.scripts) collectScript(script, via, inside);
  if (behind.isUnread) addUnread(via, into);
}

/** Nearly every command: every word known, nothing beside the words, and nothing behind them. */
function isPlain(
  command: LooseCommand,
  { files }: Collection,
): command is LooseCommand & { readonly words: NonEmpty<string> } {
  const { words, assignments, redirects } = command;
  const program = words[0];
  if (program === undefined || assignments.length > 0 || redirects.length > 0) return false;
  if (files.read(program) !== undefined) return false;
  return !mayRunOthers(program) && !words.some(isMarked) && !mayBeGuessed(words);
}

function toLiteral(command: LooseCommand, words: NonEmpty<LiteralWord>): LiteralCommand {
  return {
    words,
    assignments: command.assignments.map(({ name, value }) => ({ name, value: literalWord(value) })),
    redirects: command.redirects.flatMap(({ operator, target }) =>
      expandWord(target).map((word) => ({ operator, target: literalWord(word) })),
    ),
    via: command.via,
    ...patternsOf(command.words),
  };
}

/** `rm -f *.log`: what is deleted has such a name. */
function patternsOf(words: readonly MarkedWord[]): Pick<LiteralCommand, 'patterns'> {
  const found = words.flatMap((word, at) => {
    const pattern = isMarked(word) ? patternOf(word) : undefined;
    return pattern === undefined ? [] : [[at, pattern] as const];
  });
  return found.length === 0 ? {} : { patterns: Object.fromEntries(found) };
}
