// What a dict's map is keyed by: primitives are themselves, and equal Starlark keys give the same JavaScript key.
// Tuples become text that begins with a lone surrogate, which no Starlark string can contain.
import type { Meter } from './budget.ts';
import { overBudget, runtimeError } from './errors.ts';
import { deepestData, StarlarkBytes, StarlarkFloat, StarlarkFunction, StarlarkRange } from './values.ts';
import { StarlarkTuple, typeName, type Value } from './values.ts';

export function hashKey(value: Value, meter: Meter): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof StarlarkFloat) return numberKey(value.value);
  if (value instanceof StarlarkFunction) return value;
  const parts: string[] = [];
  write(value, parts, meter, 0);
  return compoundMark + parts.join('');
}

function write(value: Value, parts: string[], meter: Meter, depth: number): void {
  if (depth > deepestData) throw overBudget('Value is nested too deeply to be a key');
  meter.step(stepsPerItem);
  if (typeof value === 'string') {
    meter.text(value.length);
    parts.push(`s${value.length}:${value}`);
  } else if (value === null || typeof value === 'boolean') parts.push(`c${String(value)};`);
  else if (typeof value === 'number' || typeof value === 'bigint') parts.push(`n${String(value)};`);
  else if (value instanceof StarlarkFloat) parts.push(`n${String(numberKey(value.value))};`);
  else if (value instanceof StarlarkTuple) {
    parts.push(`t${value.items.length}:`);
    for (const item of value.items) write(item, parts, meter, depth + 1);
  } else if (value instanceof StarlarkRange) {
    parts.push(
      `r${value.length}:${value.length > 0 ? value.start : 0}:${value.length > 1 ? value.step : 0};`,
    );
  } else if (value instanceof StarlarkBytes) {
    meter.text(value.bytes.length);
    parts.push(
      `b${value.bytes.length}:${Array.from(value.bytes, (byte) => String.fromCharCode(byte)).join('')}`,
    );
  } else throw runtimeError(`Value of type \`${typeName(value)}\` is not hashable`);
}

/** The same key for an int and a float that are equal. */
function numberKey(value: number): number | bigint {
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) return BigInt(value);
  return value === 0 ? 0 : value;
}

/** Each item leaves a piece of text behind until the key is complete. */
const stepsPerItem = 8;
const compoundMark = '\ud800';
