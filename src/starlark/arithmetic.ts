// Operators on numbers: ints of any size, floats, and a mix of both, which is a float.
import type { Meter } from './budget.ts';
import { runtimeError } from './errors.ts';
import { addInts, combineBits, floorDivideInts, multiplyInts, remainderInts } from './integers.ts';
import { shiftLeft, shiftRight, subtractInts, type BitOperator, type Int } from './integers.ts';
import { repr } from './repr.ts';
import { StarlarkFloat, type Value } from './values.ts';

export type ArithmeticOperator = '+' | '-' | '*' | '/' | '//' | '%';
export type ShiftOperator = '<<' | '>>';

export function isInt(value: Value): value is Int {
  return typeof value === 'number' || typeof value === 'bigint';
}

/** The number as a float, or undefined for anything that is no number; a bool is none. */
export function floatOf(value: Value): number | undefined {
  if (isInt(value)) return Number(value);
  return value instanceof StarlarkFloat ? value.value : undefined;
}

/** Undefined when the operands are not both numbers. */
export function applyArithmetic(
  operator: ArithmeticOperator,
  left: Value,
  right: Value,
  meter: Meter,
): Value | undefined {
  if (isInt(left) && isInt(right) && operator !== '/') return onInts(operator, left, right, meter);
  const leftFloat = floatOf(left);
  const rightFloat = floatOf(right);
  if (leftFloat === undefined || rightFloat === undefined) return undefined;
  return new StarlarkFloat(onFloats(operator, leftFloat, rightFloat, [left, right]));
}

function onInts(operator: Exclude<ArithmeticOperator, '/'>, left: Int, right: Int, meter: Meter): Value {
  switch (operator) {
    case '+':
      return addInts(left, right, meter);
    case '-':
      return subtractInts(left, right, meter);
    case '*':
      return multiplyInts(left, right, meter);
    case '//':
      if (right === 0) throw divisionByZero('Floor division', operator, left, right);
      return floorDivideInts(left, right, meter);
    case '%':
      if (right === 0) throw divisionByZero('Modulo', operator, left, right);
      return remainderInts(left, right, meter);
  }
}

function onFloats(
  operator: ArithmeticOperator,
  left: number,
  right: number,
  written: readonly [Value, Value],
): number {
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      if (right === 0) throw divisionByZero('Division', operator, ...written);
      return left / right;
    case '//':
      if (right === 0) throw divisionByZero('Floor division', operator, ...written);
      return Math.floor(left / right);
    case '%': {
      if (right === 0) throw divisionByZero('Modulo', operator, ...written);
      const remainder = left % right;
      if (remainder === 0) return 0;
      return remainder < 0 === right < 0 ? remainder : remainder + right;
    }
  }
}

export function applyShift(operator: ShiftOperator, left: Int, right: Int, meter: Meter): Value {
  if (right < 0) throw runtimeError(`Negative shift count: ${repr(left)} ${operator} ${repr(right)}`);
  return operator === '<<' ? shiftLeft(left, right, meter) : shiftRight(left, right);
}

export function applyBits(operator: BitOperator, left: Int, right: Int): Value {
  return combineBits(operator, left, right);
}

function divisionByZero(what: string, operator: string, left: Value, right: Value): Error {
  return runtimeError(`${what} by zero: ${repr(left)} ${operator} ${repr(right)}`);
}
