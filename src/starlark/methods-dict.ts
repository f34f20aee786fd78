// clear, get, items, keys, pop, popitem, setdefault, update, values.
import type { Meter } from './budget.ts';
import { deleteEntry, getEntry, requireUnwalked, setEntry } from './dict-entries.ts';
import { runtimeError } from './errors.ts';
import { elementsOf } from './iteration.ts';
import { either, method, namedRest, optional, required, type Method } from './native.ts';
import { repr } from './repr.ts';
import { StarlarkDict, StarlarkList, StarlarkTuple, type DictEntry, type Value } from './values.ts';

export const dictMethods: ReadonlyMap<string, Method<StarlarkDict>> = new Map([
  method('clear', [], (dict: StarlarkDict) => {
    requireUnwalked(dict);
    dict.entries.clear();
    return null;
  }),
  method('get', [required('key'), optional('default')], (dict, [key, fallback], { meter }) => {
    const found = getEntry(dict, key ?? null, meter);
    return found === undefined ? (fallback ?? null) : found;
  }),
  method('items', [], (dict, _, { meter }) =>
    listOf(dict, ({ key, value }) => new StarlarkTuple([key, value]), meter),
  ),
  method('keys', [], (dict, _, { meter }) => listOf(dict, ({ key }) => key, meter)),
  method('pop', [required('key'), either('default')], (dict, [key, fallback], { meter }) => {
    const popped = deleteEntry(dict, key ?? null, meter);
    if (popped !== undefined) return popped;
    if (fallback !== undefined) return fallback;
    throw runtimeError(`Key \`${repr(key ?? null)}\` was not found`);
  }),
  method('popitem', [], (dict, _, { meter }) => {
    const [first] = dict.entries.values();
    if (first === undefined) throw runtimeError('Cannot pop an item: the dict is empty');
    deleteEntry(dict, first.key, meter);
    return new StarlarkTuple([first.key, first.value]);
  }),
  method('setdefault', [required('key'), optional('default')], (dict, [key, fallback], { meter }) => {
    const found = getEntry(dict, key ?? null, meter);
    if (found !== undefined) return found;
    setEntry(dict, key ?? null, fallback ?? null, meter);
    return fallback ?? null;
  }),
  method('update', [optional('x'), namedRest('entries')], (dict, [x, named], { meter }) => {
    requireUnwalked(dict);
    if (x !== undefined) updateDict(dict, x, meter);
    if (named instanceof StarlarkDict) updateDict(dict, named, meter);
    return null;
  }),
  method('values', [], (dict, _, { meter }) => listOf(dict, ({ value }) => value, meter)),
]);

/** From another dict, or from pairs. */
export function updateDict(dict: StarlarkDict, source: Value, meter: Meter): void {
  if (source instanceof StarlarkDict) {
    meter.step(source.entries.size);
    for (const { key, value } of [...source.entries.values()]) setEntry(dict, key, value, meter);
    return;
  }
  for (const [index, pair] of elementsOf(source, meter).entries()) {
    const items = elementsOf(pair, meter);
    const [key, value] = items;
    if (key === undefined || value === undefined || items.length !== 2) {
      throw runtimeError(`Cannot make a dict: element ${index} has ${items.length} items, expected a pair`);
    }
    setEntry(dict, key, value, meter);
  }
}

function listOf(dict: StarlarkDict, pick: (entry: DictEntry) => Value, meter: Meter): Value {
  meter.elements(dict.entries.size * pairCells, dict.entries.size);
  return new StarlarkList(Array.from(dict.entries.values(), pick));
}

const pairCells = 4;
