// count, endswith, find, index, removeprefix, removesuffix, replace, rfind, rindex, startswith, format.
import type { Meter } from './budget.ts';
import { characterIndex, codePointLength, hasPairs, unitIndex } from './code-points.ts';
import { runtimeError } from './errors.ts';
import { formatBraces } from './format-braces.ts';
import {
  method,
  mismatch,
  namedRest,
  optional,
  orNone,
  required,
  rest,
  smallIntOf,
  textOf,
} from './native.ts';
import { type Method } from './native.ts';
import { repr } from './repr.ts';
import type { Bound } from './signature.ts';
import { StarlarkDict, StarlarkTuple, type Value } from './values.ts';

const within = [optional('start'), optional('end')];

export const searchMethods: readonly (readonly [string, Method<string>])[] = [
  method('count', [required('needle'), ...within], (text: string, [needle, ...bounds], { meter }) =>
    occurrences(window(text, bounds, meter)?.text, textOf(needle, 'needle'), meter),
  ),
  method('endswith', [required('suffix'), ...within], (text: string, [suffix, ...bounds], { meter }) => {
    const part = window(text, bounds, meter)?.text;
    return part !== undefined && anyOf(suffix, 'suffix', meter, (end) => part.endsWith(end));
  }),
  method('startswith', [required('prefix'), ...within], (text: string, [prefix, ...bounds], { meter }) => {
    const part = window(text, bounds, meter)?.text;
    return part !== undefined && anyOf(prefix, 'prefix', meter, (start) => part.startsWith(start));
  }),
  method('find', [required('needle'), ...within], (text: string, args, { meter }) =>
    find(text, args, 'first', meter),
  ),
  method('rfind', [required('needle'), ...within], (text: string, args, { meter }) =>
    find(text, args, 'last', meter),
  ),
  method('index', [required('needle'), ...within], (text: string, args, { meter }) =>
    found(find(text, args, 'first', meter), args),
  ),
  method('rindex', [required('needle'), ...within], (text: string, args, { meter }) =>
    found(find(text, args, 'last', meter), args),
  ),
  method('removeprefix', [required('prefix')], (text: string, [given]) => {
    const prefix = textOf(given, 'prefix');
    return text.startsWith(prefix) ? text.slice(prefix.length) : text;
  }),
  method('removesuffix', [required('suffix')], (text: string, [given]) => {
    const suffix = textOf(given, 'suffix');
    return text.endsWith(suffix) ? text.slice(0, text.length - suffix.length) : text;
  }),
  method(
    'replace',
    [required('old'), required('new'), optional('count')],
    (text: string, args, { meter }) => {
      const [old, replacement, count] = args;
      const limit = count === undefined ? Infinity : smallIntOf(count, 'count');
      if (limit < 0) throw runtimeError(`replace: the count ${limit} is negative`);
      return replace(text, { old: textOf(old, 'old'), by: textOf(replacement, 'new'), limit }, meter);
    },
  ),
  method('format', [rest('args'), namedRest('kwargs')], (text: string, [args, kwargs], { meter }) => {
    const positional = args instanceof StarlarkTuple ? args.items : [];
    const entries = kwargs instanceof StarlarkDict ? [...kwargs.entries.values()] : [];
    const names = entries.map(({ key }) => textOf(key, 'kwargs'));
    return formatBraces(text, { positional, names, named: entries.map(({ value }) => value) }, meter);
  }),
];

interface Window {
  readonly text: string;
  /** In characters. */
  readonly start: number;
}

/** The part between two character positions, undefined when they are out of order. */
function window(text: string, [start, end]: Bound, meter: Meter): Window | undefined {
  meter.scan(text.length);
  const from = orNone(start, (value) => smallIntOf(value, 'start'));
  const to = orNone(end, (value) => smallIntOf(value, 'end'));
  if (from === undefined && to === undefined) return { text, start: 0 };
  const length = codePointLength(text, meter);
  const clamp = (value: number): number => Math.min(Math.max(value < 0 ? value + length : value, 0), length);
  const first = from === undefined ? 0 : clamp(from);
  const last = to === undefined ? length : clamp(to);
  if ((from ?? 0) > length || first > last) return undefined;
  if (hasPairs(text)) meter.step(length);
  return { text: text.slice(unitIndex(text, first), unitIndex(text, last)), start: first };
}

function find(text: string, [needle, ...bounds]: Bound, which: 'first' | 'last', meter: Meter): number {
  const wanted = textOf(needle, 'needle');
  const part = window(text, bounds, meter);
  if (part === undefined) return -1;
  meter.search(part.text.length, wanted.length);
  if (which === 'last') meter.step(part.text.length * Math.min(wanted.length, 8));
  const at = which === 'first' ? part.text.indexOf(wanted) : part.text.lastIndexOf(wanted);
  return at === -1 ? -1 : part.start + characterIndex(part.text, at);
}

function found(index: number, [needle]: Bound): Value {
  if (index === -1) throw runtimeError(`Substring ${repr(needle ?? null)} was not found`);
  return index;
}

function anyOf(
  given: Value | undefined,
  parameter: string,
  meter: Meter,
  test: (text: string) => boolean,
): boolean {
  const items = given instanceof StarlarkTuple ? given.items : [given];
  return items.some((item) => {
    if (typeof item !== 'string') throw mismatch(given, parameter, 'str | tuple[str, ...]');
    meter.scan(item.length);
    return test(item);
  });
}

function occurrences(text: string | undefined, needle: string, meter: Meter): number {
  if (text === undefined) return 0;
  if (needle === '') return codePointLength(text, meter) + 1;
  meter.search(text.length, needle.length);
  let count = 0;
  for (let at = text.indexOf(needle); at !== -1; at = text.indexOf(needle, at + needle.length)) {
    meter.step(1);
    count += 1;
  }
  return count;
}

/** An empty `old` is found before every character and at the end. */
function replace(
  text: string,
  { old, by, limit }: { readonly old: string; readonly by: string; readonly limit: number },
  meter: Meter,
): string {
  meter.search(text.length, old.length);
  const pieces: string[] = [];
  let from = 0;
  let length = 0;
  const add = (piece: string): void => {
    length += piece.length;
    meter.text(length > meter.budget.stringLength ? length : piece.length);
    pieces.push(piece);
  };
  for (let round = 0, next = 0; round < limit; round++) {
    const at = text.indexOf(old, next);
    if (at === -1 || (old === '' && next > text.length)) break;
    add(text.slice(from, at));
    add(by);
    from = at + old.length;
    next = old === '' ? nextCharacter(text, at) : from;
  }
  add(text.slice(from));
  return pieces.join('');
}

function nextCharacter(text: string, at: number): number {
  return at + ((text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1);
}
