// Number literals: decimal, 0x, 0o, 0b, and floats. No leading zeros, no underscores, no suffixes.
import { syntaxError } from './errors.ts';
import { makeInt } from './integers.ts';
import { StarlarkFloat, type Value } from './values.ts';

export interface ScannedNumber {
  readonly value: Value;
  readonly end: number;
}

const decimal = /(?:\d+\.\d*(?:[eE][-+]?\d+)?|\d+[eE][-+]?\d+|\.\d+(?:[eE][-+]?\d+)?)|\d+/y;
const prefixed = /0(?:[xX][0-9a-fA-F]+|[oO][0-7]+|[bB][01]+)/y;

/** Reads the number that starts at `start`, which is a digit or a dot before a digit. */
export function scanNumber(text: string, start: number, maxBits: number): ScannedNumber {
  const short = shortDecimal(text, start);
  if (short !== undefined) return short;

  prefixed.lastIndex = start;
  const literal = prefixed.exec(text)?.[0] ?? decimalAt(text, start);
  const end = start + literal.length;
  if (/^\d+$/.test(literal) && literal.length > 1 && literal.startsWith('0')) {
    throw syntaxError(`Integer cannot have a leading 0: write \`0o\` before an octal number`, start, end);
  }
  if (/^0[xXoObB]/.test(literal) || /^\d+$/.test(literal)) {
    // Four bits a digit is an upper bound for every base, checked before the conversion, which is not linear.
    if (literal.length * 4 > maxBits)
      throw syntaxError(`Integer is too large: at most ${maxBits} bits`, start, end);
    return { value: makeInt(BigInt(literal.toLowerCase())), end };
  }
  return { value: new StarlarkFloat(Number(literal)), end };
}

/** Nearly every number in a rule file is one digit or a few; they need no regular expression. */
function shortDecimal(text: string, start: number): ScannedNumber | undefined {
  let at = start;
  let value = 0;
  for (; at < start + 9; at++) {
    const digit = text.charCodeAt(at) - zero;
    if (!(digit >= 0 && digit <= 9)) break;
    value = value * 10 + digit;
  }
  const isWhole = at > start && at < start + 9 && !/[0-9.eExXoObB]/.test(text.charAt(at));
  const hasLeadingZero = at - start > 1 && text.charCodeAt(start) === zero;
  return isWhole && !hasLeadingZero ? { value, end: at } : undefined;
}

function decimalAt(text: string, start: number): string {
  decimal.lastIndex = start;
  return decimal.exec(text)?.[0] ?? text.charAt(start);
}

const zero = 48;
