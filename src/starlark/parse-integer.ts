// `int("…", base)`.
import type { Meter } from './budget.ts';
import { overBudget, runtimeError } from './errors.ts';
import { makeInt, type Int } from './integers.ts';
import { repr } from './repr.ts';

/** Base 0 reads the prefix; bases 2, 8 and 16 allow theirs. No spaces, no underscores. */
export function parseInteger(text: string, base: number, meter: Meter): Int {
  if (base !== 0 && (base < 2 || base > 36)) throw runtimeError(`int: base ${base} is not between 2 and 36`);
  meter.scan(text.length);
  const [, sign = '', body = ''] = /^([-+]?)(.*)$/s.exec(text) ?? [];
  const prefix = prefixes.get(body.slice(0, 2).toLowerCase());
  const isPrefixed = prefix !== undefined && (base === 0 || base === prefix);
  const digits = isPrefixed ? body.slice(2) : body;
  const radix = base !== 0 ? base : (prefix ?? 10);
  const isAmbiguous = base === 0 && !isPrefixed && /^0\d/.test(digits);
  if (isAmbiguous || !isNumberIn(digits, radix)) {
    throw runtimeError(`int: cannot parse ${repr(text)} as an integer in base ${base}`);
  }
  // Six bits hold a digit of any base; checked first because the conversion is not linear.
  if (digits.length * Math.ceil(Math.log2(radix)) > meter.budget.intBits) {
    throw overBudget(`Integer is too large: at most ${meter.budget.intBits} bits are allowed`);
  }
  meter.step(digits.length * 4);
  const wideRadix = BigInt(radix);
  let value = 0n;
  for (const digit of digits) value = value * wideRadix + BigInt(Number.parseInt(digit, 36));
  return makeInt(sign === '-' ? -value : value);
}

function isNumberIn(digits: string, radix: number): boolean {
  return (
    digits !== '' &&
    Array.from(digits).every((digit) => /[0-9a-zA-Z]/.test(digit) && Number.parseInt(digit, 36) < radix)
  );
}

const prefixes: ReadonlyMap<string, number> = new Map([
  ['0x', 16],
  ['0o', 8],
  ['0b', 2],
]);
