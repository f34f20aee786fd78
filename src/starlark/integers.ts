// Whole numbers of any size: a `number` while it is a safe integer, a `bigint` beyond, never both for one value.
import { overBudget } from './errors.ts';
import type { Meter } from './budget.ts';

export type Int = number | bigint;

export function makeInt(value: Int): Int {
  if (typeof value === 'number') return value;
  return value >= smallest && value <= largest ? Number(value) : value;
}

/** The result of `+`, `-` or `*` on two safe integers, when it is one too and the sign of zero is right. */
export function addInts(left: Int, right: Int, meter: Meter): Int {
  if (typeof left === 'number' && typeof right === 'number') {
    const sum = left + right;
    if (Number.isSafeInteger(sum)) return sum;
  }
  return sized(BigInt(left) + BigInt(right), meter);
}

export function subtractInts(left: Int, right: Int, meter: Meter): Int {
  if (typeof left === 'number' && typeof right === 'number') {
    const difference = left - right;
    if (Number.isSafeInteger(difference)) return difference;
  }
  return sized(BigInt(left) - BigInt(right), meter);
}

export function multiplyInts(left: Int, right: Int, meter: Meter): Int {
  if (typeof left === 'number' && typeof right === 'number') {
    const product = left * right;
    // `+ 0` turns the -0 of `0 * -1` into the only zero an int has.
    if (Number.isSafeInteger(product)) return product + 0;
  }
  const wideLeft = BigInt(left);
  const wideRight = BigInt(right);
  requireBits(bitLength(wideLeft) + bitLength(wideRight) - 1, meter);
  return sized(wideLeft * wideRight, meter);
}

/** Rounds towards minus infinity, as Python does. The divisor is not zero. */
export function floorDivideInts(left: Int, right: Int, meter: Meter): Int {
  if (typeof left === 'number' && typeof right === 'number') return floorQuotient(left, right);
  meter.step(bigCost);
  const wideLeft = BigInt(left);
  const wideRight = BigInt(right);
  const quotient = wideLeft / wideRight;
  const isExact = quotient * wideRight === wideLeft;
  return makeInt(!isExact && wideLeft < 0n !== wideRight < 0n ? quotient - 1n : quotient);
}

/** Has the divisor's sign, as Python's. The divisor is not zero. */
export function remainderInts(left: Int, right: Int, meter: Meter): Int {
  if (typeof left === 'number' && typeof right === 'number') {
    const remainder = left % right;
    return remainder !== 0 && remainder < 0 !== right < 0 ? remainder + right : remainder + 0;
  }
  meter.step(bigCost);
  const wideRight = BigInt(right);
  const remainder = BigInt(left) % wideRight;
  return makeInt(remainder !== 0n && remainder < 0n !== wideRight < 0n ? remainder + wideRight : remainder);
}

/** The count is not negative. */
export function shiftLeft(value: Int, count: Int, meter: Meter): Int {
  if (value === 0) return 0;
  const wide = BigInt(value);
  if (typeof count === 'bigint') throw tooLarge(meter);
  requireBits(bitLength(wide) + count, meter);
  return sized(wide << BigInt(count), meter);
}

/** The count is not negative. */
export function shiftRight(value: Int, count: Int): Int {
  const wide = BigInt(value);
  const enough = bitLength(wide) + 1;
  const by = typeof count === 'bigint' || count > enough ? enough : count;
  return makeInt(wide >> BigInt(by));
}

export type BitOperator = '&' | '|' | '^';

export function combineBits(operator: BitOperator, left: Int, right: Int): Int {
  const wideLeft = BigInt(left);
  const wideRight = BigInt(right);
  switch (operator) {
    case '&':
      return makeInt(wideLeft & wideRight);
    case '|':
      return makeInt(wideLeft | wideRight);
    case '^':
      return makeInt(wideLeft ^ wideRight);
  }
}

export function negateInt(value: Int): Int {
  return typeof value === 'number' ? 0 - value : makeInt(-value);
}

export function invertInt(value: Int): Int {
  return typeof value === 'number' ? -1 - value : makeInt(~value);
}

/** Bits of the magnitude, without the sign. */
export function bitLength(value: bigint): number {
  // Hexadecimal is linear to produce; decimal is not.
  const digits = value.toString(16);
  return (value < 0n ? digits.length - 1 : digits.length) * 4;
}

function floorQuotient(left: number, right: number): Int {
  // The quotient of two safe integers is exact only after taking the remainder off first.
  const remainder = left % right;
  const quotient = (left - remainder) / right;
  return (remainder !== 0 && remainder < 0 !== right < 0 ? quotient - 1 : quotient) + 0;
}

function sized(value: bigint, meter: Meter): Int {
  meter.step(bigCost);
  const made = makeInt(value);
  if (typeof made === 'bigint') requireBits(bitLength(made), meter);
  return made;
}

function requireBits(bits: number, meter: Meter): void {
  // Rounded up to whole hexadecimal digits, hence the slack.
  if (bits > meter.budget.intBits + 8) throw tooLarge(meter);
}

function tooLarge(meter: Meter): Error {
  return overBudget(`Integer is too large: at most ${meter.budget.intBits} bits are allowed`);
}

const smallest = BigInt(Number.MIN_SAFE_INTEGER);
const largest = BigInt(Number.MAX_SAFE_INTEGER);
/** Steps charged for one operation on integers of the largest size allowed, a few microseconds of work. */
const bigCost = 100;
