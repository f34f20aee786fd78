// Walking over values. Only lists, tuples, dicts (their keys) and ranges can be walked; a string cannot, so that a
// forgotten pair of brackets around one word never becomes a pattern of letters.
import { runtimeError } from './errors.ts';
import type { Meter } from './budget.ts';
import { StarlarkDict, StarlarkList, StarlarkRange, StarlarkTuple, typeName, type Value } from './values.ts';

/** The elements at this moment, charged. The array may be the list's own: do not keep or change it. */
export function elementsOf(value: Value, meter: Meter): readonly Value[] {
  if (value instanceof StarlarkList || value instanceof StarlarkTuple) {
    meter.step(1 + value.items.length);
    return value.items;
  }
  if (value instanceof StarlarkDict) {
    meter.elements(value.entries.size, value.entries.size);
    return Array.from(value.entries.values(), (entry) => entry.key);
  }
  if (value instanceof StarlarkRange) {
    meter.elements(value.length, value.length);
    return Array.from({ length: value.length }, (_, index) => value.at(index));
  }
  throw notIterable(value);
}

/**
 * One walk while code of the file runs in between. The list or dict being walked cannot be changed until `close`;
 * a failure in between ends the module, so nobody has to close then.
 */
export class Walk {
  readonly #locked: StarlarkList | StarlarkDict | undefined;
  readonly #items: readonly Value[] | undefined;
  readonly #range: StarlarkRange | undefined;
  readonly #length: number;
  readonly #meter: Meter;
  #index = 0;

  constructor(value: Value, meter: Meter) {
    this.#meter = meter;
    if (value instanceof StarlarkRange) {
      this.#range = value;
      this.#length = value.length;
    } else if (value instanceof StarlarkDict) {
      this.#items = elementsOf(value, meter);
      this.#length = value.entries.size;
      this.#locked = value;
    } else if (value instanceof StarlarkList || value instanceof StarlarkTuple) {
      this.#items = value.items;
      this.#length = value.items.length;
      if (value instanceof StarlarkList) this.#locked = value;
    } else throw notIterable(value);
    if (this.#locked !== undefined) this.#locked.walkers += 1;
  }

  /** The next element, or undefined when there is none. Charges a step. */
  next(): Value | undefined {
    const index = this.#index;
    if (index >= this.#length) return undefined;
    this.#index = index + 1;
    this.#meter.step(1);
    return this.#range === undefined ? this.#items?.[index] : this.#range.at(index);
  }

  close(): void {
    if (this.#locked !== undefined) this.#locked.walkers -= 1;
  }
}

function notIterable(value: Value): Error {
  return runtimeError(
    `Cannot iterate over ${typeName(value)}: only a list, tuple, dict or range can be iterated`,
  );
}
