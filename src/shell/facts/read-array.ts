// `a=( … )` and `a[i]=…`: what bash takes for an assignment, beyond what every shell does.
import type { Draft } from './draft.ts';
import type { MarkedWord } from './marked-word.ts';
import { readHeredocBodies } from './read-loose-redirect.ts';
import { isProcessSubstitution, readLooseWord } from './read-loose-word.ts';
import { peek, type Reading } from './reading.ts';

/** A word in front of the parenthesis of an array. */
export const arrayStart: RegExp = /^[A-Za-z_]\w*(?:\[[\s\S]*\])?\+?=$/;
const assignmentStart = /^([A-Za-z_]\w*)(\[[\s\S]*?\])?\+?=/;

/** At `(`: words, and nothing else, up to the parenthesis. What an array holds may be run later. */
export function readArray(reading: Reading, draft: Draft, bare: string): void {
  const words: MarkedWord[] = [];
  reading.at += 1;
  for (let character = peek(reading); character !== ')'; character = peek(reading)) {
    if (character === '') {
      reading.doubtful = true;
      break;
    }
    if (character === '#') {
      const newline = reading.text.indexOf('\n', reading.at);
      reading.at = newline === -1 ? reading.text.length : newline;
    } else if (character === '\n') {
      reading.at += 1;
      readHeredocBodies(reading);
    } else if (character === ' ' || character === '\t') {
      reading.at += 1;
    } else if (';&|(<>'.includes(character) && !isProcessSubstitution(reading, character)) {
      reading.doubtful = true;
      reading.at += 1;
    } else {
      words.push(readLooseWord(reading, 'element'));
    }
  }
  reading.at += 1;
  // What touches the parenthesis belongs to the same word.
  readLooseWord(reading, 'argument');
  if (words.length > 0) {
    const bare = { assignments: [], redirects: [], via: [], pipedFrom: undefined, around: [] };
    reading.found.push({ words, ...bare });
  }
  const name = /^\w+/.exec(bare)?.[0] ?? bare;
  reading.variables?.forget(name);
  if (draft.words.length > 0) {
    draft.words.push(`${name}=\0$`);
    if (reading.variables !== undefined) draft.sources.push(`${name}=()`);
  } else {
    draft.assignments.push({ name, value: '\0$' });
  }
}

/** `bare` is the word as written, `word` what it is. */
export function readAssignment(
  bare: string,
  word: MarkedWord,
  reading: Reading,
): { readonly name: string; readonly value: MarkedWord } | undefined {
  const found = assignmentStart.exec(bare);
  const name = found?.[1];
  if (found === null || name === undefined) return undefined;
  const isPlain = found[0] === `${name}=`;
  if (!isPlain && !reading.lexing.isBash) return undefined;
  const subscript = found[2] ?? '';
  if (subscript.split('[').length !== subscript.split(']').length) {
    // `a[1]]=x` assigns nothing; where quotes or expansions hold a bracket, who knows.
    if (!/['"\\$`]/.test(subscript)) return undefined;
    reading.doubtful = true;
  }
  // `a[x]=` has the subscript in front of it, in which nothing but a mark can stand for an expansion.
  return { name, value: word.slice(word.indexOf('=', isPlain ? 0 : word.lastIndexOf(']=') + 1) + 1) };
}
