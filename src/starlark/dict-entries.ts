// Dictionaries: reading and changing entries by Starlark keys.
import type { Meter } from './budget.ts';
import { runtimeError } from './errors.ts';
import { hashKey } from './hash-key.ts';
import { StarlarkDict, type StarlarkList, type Value } from './values.ts';

export function getEntry(dict: StarlarkDict, key: Value, meter: Meter): Value | undefined {
  return dict.entries.get(hashKey(key, meter))?.value;
}

export function setEntry(dict: StarlarkDict, key: Value, value: Value, meter: Meter): void {
  requireUnwalked(dict);
  const hash = hashKey(key, meter);
  const entry = dict.entries.get(hash);
  if (entry !== undefined) {
    entry.value = value;
    return;
  }
  meter.elements(entryCells, dict.entries.size + 1);
  dict.entries.set(hash, { key, value });
}

/** Takes the entry out and answers its value. */
export function deleteEntry(dict: StarlarkDict, key: Value, meter: Meter): Value | undefined {
  requireUnwalked(dict);
  const hash = hashKey(key, meter);
  const entry = dict.entries.get(hash);
  dict.entries.delete(hash);
  return entry?.value;
}

/** A new dict with the entries of both; the right one wins. */
export function mergeDicts(left: StarlarkDict, right: StarlarkDict, meter: Meter): StarlarkDict {
  const merged = new StarlarkDict();
  for (const source of [left, right]) {
    meter.elements(source.entries.size * entryCells, merged.entries.size + source.entries.size);
    for (const [hash, { key, value }] of source.entries) merged.entries.set(hash, { key, value });
  }
  return merged;
}

/** Changing what a loop is walking over is an error here as in the reference, never a surprise. */
export function requireUnwalked(collection: StarlarkDict | StarlarkList): void {
  if (collection.walkers > 0) {
    const type = collection instanceof StarlarkDict ? 'dict' : 'list';
    throw runtimeError(`Cannot change the ${type} while iterating over it`);
  }
}

/** A key, a value, and the map's own share. */
const entryCells = 8;
