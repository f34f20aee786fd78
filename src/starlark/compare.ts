// Equality, which any two values have, and order, which only values of like types have.
import type { Meter } from './budget.ts';
import { overBudget, runtimeError } from './errors.ts';
import { hashKey } from './hash-key.ts';
import {
  deepestData,
  StarlarkBytes,
  StarlarkDict,
  StarlarkFloat,
  StarlarkList,
  StarlarkRange,
} from './values.ts';
import { StarlarkTuple, typeName, type Value } from './values.ts';

/** `1 == 1.0` holds; `True == 1` does not: a bool is no number here. */
export function equals(left: Value, right: Value, meter: Meter, depth = 0): boolean {
  if (left === right) return true;
  if (depth > deepestData) throw overBudget('Values are nested too deeply to be compared');
  if (typeof left === 'string' && typeof right === 'string') {
    meter.scan(Math.min(left.length, right.length));
    return false;
  }
  const leftNumber = numberOf(left);
  if (leftNumber !== undefined) {
    const rightNumber = numberOf(right);
    return rightNumber !== undefined && orderNumbers(leftNumber, rightNumber) === 0;
  }
  if (left instanceof StarlarkList && right instanceof StarlarkList) {
    return equalItems(left.items, right.items, meter, depth);
  }
  if (left instanceof StarlarkTuple && right instanceof StarlarkTuple) {
    return equalItems(left.items, right.items, meter, depth);
  }
  if (left instanceof StarlarkDict && right instanceof StarlarkDict)
    return equalDicts(left, right, meter, depth);
  if (left instanceof StarlarkBytes && right instanceof StarlarkBytes)
    return orderBytes(left, right, meter) === 0;
  if (left instanceof StarlarkRange && right instanceof StarlarkRange) {
    return hashKey(left, meter) === hashKey(right, meter);
  }
  return false;
}

/** Negative, zero or positive. Fails for values that have no order. */
export function compare(left: Value, right: Value, meter: Meter, depth = 0): number {
  if (depth > deepestData) throw overBudget('Values are nested too deeply to be compared');
  if (typeof left === 'string' && typeof right === 'string') return orderText(left, right, meter);
  const leftNumber = numberOf(left);
  const rightNumber = leftNumber === undefined ? undefined : numberOf(right);
  if (leftNumber !== undefined && rightNumber !== undefined) return orderNumbers(leftNumber, rightNumber);
  if (typeof left === 'boolean' && typeof right === 'boolean') return Number(left) - Number(right);
  if (left instanceof StarlarkList && right instanceof StarlarkList) {
    return compareItems(left.items, right.items, meter, depth);
  }
  if (left instanceof StarlarkTuple && right instanceof StarlarkTuple) {
    return compareItems(left.items, right.items, meter, depth);
  }
  if (left instanceof StarlarkBytes && right instanceof StarlarkBytes) return orderBytes(left, right, meter);
  throw runtimeError(`Cannot compare ${typeName(left)} with ${typeName(right)}`);
}

function equalItems(left: readonly Value[], right: readonly Value[], meter: Meter, depth: number): boolean {
  if (left.length !== right.length) return false;
  for (let index = 0; index < left.length; index++) {
    meter.step(1);
    if (!equals(left[index] ?? null, right[index] ?? null, meter, depth + 1)) return false;
  }
  return true;
}

function equalDicts(left: StarlarkDict, right: StarlarkDict, meter: Meter, depth: number): boolean {
  if (left.entries.size !== right.entries.size) return false;
  for (const [hash, { value }] of left.entries) {
    meter.step(1);
    const other = right.entries.get(hash);
    if (other === undefined || !equals(value, other.value, meter, depth + 1)) return false;
  }
  return true;
}

function compareItems(left: readonly Value[], right: readonly Value[], meter: Meter, depth: number): number {
  const shared = Math.min(left.length, right.length);
  for (let index = 0; index < shared; index++) {
    meter.step(1);
    const leftItem = left[index] ?? null;
    const rightItem = right[index] ?? null;
    if (equals(leftItem, rightItem, meter, depth + 1)) continue;
    return compare(leftItem, rightItem, meter, depth + 1);
  }
  return left.length - right.length;
}

function numberOf(value: Value): number | bigint | undefined {
  if (typeof value === 'number' || typeof value === 'bigint') return value;
  return value instanceof StarlarkFloat ? value.value : undefined;
}

/** NaN equals itself and comes after everything else. JavaScript compares a number with a bigint exactly. */
function orderNumbers(left: number | bigint, right: number | bigint): number {
  if (left < right) return -1;
  if (left > right) return 1;
  return Number(Number.isNaN(left)) - Number(Number.isNaN(right));
}

/** By code point. JavaScript compares UTF-16 units, which differs when one side has a surrogate pair. */
export function orderText(left: string, right: string, meter: Meter): number {
  meter.scan(Math.min(left.length, right.length));
  if (left === right) return 0;
  if (!hasSurrogate.test(left) && !hasSurrogate.test(right)) return left < right ? -1 : 1;
  meter.step(Math.min(left.length, right.length));
  let at = 0;
  while (at < left.length && left.charCodeAt(at) === right.charCodeAt(at)) at += 1;
  const isInside = at > 0 && (left.charCodeAt(at - 1) & 0xfc00) === 0xd800;
  const from = isInside ? at - 1 : at;
  return (left.codePointAt(from) ?? -1) - (right.codePointAt(from) ?? -1);
}

function orderBytes(left: StarlarkBytes, right: StarlarkBytes, meter: Meter): number {
  const shared = Math.min(left.bytes.length, right.bytes.length);
  meter.step(shared);
  for (let index = 0; index < shared; index++) {
    const difference = (left.bytes[index] ?? 0) - (right.bytes[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return left.bytes.length - right.bytes.length;
}

const hasSurrogate = /[\ud800-\udfff]/;
