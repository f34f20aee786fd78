// What a host plugs in: a named function with fixed parameters. The interpreter binds the arguments, so a builtin
// never sees a missing, doubled or unknown parameter.
import type { StarlarkError } from './errors.ts';
import type { Position } from './source.ts';
import type { Value } from './values.ts';

export interface StarlarkParameter {
  readonly name: string;
  readonly required: boolean;
  /** Cannot be given by position. Default false. */
  readonly keywordOnly?: boolean;
}

/** One call of a builtin from Starlark code, its arguments already bound by name. */
export interface BuiltinCall {
  /** Keyed by parameter name. An omitted parameter is absent; an explicit `None` is present as `null`. */
  readonly args: ReadonlyMap<string, Value>;
  /** The first character of the call expression, in the file being run. */
  readonly at: Position;
  /** One past the last character of the call expression. */
  readonly endAt: Position;
  /**
   * An error at this call, with its caret and the calls that led to it, without stopping the module: for a host that
   * collects every mistake instead of throwing {@link StarlarkHostError} at the first. May be asked for later, also
   * when the module has ended.
   */
  error(message: string): StarlarkError;
}

/** Parameters may be given by position, in this order, or by name; those that are `keywordOnly` by name alone. */
export interface StarlarkBuiltin {
  readonly name: string;
  readonly parameters: readonly StarlarkParameter[];
  /** Answers with the call's value (`null` is `None`). Throws {@link StarlarkHostError} to stop the module. */
  call(call: BuiltinCall): Value;
}
