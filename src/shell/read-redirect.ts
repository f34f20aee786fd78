// One redirection whose effect is known from the text: a file named by a provable word, or one of the two output
// streams sent where the other goes. Everything else about descriptors is an obstacle.
import type { PlainRedirect } from '../domain/index.ts';
import type { Dialect } from './dialect.ts';
import { nameObstacle } from './name-obstacle.ts';
import type { Obstacle } from './obstacle.ts';
import { readWord, skipBlanks } from './read-word.ts';

export interface ReadRedirect {
  readonly kind: 'redirect';
  readonly redirect: PlainRedirect;
  readonly end: number;
}

type Action = PlainRedirect['action'];

interface Operator {
  readonly text: string;
  readonly action: Action;
  /** The descriptors it may be given, the first when there is none. */
  readonly descriptors: readonly PlainRedirect['descriptor'][];
}

/** Longest first: `>>` before `>`. In `sh`, `&>` is a background command with an empty file behind it. */
const operators: readonly Operator[] = [
  { text: '&>>', action: 'append', descriptors: ['both'] },
  { text: '&>', action: 'write', descriptors: ['both'] },
  { text: '>>', action: 'append', descriptors: [1, 2] },
  { text: '>&', action: 'copy', descriptors: [1, 2] },
  { text: '>|', action: 'write', descriptors: [1, 2] },
  { text: '>', action: 'write', descriptors: [1, 2] },
  { text: '<', action: 'read', descriptors: [0] },
];

/** Digits in front of an operator belong to it; only one that is written out by itself is taken. */
export function isDescriptor(source: string): boolean {
  return source === '0' || source === '1' || source === '2';
}

/** `start` is where the redirection begins, its descriptor included; `at` is where its operator begins. */
export function readRedirect(
  script: string,
  start: number,
  at: number,
  dialect: Dialect,
): ReadRedirect | Obstacle {
  const found = operators.find(({ text }) => script.startsWith(text, at));
  const unknown = nameObstacle(script, at);
  if (found === undefined || (found.descriptors[0] === 'both' && dialect.name === 'sh')) return unknown;
  // `<<`, `<&`, `<>`, `<(`, `>(`: more than the operator says. Bash also joins operators across a continuation.
  const next = script.charAt(at + found.text.length);
  const spelledFurther = next !== '' && '<>&|('.includes(next);
  if (spelledFurther || next === '\\') return unknown;
  const descriptor =
    start === at
      ? found.descriptors[0]
      : found.descriptors.find((each) => String(each) === script.slice(start, at));
  if (descriptor === undefined) return unknown;
  const operatorEnd = at + found.text.length;
  const wordStart = found.action === 'copy' ? operatorEnd : skipBlanks(script, operatorEnd);
  if (script[wordStart] === '#') return unknown;
  const word = readWord(script, wordStart, 'argument', dialect);
  if (word.kind === 'obstacle') return word;
  const after = script[word.end];
  // `>2>f`: a number in front of the next operator belongs to that one.
  if (/^\d*$/.test(word.text) && (after === '<' || after === '>')) return unknown;
  const isTarget = found.action === 'copy' ? /^[12]$/.test(word.text) && !word.quoted : isFile(word.text);
  if (word.end === wordStart || !isTarget) return unknown;
  return {
    kind: 'redirect',
    redirect: { descriptor, action: found.action, target: word.text },
    end: word.end,
  };
}

/** Bash opens a connection for these names, whether or not there is such a file. */
function isFile(target: string): boolean {
  return target !== '' && !/^\/dev\/(?:tcp|udp)\//.test(target);
}
