// What the computed words of a command that deletes or changes files can be, for whoever judges how far it reaches.
import { isNonEmpty, type LiteralWord, type PossibleWord } from '../../domain/index.ts';
import { isMarked, literalWord, looseExpansion, type MarkedWord } from './marked-word.ts';
import { possibleWords } from './possible-words.ts';
import type { Feed, LooseCommand } from './reading.ts';
import { outputOf } from './shell-input.ts';
import type { Variables } from './variables.ts';

const asked =
  /^(?:cd|rm|rmdir|unlink|shred|rimraf|del-cli|rmrf|chmod|chown|chgrp|find|git|g?timeout|nice|nohup|stdbuf|command|time|npx|bunx|pnpm|yarn|npm|bun)$/;

/** Whether the words of a program are looked at, where it is called by this word. */
export function isAskedAbout(program: LiteralWord): boolean {
  return program !== undefined && asked.test(program.slice(program.lastIndexOf('/') + 1));
}

/** A quick no: without one of these words there is nothing to look at. */
export const mayBeAsked: RegExp = /\b(?:rm|rmdir|unlink|shred|rimraf|del-cli|chmod|chown|chgrp|find|git)\b/;

export interface Operands {
  readonly words: readonly MarkedWord[];
  readonly sources: readonly string[] | undefined;
  /** What `xargs` reads, whose words stand behind the others. */
  readonly fedBy: Feed | undefined;
  readonly isFed: boolean;
  readonly isSameShell: boolean;
}

type Possible = Readonly<Record<number, readonly PossibleWord[]>>;

/** Undefined where every word is known. */
export function possibleOperands(operands: Operands, variables: Variables | undefined): Possible | undefined {
  const { words, sources, fedBy, isFed, isSameShell } = operands;
  const found: [number, readonly PossibleWord[]][] = [];
  for (const [at, word] of words.entries()) {
    if (at === 0 || !isMarked(word) || literalWord(word) !== undefined) continue;
    const source = sources?.[at];
    if (isFed && at === words.length - 1) found.push([at, printed(fedBy)]);
    else if (source !== undefined && source !== '' && variables !== undefined)
      found.push([at, possibleWords(source, variables, isSameShell)]);
  }
  return found.length === 0 ? undefined : Object.fromEntries(found);
}

const unknown: readonly PossibleWord[] = [{ pieces: [{ kind: 'anything' }] }];
const mostPrinted = 24;

/** Each of the words that `xargs` takes from what is piped into it. */
function printed(feed: Feed | undefined): readonly PossibleWord[] {
  if (feed === undefined) return unknown;
  const { commands, from, to } = feed;
  const only = to - from === 1 ? commands[from] : undefined;
  if (only !== undefined && literalWord(only.words[0] ?? '') === 'find' && !only.words.some(isMarked)) {
    return [{ pieces: [{ kind: 'found', words: only.words.slice(1) }] }];
  }
  const { texts, isUnread } = outputOf(feed);
  const words = texts.flatMap((text) => text.split(/\s+/)).filter((word) => word !== '');
  if (isUnread || words.length > mostPrinted || words.some((word) => /['"\\]/.test(word))) return unknown;
  const possible = words.map((word) => ({ pieces: [word] }));
  return isNonEmpty(possible) ? possible : unknown;
}

/** The words behind a wrapper as they are written: they are the last of its own. */
export function sourcesBehind(
  outer: LooseCommand,
  words: readonly MarkedWord[],
): readonly string[] | undefined {
  const { sources } = outer;
  if (sources === undefined || sources.length !== outer.words.length) return undefined;
  const own = words.at(-1) === looseExpansion && outer.words.at(-1) !== looseExpansion ? 1 : 0;
  const shared = words.length - own;
  const from = outer.words.length - shared;
  if (from < 0 || !words.slice(0, shared).every((word, at) => word === outer.words[from + at]))
    return undefined;
  return [...sources.slice(from), ...(own === 1 ? [''] : [])];
}

const simplyExpanded = /^"((?:[^"\\$`]|\$[A-Za-z_]\w*|\$\{[A-Za-z_]\w*\})*)"$/;

/** The text of a quoted word whose variables may as well be expanded later; undefined for any other word. */
export function laterText(source: string | undefined): string | undefined {
  return source === undefined ? undefined : simplyExpanded.exec(source)?.[1];
}
