// `"%s" % value`: the conversions of the reference, without flags, widths or `%(name)s`.
import { floatOf, isInt } from './arithmetic.ts';
import type { Meter } from './budget.ts';
import { runtimeError } from './errors.ts';
import { formatCompact, formatDecimal, formatScientific } from './format-float.ts';
import { makeInt } from './integers.ts';
import { reprWithin, strWithin } from './repr.ts';
import { StarlarkFloat, StarlarkTuple, typeName, type Value } from './values.ts';

/** A tuple gives one value a conversion; anything else is the only value. */
export function formatPercent(format: string, value: Value, meter: Meter): string {
  const values = value instanceof StarlarkTuple ? value.items : [value];
  meter.text(format.length);
  const parts: string[] = [];
  let length = 0;
  const add = (text: string): void => {
    length += text.length;
    meter.text(length > meter.budget.stringLength ? length : text.length);
    parts.push(text);
  };
  let used = 0;
  let from = 0;
  for (let at = format.indexOf('%'); at !== -1; at = format.indexOf('%', from)) {
    add(format.slice(from, at));
    from = at + 2;
    const conversion = format.charAt(at + 1);
    if (conversion === '%') {
      add('%');
      continue;
    }
    if (conversion === '')
      throw runtimeError('Unfinished format: a lone `%` at the end, write `%%` for the character');
    const next = values[used];
    if (!conversions.has(conversion))
      throw runtimeError(`Unsupported format character \`${shown(format, at + 1)}\``);
    if (next === undefined) throw runtimeError('Not enough arguments for the format string');
    used += 1;
    add(convert(conversion, next, meter));
  }
  if (used < values.length) throw runtimeError('Too many arguments for the format string');
  add(format.slice(from));
  return parts.join('');
}

const conversions: ReadonlySet<string> = new Set('srdoxXeEfFgG');

function convert(conversion: string, value: Value, meter: Meter): string {
  switch (conversion) {
    case 's':
      return strWithin(value, meter);
    case 'r':
      return reprWithin(value, meter);
    case 'd':
      return String(wholeNumber(conversion, value));
    case 'o':
      return wholeNumber(conversion, value).toString(8);
    case 'x':
      return wholeNumber(conversion, value).toString(16);
    case 'X':
      return wholeNumber(conversion, value).toString(16).toUpperCase();
    case 'e':
    case 'E':
      return formatScientific(float(conversion, value), conversion, { trimZeros: false });
    case 'g':
      return formatCompact(float(conversion, value), 'e');
    case 'G':
      return formatCompact(float(conversion, value), 'E');
    default:
      return formatDecimal(float(conversion, value));
  }
}

function wholeNumber(conversion: string, value: Value): number | bigint {
  if (isInt(value)) return value;
  if (conversion === 'd' && value instanceof StarlarkFloat && Number.isFinite(value.value)) {
    return makeInt(BigInt(Math.trunc(value.value)));
  }
  throw runtimeError(`Format \`%${conversion}\` needs an int, got ${typeName(value)}`);
}

function float(conversion: string, value: Value): number {
  const number = floatOf(value);
  if (number === undefined)
    throw runtimeError(`Format \`%${conversion}\` needs a number, got ${typeName(value)}`);
  return number;
}

function shown(format: string, at: number): string {
  return String.fromCodePoint(format.codePointAt(at) ?? 0);
}
