// abs, bool, chr, float, hash, int, max, min, ord.
import { floatOf, isInt } from './arithmetic.ts';
import { codePointLength } from './code-points.ts';
import { compare } from './compare.ts';
import { runtimeError } from './errors.ts';
import { makeInt, negateInt } from './integers.ts';
import { elementsOf, Walk } from './iteration.ts';
import { noNames, noValues, type Machine } from './machine.ts';
import { byName, either, mismatch, NativeFunction, optional, orNone, required, rest } from './native.ts';
import { smallIntOf, textOf } from './native.ts';
import { isTrue } from './operators.ts';
import { parseInteger } from './parse-integer.ts';
import { repr } from './repr.ts';
import type { Bound } from './signature.ts';
import { StarlarkFloat, StarlarkTuple, typeName, type Value } from './values.ts';

export const numberBuiltins: readonly NativeFunction[] = [
  new NativeFunction('abs', [required('x')], ([x]) => absolute(x)),
  new NativeFunction('bool', [optional('x')], ([x]) => x !== undefined && isTrue(x), 'bool'),
  new NativeFunction('chr', [required('i')], ([i]) => character(smallIntOf(i, 'i'))),
  new NativeFunction('float', [optional('x')], ([x]) => toFloat(x), 'float'),
  new NativeFunction('hash', [required('x')], ([x], machine) => hashText(textOf(x, 'x'), machine)),
  new NativeFunction(
    'int',
    [optional('x'), either('base')],
    ([x, base], machine) => toInt(x, base, machine),
    'int',
  ),
  new NativeFunction('max', [rest('args'), byName('key')], (args, machine) => extreme('max', args, machine)),
  new NativeFunction('min', [rest('args'), byName('key')], (args, machine) => extreme('min', args, machine)),
  new NativeFunction('ord', [required('x')], ([x], machine) => codePoint(textOf(x, 'x'), machine)),
];

function absolute(value: Value | undefined): Value {
  if (value instanceof StarlarkFloat) return new StarlarkFloat(Math.abs(value.value));
  if (value === undefined || !isInt(value)) throw mismatch(value, 'x', 'int | float');
  return value < 0 ? negateInt(value) : value;
}

function character(code: number): Value {
  const isScalar = code >= 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
  if (!isScalar) throw runtimeError(`chr: ${code} is not a Unicode character`);
  return String.fromCodePoint(code);
}

function codePoint(text: string, machine: Machine): Value {
  const length = codePointLength(text, machine.meter);
  if (length !== 1) throw runtimeError(`ord: expected one character, got ${length}`);
  return text.codePointAt(0) ?? 0;
}

function toFloat(value: Value | undefined): Value {
  if (value === undefined) return new StarlarkFloat(0);
  if (typeof value === 'boolean') return new StarlarkFloat(Number(value));
  const number = floatOf(value);
  if (number !== undefined) {
    if (isInt(value) && !Number.isFinite(number)) throw runtimeError('float: the int is too large');
    return new StarlarkFloat(number);
  }
  if (typeof value !== 'string') throw mismatch(value, 'x', 'int | float | bool | str');
  const named = namedFloats.get(value.toLowerCase());
  if (named !== undefined) return new StarlarkFloat(named);
  const isLiteral = /^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$/.test(value);
  const parsed = Number(value);
  if (!isLiteral || !Number.isFinite(parsed))
    throw runtimeError(`float: ${repr(value)} is not a valid number`);
  return new StarlarkFloat(parsed);
}

const namedFloats: ReadonlyMap<string, number> = new Map(
  ['', '+', '-'].flatMap((sign) => {
    const infinity = sign === '-' ? -Infinity : Infinity;
    return [
      [`${sign}inf`, infinity],
      [`${sign}infinity`, infinity],
      [`${sign}nan`, NaN],
    ] as const;
  }),
);

function toInt(value: Value | undefined, base: Value | undefined, machine: Machine): Value {
  const radix = orNone(base, (given) => smallIntOf(given, 'base'));
  if (typeof value === 'string') return parseInteger(value, radix ?? 10, machine.meter);
  if (radix !== undefined) throw runtimeError('int: a base needs a string');
  if (value === undefined) return 0;
  if (typeof value === 'boolean') return Number(value);
  if (isInt(value)) return value;
  if (!(value instanceof StarlarkFloat)) throw mismatch(value, 'x', 'str | bool | int | float');
  if (!Number.isFinite(value.value)) throw runtimeError(`int: cannot convert ${repr(value)}`);
  return makeInt(BigInt(Math.trunc(value.value)));
}

/** Java's string hash, which the language's specification names. */
function hashText(text: string, machine: Machine): Value {
  machine.meter.step(text.length);
  let hash = 0;
  for (let at = 0; at < text.length; at++) hash = (Math.imul(hash, 31) + text.charCodeAt(at)) | 0;
  return hash;
}

/** One argument is what to look through; several are the candidates themselves. The first of equals wins. */
function extreme(name: 'max' | 'min', [args, key]: Bound, machine: Machine): Value {
  const given = args instanceof StarlarkTuple ? args.items : noValues;
  const [only] = given;
  if (only === undefined) throw runtimeError(`Missing parameter \`args\` for call to \`${name}\``);
  const source = given.length === 1 ? only : new StarlarkTuple(given);
  elementsOf(source, machine.meter);
  const walk = new Walk(source, machine.meter);
  let best: { readonly value: Value; readonly rank: Value } | undefined;
  for (let value = walk.next(); value !== undefined; value = walk.next()) {
    const rank = orNone(key, (by) =>
      machine.call(by, { positional: [value ?? null], names: noNames, named: noValues }),
    );
    const candidate = { value, rank: rank === undefined ? value : rank };
    if (best === undefined) best = candidate;
    else {
      const order = compare(candidate.rank, best.rank, machine.meter);
      if (name === 'max' ? order > 0 : order < 0) best = candidate;
    }
  }
  walk.close();
  if (best === undefined) throw runtimeError(`${name}: the ${typeName(only)} is empty`);
  return best.value;
}
