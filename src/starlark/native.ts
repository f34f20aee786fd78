// How the language's own functions and methods are written down: a name, parameters, and what to do with the bound
// arguments.
import { runtimeError } from './errors.ts';
import type { Machine } from './machine.ts';
import { repr } from './repr.ts';
import { Signature, type Bound, type Parameter } from './signature.ts';
import { StarlarkFunction, typeName, type TypeName, type Value } from './values.ts';

export type NativeRun = (args: Bound, machine: Machine) => Value;

export class NativeFunction extends StarlarkFunction {
  readonly name: string;
  readonly signature: Signature;
  readonly run: NativeRun;
  /** The type this function stands for in an annotation: `str`, `list`. */
  readonly type: TypeName | undefined;

  constructor(name: string, parameters: readonly Parameter[], run: NativeRun, type?: TypeName) {
    super();
    this.name = name;
    this.signature = new Signature(name, parameters);
    this.run = run;
    this.type = type;
  }
}

export interface Method<Receiver extends Value> {
  readonly signature: Signature;
  run(receiver: Receiver, args: Bound, machine: Machine): Value;
}

export function method<Receiver extends Value>(
  name: string,
  parameters: readonly Parameter[],
  run: (receiver: Receiver, args: Bound, machine: Machine) => Value,
): readonly [string, Method<Receiver>] {
  return [name, { signature: new Signature(name, parameters), run }];
}

/** `value.name` before it is called. */
export class BoundMethod extends StarlarkFunction {
  readonly name: string;
  readonly signature: Signature;
  readonly run: NativeRun;

  constructor(signature: Signature, run: NativeRun) {
    super();
    this.name = signature.name;
    this.signature = signature;
    this.run = run;
  }
}

export function required(name: string): Parameter {
  return { name, mode: 'positional', required: true };
}

export function optional(name: string): Parameter {
  return { name, mode: 'positional', required: false };
}

/** Optional, and only by name. */
export function byName(name: string): Parameter {
  return { name, mode: 'named', required: false };
}

/** Optional, by position or by name. */
export function either(name: string): Parameter {
  return { name, mode: 'either', required: false };
}

export function rest(name: string): Parameter {
  return { name, mode: 'rest', required: false };
}

export function namedRest(name: string): Parameter {
  return { name, mode: 'named-rest', required: false };
}

export function textOf(value: Value | undefined, parameter: string): string {
  if (typeof value === 'string') return value;
  throw mismatch(value, parameter, 'str');
}

/** A whole number that fits every length and position. */
export function smallIntOf(value: Value | undefined, parameter: string): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') throw runtimeError(`Integer is too large for parameter \`${parameter}\``);
  throw mismatch(value, parameter, 'int');
}

export function boolOf(value: Value | undefined, parameter: string): boolean {
  if (typeof value === 'boolean') return value;
  throw mismatch(value, parameter, 'bool');
}

/** Left out and an explicit None mean the same, where the language says so. */
export function orNone<T>(value: Value | undefined, read: (value: Value) => T): T | undefined {
  return value === undefined || value === null ? undefined : read(value);
}

export function mismatch(value: Value | undefined, parameter: string, expected: string): Error {
  const actual = value === undefined ? 'nothing' : `${typeName(value)} (repr: ${repr(value)})`;
  return runtimeError(
    `Type of parameter \`${parameter}\` doesn't match, expected \`${expected}\`, actual \`${actual}\``,
  );
}
