// Unary and binary operators over every type that has them.
import { applyArithmetic, applyBits, applyShift, isInt } from './arithmetic.ts';
import type { Meter } from './budget.ts';
import { compare, equals } from './compare.ts';
import { getEntry, mergeDicts } from './dict-entries.ts';
import { runtimeError } from './errors.ts';
import { formatPercent } from './format-percent.ts';
import { invertInt, negateInt } from './integers.ts';
import type { BinaryOperator } from './syntax.ts';
import {
  StarlarkBytes,
  StarlarkDict,
  StarlarkFloat,
  StarlarkList,
  StarlarkRange,
  StarlarkTuple,
} from './values.ts';
import { typeName, type Value } from './values.ts';

export function applyBinary(operator: BinaryOperator, left: Value, right: Value, meter: Meter): Value {
  switch (operator) {
    case '==':
      return equals(left, right, meter);
    case '!=':
      return !equals(left, right, meter);
    case '<':
      return compare(left, right, meter) < 0;
    case '>':
      return compare(left, right, meter) > 0;
    case '<=':
      return compare(left, right, meter) <= 0;
    case '>=':
      return compare(left, right, meter) >= 0;
    case 'in':
      return contains(right, left, meter);
    case 'not in':
      return !contains(right, left, meter);
    default:
      break;
  }
  const result = compute(operator, left, right, meter);
  if (result !== undefined) return result;
  throw runtimeError(
    `Operator \`${operator}\` is not supported between ${typeName(left)} and ${typeName(right)}`,
  );
}

type Computing = Exclude<BinaryOperator, '==' | '!=' | '<' | '>' | '<=' | '>=' | 'in' | 'not in'>;

function compute(operator: Computing, left: Value, right: Value, meter: Meter): Value | undefined {
  switch (operator) {
    case '+':
      return applyArithmetic(operator, left, right, meter) ?? concatenate(left, right, meter);
    case '*':
      return applyArithmetic(operator, left, right, meter) ?? repeatEither(left, right, meter);
    case '%':
      if (typeof left === 'string') return formatPercent(left, right, meter);
      return applyArithmetic(operator, left, right, meter);
    case '-':
    case '/':
    case '//':
      return applyArithmetic(operator, left, right, meter);
    case '<<':
    case '>>':
      return isInt(left) && isInt(right) ? applyShift(operator, left, right, meter) : undefined;
    case '|':
      if (left instanceof StarlarkDict && right instanceof StarlarkDict)
        return mergeDicts(left, right, meter);
      return isInt(left) && isInt(right) ? applyBits(operator, left, right) : undefined;
    case '&':
    case '^':
      return isInt(left) && isInt(right) ? applyBits(operator, left, right) : undefined;
  }
}

export function applyUnary(operator: '+' | '-' | '~', value: Value): Value {
  if (value instanceof StarlarkFloat && operator !== '~') {
    return operator === '-' ? new StarlarkFloat(-value.value) : value;
  }
  if (!isInt(value)) throw runtimeError(`Operator \`${operator}\` is not supported on ${typeName(value)}`);
  switch (operator) {
    case '+':
      return value;
    case '-':
      return negateInt(value);
    case '~':
      return invertInt(value);
  }
}

/** Zero, the empty, and None are false; everything else is true. */
export function isTrue(value: Value): boolean {
  if (typeof value === 'boolean') return value;
  if (value === null) return false;
  if (typeof value === 'string') return value !== '';
  if (typeof value === 'number') return value !== 0;
  if (value instanceof StarlarkList || value instanceof StarlarkTuple) return value.items.length > 0;
  if (value instanceof StarlarkDict) return value.entries.size > 0;
  if (value instanceof StarlarkFloat) return value.value !== 0;
  if (value instanceof StarlarkRange) return value.length > 0;
  if (value instanceof StarlarkBytes) return value.bytes.length > 0;
  return true;
}

function concatenate(left: Value, right: Value, meter: Meter): Value | undefined {
  if (typeof left === 'string' && typeof right === 'string') {
    meter.text(left.length + right.length);
    return left + right;
  }
  if (left instanceof StarlarkList && right instanceof StarlarkList) {
    return new StarlarkList(join(left.items, right.items, meter));
  }
  if (left instanceof StarlarkTuple && right instanceof StarlarkTuple) {
    return new StarlarkTuple(join(left.items, right.items, meter));
  }
  if (left instanceof StarlarkBytes && right instanceof StarlarkBytes) {
    meter.text(left.bytes.length + right.bytes.length);
    const bytes = new Uint8Array(left.bytes.length + right.bytes.length);
    bytes.set(left.bytes);
    bytes.set(right.bytes, left.bytes.length);
    return new StarlarkBytes(bytes);
  }
  return undefined;
}

function join(left: readonly Value[], right: readonly Value[], meter: Meter): Value[] {
  meter.elements(left.length + right.length, left.length + right.length);
  return [...left, ...right];
}

function repeatEither(left: Value, right: Value, meter: Meter): Value | undefined {
  if (isInt(right)) return repeat(left, right, meter);
  return isInt(left) ? repeat(right, left, meter) : undefined;
}

function repeat(value: Value, count: number | bigint, meter: Meter): Value | undefined {
  // A count beyond every budget is still multiplied, as a float, and refused by the charge below.
  const times = Math.max(0, Number(count));
  if (typeof value === 'string') {
    meter.text(value.length === 0 ? 0 : value.length * times);
    return value.length === 0 ? '' : value.repeat(times);
  }
  if (value instanceof StarlarkList) return new StarlarkList(repeatItems(value.items, times, meter));
  if (value instanceof StarlarkTuple) return new StarlarkTuple(repeatItems(value.items, times, meter));
  if (value instanceof StarlarkBytes) {
    const { bytes } = value;
    meter.text(bytes.length === 0 ? 0 : bytes.length * times);
    const repeated = new Uint8Array(bytes.length === 0 ? 0 : bytes.length * times);
    for (let at = 0; at < repeated.length; at += bytes.length) repeated.set(bytes, at);
    return new StarlarkBytes(repeated);
  }
  return undefined;
}

function repeatItems(items: readonly Value[], times: number, meter: Meter): Value[] {
  if (items.length === 0) return [];
  meter.elements(items.length * times, items.length * times);
  const repeated: Value[] = [];
  for (let round = 0; round < times; round++) for (const item of items) repeated.push(item);
  return repeated;
}

function contains(container: Value, wanted: Value, meter: Meter): boolean {
  if (typeof container === 'string') {
    if (typeof wanted !== 'string') throw runtimeError(`Cannot look for ${typeName(wanted)} in a string`);
    meter.search(container.length, wanted.length);
    return container.includes(wanted);
  }
  if (container instanceof StarlarkDict) return getEntry(container, wanted, meter) !== undefined;
  if (container instanceof StarlarkList || container instanceof StarlarkTuple) {
    return container.items.some((item) => {
      meter.step(1);
      return equals(item, wanted, meter);
    });
  }
  if (container instanceof StarlarkRange) return rangeContains(container, wanted);
  if (container instanceof StarlarkBytes) return bytesContain(container.bytes, wanted, meter);
  throw runtimeError(`Operator \`in\` is not supported on ${typeName(container)}`);
}

function rangeContains(range: StarlarkRange, wanted: Value): boolean {
  const value = wanted instanceof StarlarkFloat ? wanted.value : wanted;
  if (typeof value !== 'number') return false;
  const index = (value - range.start) / range.step;
  return Number.isInteger(index) && index >= 0 && index < range.length;
}

function bytesContain(bytes: Uint8Array, wanted: Value, meter: Meter): boolean {
  if (typeof wanted === 'number' && wanted >= 0 && wanted <= 255) {
    meter.step(bytes.length);
    return bytes.includes(wanted);
  }
  if (!(wanted instanceof StarlarkBytes)) throw runtimeError(`Cannot look for ${typeName(wanted)} in bytes`);
  const needle = wanted.bytes;
  meter.step(bytes.length * Math.max(1, needle.length));
  for (let at = 0; at + needle.length <= bytes.length; at++) {
    if (needle.every((byte, index) => bytes[at + index] === byte)) return true;
  }
  return false;
}
