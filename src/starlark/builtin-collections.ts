// all, any, bytes, dict, enumerate, len, list, range, reversed, sorted, str, tuple, zip.
import { codePointLength } from './code-points.ts';
import { compare } from './compare.ts';
import { setEntry } from './dict-entries.ts';
import { updateDict } from './methods-dict.ts';
import { runtimeError } from './errors.ts';
import { elementsOf, Walk } from './iteration.ts';
import { noNames, noValues, type Machine } from './machine.ts';
import { boolOf, byName, either, namedRest, NativeFunction, optional, orNone } from './native.ts';
import { required, rest, smallIntOf } from './native.ts';
import { isTrue } from './operators.ts';
import { strWithin } from './repr.ts';
import { StarlarkBytes, StarlarkDict, StarlarkList, StarlarkRange, StarlarkTuple } from './values.ts';
import { typeName, type Value } from './values.ts';

export const collectionBuiltins: readonly NativeFunction[] = [
  new NativeFunction('all', [required('x')], ([x], { meter }) => elementsOf(x ?? null, meter).every(isTrue)),
  new NativeFunction('any', [required('x')], ([x], { meter }) => elementsOf(x ?? null, meter).some(isTrue)),
  new NativeFunction('bytes', [required('x')], ([x], machine) => toBytes(x ?? null, machine), 'bytes'),
  new NativeFunction(
    'dict',
    [optional('x'), namedRest('entries')],
    ([x, named], m) => toDict(x, named, m),
    'dict',
  ),
  new NativeFunction('enumerate', [required('x'), either('start')], ([x, start], m) =>
    enumerate(x ?? null, start, m),
  ),
  new NativeFunction('len', [required('x')], ([x], machine) => lengthOf(x ?? null, machine)),
  new NativeFunction('list', [optional('x')], ([x], machine) => new StarlarkList(copied(x, machine)), 'list'),
  new NativeFunction(
    'range',
    [required('a'), optional('b'), optional('step')],
    (args) => toRange(args),
    'range',
  ),
  new NativeFunction('reversed', [required('x')], ([x], m) => new StarlarkList(copied(x, m).reverse())),
  new NativeFunction(
    'sorted',
    [required('x'), byName('key'), byName('reverse')],
    ([x, key, reverse], machine) =>
      sorted(x ?? null, { key, reverse: reverse !== undefined && boolOf(reverse, 'reverse') }, machine),
  ),
  new NativeFunction(
    'str',
    [optional('x')],
    ([x], { meter }) => (x === undefined ? '' : strWithin(x, meter)),
    'string',
  ),
  new NativeFunction(
    'tuple',
    [optional('x')],
    ([x], machine) => new StarlarkTuple(copied(x, machine)),
    'tuple',
  ),
  new NativeFunction('zip', [rest('args')], ([args], machine) => zip(args ?? null, machine)),
];

function copied(value: Value | undefined, { meter }: Machine): Value[] {
  if (value === undefined) return [];
  const items = elementsOf(value, meter);
  meter.elements(items.length, items.length);
  return [...items];
}

function lengthOf(value: Value, { meter }: Machine): Value {
  if (typeof value === 'string') return codePointLength(value, meter);
  if (value instanceof StarlarkList || value instanceof StarlarkTuple) return value.items.length;
  if (value instanceof StarlarkDict) return value.entries.size;
  if (value instanceof StarlarkRange) return value.length;
  if (value instanceof StarlarkBytes) return value.bytes.length;
  throw runtimeError(`Value of type ${typeName(value)} has no length`);
}

function toBytes(value: Value, machine: Machine): Value {
  if (value instanceof StarlarkBytes) return value;
  if (typeof value === 'string') {
    machine.meter.text(value.length);
    return new StarlarkBytes(new TextEncoder().encode(value));
  }
  const items = elementsOf(value, machine.meter);
  machine.meter.text(items.length);
  return new StarlarkBytes(Uint8Array.from(items, byteOf));
}

function byteOf(value: Value): number {
  const byte = smallIntOf(value, 'x');
  if (byte < 0 || byte > 255) throw runtimeError(`bytes: ${byte} is not between 0 and 255`);
  return byte;
}

function toDict(source: Value | undefined, named: Value | undefined, { meter }: Machine): Value {
  const dict = new StarlarkDict();
  if (source !== undefined) updateDict(dict, source, meter);
  if (named instanceof StarlarkDict)
    for (const { key, value } of named.entries.values()) setEntry(dict, key, value, meter);
  return dict;
}

function toRange([first, second, third]: readonly (Value | undefined)[]): Value {
  const start = second === undefined ? 0 : smallIntOf(first, 'start');
  const stop = second === undefined ? smallIntOf(first, 'stop') : smallIntOf(second, 'stop');
  const step = third === undefined ? 1 : smallIntOf(third, 'step');
  if (step === 0) throw runtimeError('range: the step cannot be zero');
  return new StarlarkRange(start, stop, step);
}

function enumerate(value: Value, start: Value | undefined, { meter }: Machine): Value {
  const first = orNone(start, (given) => smallIntOf(given, 'start')) ?? 0;
  const items = elementsOf(value, meter);
  meter.elements(items.length * pairCells, items.length);
  return new StarlarkList(items.map((item, index) => new StarlarkTuple([first + index, item])));
}

function zip(args: Value, { meter }: Machine): Value {
  const given = args instanceof StarlarkTuple ? args.items : noValues;
  const columns = given.map((column) => elementsOf(column, meter));
  // A loop, because spreading a million columns into one call would exhaust the host's stack.
  const shortest = columns.reduce((least, column) => Math.min(least, column.length), Infinity);
  const rows = columns.length === 0 ? 0 : shortest;
  meter.elements(rows * (columns.length + 1), rows);
  const row = (index: number): Value => new StarlarkTuple(columns.map((column) => column[index] ?? null));
  return new StarlarkList(Array.from({ length: rows }, (_, index) => row(index)));
}

/** Stable, also in reverse: equal elements keep their order. */
function sorted(
  value: Value,
  options: { readonly key: Value | undefined; readonly reverse: boolean },
  machine: Machine,
): Value {
  const { meter } = machine;
  const { key } = options;
  const count = elementsOf(value, meter).length;
  meter.elements(count * pairCells, count);
  const ranked: { readonly item: Value; readonly rank: Value }[] = [];
  const walk = new Walk(value, meter);
  for (let item = walk.next(); item !== undefined; item = walk.next()) {
    const hasKey = key !== undefined && key !== null;
    const rank = hasKey ? machine.call(key, { positional: [item], names: noNames, named: noValues }) : item;
    ranked.push({ item, rank });
  }
  walk.close();
  const direction = options.reverse ? -1 : 1;
  ranked.sort((left, right) => {
    meter.step(1);
    return direction * compare(left.rank, right.rank, meter);
  });
  return new StarlarkList(ranked.map(({ item }) => item));
}

/** A list cell and a two-element tuple behind it. */
const pairCells = 4;
