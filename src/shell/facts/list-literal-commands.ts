// The facts about an input: every command that can be read in it, wrappers looked through. For deny decisions only.
import type { LiteralCommand, LiteralWord, NonEmpty } from '../../domain/index.ts';
import { isNonEmpty, readingStopped } from '../../domain/index.ts';
import { maxNesting, maxSweptLength } from '../script-limits.ts';
import { lookThrough, mayRunOthers } from './look-through.ts';
import { expandWord, isMarked, literalWord, mayVanish } from './marked-word.ts';
import { readLoosely } from './read-loosely.ts';
import type { LooseCommand } from './reading.ts';

/** What stands for the part of an input that was not read: anything may run there. */
const unread: LiteralCommand = { words: [undefined], assignments: [], redirects: [], via: [readingStopped] };

const nothing: readonly never[] = [];

/** Of commands that were split already. */
export function literalCommandsOf(commands: readonly LooseCommand[]): readonly LiteralCommand[] {
  const found: LiteralCommand[] = [];
  for (const command of commands) collect(command, found);
  return found;
}

/** Of a script that could not be split, and of the words that are its `$0`, `$1`, … */
export function literalCommandsIn(script: string, positionals: readonly string[]): readonly LiteralCommand[] {
  const found: LiteralCommand[] = [];
  collectScript(script, [], found);
  // `bash -c '"$@"' _ rm -rf x` runs its positionals, with or without the first.
  for (const words of [positionals, positionals.slice(1)]) {
    if (words.length > 0) collect({ ...commandOf(words), via: ['$@'] }, found);
  }
  return found;
}

/** A command as the splitter or the caller gave it. */
export function commandOf(words: readonly string[], pipedFrom?: LooseCommand): LooseCommand {
  return { words, assignments: nothing, redirects: nothing, via: nothing, pipedFrom };
}

function collectScript(script: string, via: readonly string[], found: LiteralCommand[]): void {
  if (script.length > maxSweptLength) {
    found.push({ ...unread, via: [...via, readingStopped] });
    return;
  }
  const { commands, stopped } = readLoosely(script);
  for (const command of commands) collect({ ...command, via: [...via, ...command.via] }, found);
  if (stopped) found.push({ ...unread, via: [...via, readingStopped] });
}

function collect(loose: LooseCommand, found: LiteralCommand[]): void {
  if (isPlain(loose)) {
    const { words, via } = loose;
    found.push({ words, assignments: nothing, redirects: nothing, via });
    return;
  }
  const words = loose.words.some(isMarked) ? loose.words.flatMap(expandWord) : loose.words;
  const command: LooseCommand = { ...loose, words };
  const literal = words.map(literalWord);
  if (isNonEmpty(literal)) found.push(toLiteral(command, literal));

  if (command.via.length >= maxNesting) {
    if (lookThrough(command) !== undefined) found.push({ ...unread, via: [...command.via, readingStopped] });
    return;
  }
  // `$EMPTY rm -rf x` runs `rm`.
  const firstWord = words.findIndex((word) => !mayVanish(word));
  if (firstWord > 0) collect({ ...command, words: words.slice(firstWord) }, found);

  const behind = lookThrough(command);
  if (behind === undefined) return;
  const via = [...command.via, behind.name];
  const assignments = [...command.assignments, ...behind.assignments];
  const pipedFrom = behind.passesInput ? command.pipedFrom : undefined;
  for (const argv of behind.argvs) collect({ ...command, words: argv, assignments, via, pipedFrom }, found);
  for (const script of behind.scripts) collectScript(script, via, found);
}

/** Nearly every command: every word known, nothing beside the words, and nothing behind them. */
function isPlain(command: LooseCommand): command is LooseCommand & { readonly words: NonEmpty<string> } {
  const { words, assignments, redirects } = command;
  const program = words[0];
  if (program === undefined || assignments.length > 0 || redirects.length > 0) return false;
  return !mayRunOthers(program) && !words.some(isMarked);
}

function toLiteral(command: LooseCommand, words: NonEmpty<LiteralWord>): LiteralCommand {
  return {
    words,
    assignments: command.assignments.map(({ name, value }) => ({ name, value: literalWord(value) })),
    redirects: command.redirects.flatMap(({ operator, target }) =>
      expandWord(target).map((word) => ({ operator, target: literalWord(word) })),
    ),
    via: command.via,
  };
}
