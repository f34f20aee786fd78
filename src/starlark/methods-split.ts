// codepoints, elems, join, lstrip, partition, rpartition, rsplit, rstrip, split, splitlines, strip.
import type { Meter } from './budget.ts';
import { runtimeError } from './errors.ts';
import { elementsOf } from './iteration.ts';
import {
  boolOf,
  method,
  mismatch,
  optional,
  orNone,
  required,
  smallIntOf,
  textOf,
  type Method,
} from './native.ts';
import type { Bound } from './signature.ts';
import { StarlarkList, StarlarkTuple, type Value } from './values.ts';

export const splitMethods: readonly (readonly [string, Method<string>])[] = [
  method('codepoints', [], (text: string, _, { meter }) => {
    meter.elements(text.length, text.length);
    return new StarlarkList(Array.from(text, (character) => character.codePointAt(0) ?? 0));
  }),
  method('elems', [], (text: string, _, { meter }) => listOf(Array.from(charged(text, meter)), meter)),
  method('join', [required('x')], (text: string, [x], { meter }) => join(text, x ?? null, meter)),
  method('strip', [optional('chars')], (text: string, args, { meter }) =>
    strip(text, args, { left: true, right: true }, meter),
  ),
  method('lstrip', [optional('chars')], (text: string, args, { meter }) =>
    strip(text, args, { left: true, right: false }, meter),
  ),
  method('rstrip', [optional('chars')], (text: string, args, { meter }) =>
    strip(text, args, { left: false, right: true }, meter),
  ),
  method('partition', [required('separator')], (text: string, [given], { meter }) => {
    const separator = searched(text, textOf(given, 'separator'), meter);
    const at = text.indexOf(separator);
    if (at === -1) return new StarlarkTuple([text, '', '']);
    return new StarlarkTuple([text.slice(0, at), separator, text.slice(at + separator.length)]);
  }),
  method('rpartition', [required('separator')], (text: string, [given], { meter }) => {
    const separator = searched(text, textOf(given, 'separator'), meter);
    const at = text.lastIndexOf(separator);
    if (at === -1) return new StarlarkTuple(['', '', text]);
    return new StarlarkTuple([text.slice(0, at), separator, text.slice(at + separator.length)]);
  }),
  method('split', [optional('separator'), optional('maxsplit')], (text: string, args, { meter }) => {
    const { separator, limit } = splitting(args);
    const words =
      separator === undefined ? splitBlanks(text, limit, meter) : splitBy(text, separator, limit, meter);
    return listOf(words, meter);
  }),
  method('rsplit', [optional('separator'), optional('maxsplit')], (text: string, args, { meter }) => {
    const { separator, limit } = splitting(args);
    const words =
      separator === undefined ? rsplitBlanks(text, limit, meter) : rsplitBy(text, separator, limit, meter);
    return listOf(words, meter);
  }),
  method('splitlines', [optional('keepends')], (text: string, [keepends], { meter }) => {
    const keep = keepends !== undefined && boolOf(keepends, 'keepends');
    const lines = charged(text, meter).match(/[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$/g) ?? [];
    return listOf(keep ? lines : lines.map((line) => line.replace(/[\r\n]+$/, '')), meter);
  }),
];

function listOf(words: readonly string[], meter: Meter): Value {
  meter.elements(words.length * stringCells, words.length);
  return new StarlarkList([...words]);
}

function charged(text: string, meter: Meter): string {
  meter.step(text.length);
  return text;
}

function join(separator: string, source: Value, meter: Meter): string {
  let length = 0;
  const words = elementsOf(source, meter).map((item, index) => {
    if (typeof item !== 'string') throw mismatch(item, 'x', 'str');
    length += item.length + (index === 0 ? 0 : separator.length);
    return item;
  });
  meter.text(length);
  return words.join(separator);
}

function strip(
  text: string,
  [given]: Bound,
  sides: { readonly left: boolean; readonly right: boolean },
  meter: Meter,
): string {
  const set = orNone(given, (value) => new Set(Array.from(charged(textOf(value, 'chars'), meter))));
  const isStripped = (character: string): boolean =>
    set?.has(character) ?? /\p{White_Space}/u.test(character);
  const characters = Array.from(charged(text, meter));
  let from = 0;
  let to = characters.length;
  while (sides.left && from < to && isStripped(characters[from] ?? '')) from += 1;
  while (sides.right && to > from && isStripped(characters[to - 1] ?? '')) to -= 1;
  return characters.slice(from, to).join('');
}

function searched(text: string, separator: string, meter: Meter): string {
  if (separator === '') throw runtimeError('Separator cannot be empty');
  meter.search(text.length, separator.length);
  meter.step(text.length);
  return separator;
}

function splitting([separator, maxsplit]: Bound): {
  readonly separator: string | undefined;
  readonly limit: number;
} {
  const limit = orNone(maxsplit, (value) => smallIntOf(value, 'maxsplit')) ?? -1;
  return {
    separator: orNone(separator, (value) => textOf(value, 'separator')),
    limit: limit < 0 ? Infinity : limit,
  };
}

function splitBy(text: string, separator: string, limit: number, meter: Meter): readonly string[] {
  searched(text, separator, meter);
  const parts = text.split(separator);
  if (parts.length <= limit + 1) return parts;
  const head = parts.slice(0, limit);
  return [...head, parts.slice(limit).join(separator)];
}

function rsplitBy(text: string, separator: string, limit: number, meter: Meter): readonly string[] {
  searched(text, separator, meter);
  const parts: string[] = [];
  let end = text.length;
  while (parts.length < limit && end >= separator.length) {
    const at = text.lastIndexOf(separator, end - separator.length);
    if (at === -1) break;
    parts.push(text.slice(at + separator.length, end));
    end = at;
  }
  parts.push(text.slice(0, end));
  return parts.reverse();
}

function splitBlanks(text: string, limit: number, meter: Meter): readonly string[] {
  const words: string[] = [];
  const word = /[^\p{White_Space}]+/gu;
  charged(text, meter);
  for (let match = word.exec(text); match !== null; match = word.exec(text)) {
    if (words.length === limit) {
      words.push(text.slice(match.index));
      break;
    }
    words.push(match[0]);
  }
  return words;
}

function rsplitBlanks(text: string, limit: number, meter: Meter): readonly string[] {
  const all = splitBlanks(text, Infinity, meter);
  if (all.length <= limit) return all;
  const tail = limit === 0 ? [] : all.slice(-limit);
  let end = text.length;
  for (const word of tail.toReversed()) end = text.lastIndexOf(word, end - word.length);
  // By hand: an expression for trailing blanks is quadratic on a long run of blanks that is not at the end.
  while (end > 0 && /\p{White_Space}/u.test(text.charAt(end - 1))) end -= 1;
  return [text.slice(0, end), ...tail];
}

/** A list cell and the head of a string. */
const stringCells = 4;
