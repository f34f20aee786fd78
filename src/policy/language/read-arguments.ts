// Takes typed arguments out of a call. Types of all parameters are looked at before any meaning is.
import { Mistake } from './mistake.ts';
import { isList, typeOf, type RuleArguments, type RuleValue } from './rule-value.ts';

interface Types {
  readonly list: readonly RuleValue[];
  readonly str: string;
  readonly bool: boolean;
}

/** An omitted parameter is undefined; an explicit `None` is a wrong type. */
export function readArgument<Kind extends keyof Types>(
  args: RuleArguments,
  name: string,
  kind: Kind,
): Types[Kind] | undefined {
  const value = args.get(name);
  if (value === undefined) return undefined;
  if (isOfKind(value, kind)) return value;
  throw new Mistake(`Parameter \`${name}\` must be of type ${kind}, but it is ${describe(value)}`);
}

/** A whole number that is not negative. */
export function readCount(args: RuleArguments, name: string): number | undefined {
  const value = args.get(name);
  if (value === undefined) return undefined;
  const isWhole = typeof value === 'object' && !isList(value) && value.type === 'int';
  if (!isWhole) throw new Mistake(`Parameter \`${name}\` must be of type int, but it is ${describe(value)}`);
  if (!/^\d{1,9}$/.test(value.shown)) {
    throw new Mistake(
      `Parameter \`${name}\` must be between 0 and 999999999, but it is ${short(value.shown)}`,
    );
  }
  return Number(value.shown);
}

function isOfKind<Kind extends keyof Types>(value: RuleValue, kind: Kind): value is Types[Kind] & RuleValue {
  if (kind === 'str') return typeof value === 'string';
  return kind === 'list' ? isList(value) : typeof value === 'boolean';
}

function describe(value: RuleValue): string {
  if (typeof value === 'object' && !isList(value)) return `${value.type} (${short(value.shown)})`;
  return `${typeOf(value)} (${short(typeof value === 'boolean' ? (value ? 'True' : 'False') : JSON.stringify(value))})`;
}

function short(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 57)}...`;
}
