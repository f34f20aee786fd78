// `a[i]`, `a[i] = v` and `a[i:j:k]`.
import type { Meter } from './budget.ts';
import { codePointLength, hasPairs } from './code-points.ts';
import { getEntry, requireUnwalked, setEntry } from './dict-entries.ts';
import { runtimeError } from './errors.ts';
import { repr } from './repr.ts';
import { StarlarkBytes, StarlarkDict, StarlarkList, StarlarkRange, StarlarkTuple } from './values.ts';
import { typeName, type Value } from './values.ts';

export function readIndex(object: Value, index: Value, meter: Meter): Value {
  if (object instanceof StarlarkList || object instanceof StarlarkTuple) {
    return object.items[position(index, object.items.length)] ?? null;
  }
  if (object instanceof StarlarkDict) {
    const value = getEntry(object, index, meter);
    if (value === undefined) throw runtimeError(`Key \`${repr(index)}\` was not found`);
    return value;
  }
  if (typeof object === 'string') {
    const at = position(index, codePointLength(object, meter));
    return hasPairs(object) ? (Array.from(object)[at] ?? '') : object.charAt(at);
  }
  if (object instanceof StarlarkRange) return object.at(position(index, object.length));
  if (object instanceof StarlarkBytes) return object.bytes[position(index, object.bytes.length)] ?? null;
  throw runtimeError(`Cannot index ${typeName(object)}`);
}

export function writeIndex(object: Value, index: Value, value: Value, meter: Meter): void {
  if (object instanceof StarlarkList) {
    requireUnwalked(object);
    object.items[position(index, object.items.length)] = value;
  } else if (object instanceof StarlarkDict) setEntry(object, index, value, meter);
  else throw runtimeError(`Cannot assign to an element of ${typeName(object)}: it cannot be changed`);
}

export interface SliceBounds {
  readonly from: Value;
  readonly to: Value;
  readonly step: Value;
}

/** Bounds beyond the ends are brought to the ends; None leaves a bound out. */
export function readSlice(object: Value, bounds: SliceBounds, meter: Meter): Value {
  if (typeof object === 'string') return sliceText(object, bounds, meter);
  if (object instanceof StarlarkList) return new StarlarkList(sliceItems(object.items, bounds, meter));
  if (object instanceof StarlarkTuple) return new StarlarkTuple(sliceItems(object.items, bounds, meter));
  if (object instanceof StarlarkBytes) {
    const indexes = selected(bounds, object.bytes.length);
    meter.text(indexes.length);
    meter.step(indexes.length);
    return new StarlarkBytes(
      Uint8Array.from({ length: indexes.length }, (_, n) => object.bytes[indexes.at(n)] ?? 0),
    );
  }
  if (object instanceof StarlarkRange) {
    const indexes = selected(bounds, object.length);
    const start = object.at(indexes.start);
    // With one element or none the step means nothing, and the product could leave the safe integers.
    const step = indexes.length > 1 ? indexes.step * object.step : Math.sign(indexes.step * object.step);
    return new StarlarkRange(start, start + indexes.length * step, step);
  }
  throw runtimeError(`Cannot slice ${typeName(object)}`);
}

function sliceText(text: string, bounds: SliceBounds, meter: Meter): string {
  const length = codePointLength(text, meter);
  const indexes = selected(bounds, length);
  meter.text(indexes.length);
  if (indexes.step === 1 && !hasPairs(text)) return text.slice(indexes.start, indexes.start + indexes.length);
  meter.step(length);
  const characters = Array.from(text);
  return Array.from({ length: indexes.length }, (_, n) => characters[indexes.at(n)] ?? '').join('');
}

function sliceItems(items: readonly Value[], bounds: SliceBounds, meter: Meter): Value[] {
  const indexes = selected(bounds, items.length);
  meter.elements(indexes.length, indexes.length);
  if (indexes.step === 1) return items.slice(indexes.start, indexes.start + indexes.length);
  return Array.from({ length: indexes.length }, (_, n) => items[indexes.at(n)] ?? null);
}

/** The indexes a slice picks, as a range. */
function selected(bounds: SliceBounds, length: number): StarlarkRange {
  const step = bound(bounds.step) ?? 1;
  if (step === 0) throw runtimeError('Slice step cannot be zero');
  const [lowest, highest] = step > 0 ? [0, length] : [-1, length - 1];
  const clamp = (value: number): number =>
    Math.min(Math.max(value < 0 ? value + length : value, lowest), highest);
  const from = bound(bounds.from);
  const to = bound(bounds.to);
  const start = from === undefined ? (step > 0 ? lowest : highest) : clamp(from);
  const stop = to === undefined ? (step > 0 ? highest : lowest) : clamp(to);
  return new StarlarkRange(start, stop, step);
}

function bound(value: Value): number | undefined {
  if (value === null) return undefined;
  // Beyond every length there is, all numbers mean the same end.
  if (typeof value === 'bigint') return value < 0n ? Number.MIN_SAFE_INTEGER : Number.MAX_SAFE_INTEGER;
  if (typeof value !== 'number')
    throw runtimeError(`Slice bound must be an int or None, not ${typeName(value)}`);
  return value;
}

function position(index: Value, length: number): number {
  if (typeof index !== 'number' && typeof index !== 'bigint') {
    throw runtimeError(`Index must be an int, not ${typeName(index)}`);
  }
  const at = Number(index) < 0 ? Number(index) + length : Number(index);
  if (at < 0 || at >= length)
    throw runtimeError(`Index ${repr(index)} is out of range: the length is ${length}`);
  return at;
}
