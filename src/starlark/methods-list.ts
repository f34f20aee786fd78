// append, clear, extend, index, insert, pop, remove.
import type { Meter } from './budget.ts';
import { equals } from './compare.ts';
import { requireUnwalked } from './dict-entries.ts';
import { runtimeError } from './errors.ts';
import { elementsOf } from './iteration.ts';
import { method, optional, orNone, required, smallIntOf, type Method } from './native.ts';
import { repr } from './repr.ts';
import type { StarlarkList, Value } from './values.ts';

export const listMethods: ReadonlyMap<string, Method<StarlarkList>> = new Map([
  method('append', [required('x')], (list: StarlarkList, [x], { meter }) => {
    requireUnwalked(list);
    meter.elements(1, list.items.length + 1);
    list.items.push(x ?? null);
    return null;
  }),
  method('clear', [], (list) => {
    requireUnwalked(list);
    list.items.length = 0;
    return null;
  }),
  method('extend', [required('x')], (list, [x], { meter }) => {
    extendList(list, x ?? null, meter);
    return null;
  }),
  method('index', [required('x'), optional('start'), optional('end')], (list, [x, start, end], { meter }) => {
    const from = bound(start, list, 0);
    const to = bound(end, list, list.items.length);
    for (let at = from; at < to; at++) {
      meter.step(1);
      if (equals(list.items[at] ?? null, x ?? null, meter)) return at;
    }
    throw runtimeError(`Element ${repr(x ?? null)} was not found in the list`);
  }),
  method('insert', [required('index'), required('x')], (list, [index, x], { meter }) => {
    requireUnwalked(list);
    meter.elements(1, list.items.length + 1);
    meter.scan(list.items.length);
    list.items.splice(smallIntOf(index, 'index'), 0, x ?? null);
    return null;
  }),
  method('pop', [optional('index')], (list, [index], { meter }) => {
    requireUnwalked(list);
    const given = orNone(index, (value) => smallIntOf(value, 'index')) ?? -1;
    const at = given < 0 ? given + list.items.length : given;
    if (at < 0 || at >= list.items.length) {
      throw runtimeError(`Index ${given} is out of range: the length is ${list.items.length}`);
    }
    meter.scan(list.items.length - at);
    const [popped] = list.items.splice(at, 1);
    return popped ?? null;
  }),
  method('remove', [required('x')], (list, [x], { meter }) => {
    requireUnwalked(list);
    meter.scan(list.items.length);
    for (const [at, item] of list.items.entries()) {
      meter.step(1);
      if (!equals(item, x ?? null, meter)) continue;
      list.items.splice(at, 1);
      return null;
    }
    throw runtimeError(`Element ${repr(x ?? null)} was not found in the list`);
  }),
]);

/** `list.extend(x)` and `list += x`. A list can be extended by itself. */
export function extendList(list: StarlarkList, source: Value, meter: Meter): void {
  requireUnwalked(list);
  const added = [...elementsOf(source, meter)];
  meter.elements(added.length, list.items.length + added.length);
  for (const item of added) list.items.push(item);
}

function bound(value: Value | undefined, list: StarlarkList, fallback: number): number {
  const { length } = list.items;
  const given = orNone(value, (index) => smallIntOf(index, 'index')) ?? fallback;
  return Math.min(Math.max(given < 0 ? given + length : given, 0), length);
}
