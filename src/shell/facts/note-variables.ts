// Which variables a command gives a value: in front of it, as a builtin that assigns, or in ways that cannot be followed.
import type { Draft } from './draft.ts';
import { literalWord, type MarkedWord } from './marked-word.ts';
import type { Reading } from './reading.ts';
import type { AssigningPlace, Variables } from './variables.ts';

const declaring: ReadonlySet<string> = new Set('declare typeset local export readonly'.split(' '));
const local: ReadonlySet<string> = new Set('declare typeset local'.split(' '));
/** They assign what they read or compute to the names among their words. */
const assigning: ReadonlySet<string> = new Set('read mapfile readarray getopts printf let wait'.split(' '));
const running: ReadonlySet<string> = new Set('eval source . alias hash enable bind complete'.split(' '));
const lookedThrough: ReadonlySet<string> = new Set(['command', 'builtin', '-p', '--']);
const identifier = /^[A-Za-z_]\w*$/;

interface NotedCommand {
  readonly words: readonly MarkedWord[];
  /** The words as they are written. */
  readonly sources: readonly string[];
  readonly place: AssigningPlace;
}

interface Standing {
  readonly how: 'pipes' | 'background' | 'ends';
  /** Whether nothing in front of it decides whether it runs. */
  readonly isAlone: boolean;
  /** Groups, loops and conditions it stands in. */
  readonly groups: number;
}

/** Of a command that has been read. */
export function noteCommand(reading: Reading, draft: Draft, { how, isAlone, groups }: Standing): void {
  const { variables, isOutermost, depth, braces, functions, text } = reading;
  if (variables === undefined) return;
  const { assigned, words, sources, header, headerWords, headerName } = draft;
  if (header === 'for' && headerWords === 1) variables.forget(headerName ?? '');
  // The list of a loop stands in front of it.
  const isInNothing =
    depth === 0 && braces === 0 && functions.length === 0 && groups === (header === 'for' ? 1 : 0);
  const isCertain = how === 'ends' && isOutermost && isAlone && isInNothing;
  const place = { text, at: draft.start ?? reading.at, isCertain };
  for (const { name, word, source } of assigned)
    variables.assign(name, word, source, words.length === 0 ? place : { ...place, isCertain: false });
  noteBuiltin(variables, { words, sources, place });
}

function noteBuiltin(variables: Variables, { words, sources, place }: NotedCommand): void {
  const at = words.findIndex((word) => !lookedThrough.has(word));
  const first = words[at];
  if (first === undefined) return;
  const program = literalWord(first);
  if (program === undefined) {
    // It may be `read`.
    variables.forgetAll();
  } else if (declaring.has(program)) {
    for (let index = at + 1; index < words.length; index += 1) {
      noteDeclared(variables, program, { word: words[index] ?? '', source: sources[index] ?? '', place });
    }
  } else if (program === 'unset') {
    for (const word of words.slice(at + 1)) assignText(variables, word, '');
  } else if (assigning.has(program)) {
    const isHarmless = program === 'printf' && literalWord(words[at + 1] ?? '')?.startsWith('-v') === false;
    if (!isHarmless) for (const word of words.slice(at + 1)) forgetNamed(variables, word);
  } else if (running.has(program)) {
    if (!isReadAnyway(program, words.slice(at + 1))) variables.forgetAll();
  }
}

/** What `eval` is given in so many words is read as a script of its own. */
function isReadAnyway(program: string, args: readonly MarkedWord[]): boolean {
  return program === 'eval' && args.every((word) => literalWord(word) !== undefined);
}

interface Declared {
  readonly word: MarkedWord;
  readonly source: string;
  readonly place: AssigningPlace;
}

function noteDeclared(variables: Variables, program: string, { word, source, place }: Declared): void {
  const named = /^([A-Za-z_]\w*)=/.exec(word);
  if (named?.[1] !== undefined && source.startsWith(named[0])) {
    // What a function has for itself holds nothing elsewhere.
    const where = program === 'export' || program === 'readonly' ? place : { ...place, isCertain: false };
    variables.assign(named[1], word.slice(named[0].length), source.slice(named[0].length), where);
  } else if (identifier.test(word)) {
    if (local.has(program)) assignText(variables, word, '');
  } else if (!/^-[xrgpt]+$/.test(word)) {
    variables.forgetAll();
  }
}

function assignText(variables: Variables, word: MarkedWord, text: string): void {
  if (identifier.test(word)) variables.assign(word, text, text);
  else if (!/^-[a-z]$/.test(word)) variables.forgetAll();
}

function forgetNamed(variables: Variables, word: MarkedWord): void {
  const text = literalWord(word);
  if (text === undefined) variables.forgetAll();
  else for (const name of text.match(/[A-Za-z_]\w*/g) ?? []) variables.forget(name);
}

const assigningExpansion = /\{(!?)([A-Za-z_]\w*)(\[[^\]]{0,64}\])?:?=(?:([\w./-]{0,256})\})?/g;

/** `${x:=y}` assigns where it stands, and `${!x:=y}` to whatever x names. */
export function noteExpansions(variables: Variables, text: string): void {
  if (!text.includes('=')) return;
  for (const [, isOther = '', name = '', subscript = '', given] of text.matchAll(assigningExpansion)) {
    if (isOther !== '') variables.forgetAll();
    else if (given === undefined || subscript !== '') variables.forget(name);
    else variables.assign(name, given, given);
  }
}
