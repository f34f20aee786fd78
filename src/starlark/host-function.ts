// A host's builtin as a value of the language: binds the arguments, reports the host's refusal at the call.
import type { BuiltinCall, StarlarkBuiltin } from './builtin.ts';
import { StarlarkHostError, runtimeError, type Span, type StarlarkError } from './errors.ts';
import { describeFailure } from './describe-failure.ts';
import type { CallRecord, Machine } from './machine.ts';
import { Signature, type Bound } from './signature.ts';
import type { Position, SourceText } from './source.ts';
import { StarlarkFunction, type Value } from './values.ts';

export class HostFunction extends StarlarkFunction {
  readonly name: string;
  readonly signature: Signature;
  readonly #builtin: StarlarkBuiltin;

  constructor(builtin: StarlarkBuiltin) {
    super();
    this.name = builtin.name;
    this.#builtin = builtin;
    const parameters = builtin.parameters.map(({ name, required, keywordOnly = false }) => ({
      name,
      required,
      mode: keywordOnly ? ('named' as const) : ('either' as const),
    }));
    this.signature = new Signature(builtin.name, parameters);
  }

  run(bound: Bound, machine: Machine): Value {
    const args = new Map<string, Value>();
    const { parameters } = this.signature;
    for (let index = 0; index < parameters.length; index++) {
      const value = bound[index];
      if (value !== undefined) args.set(parameters[index]?.name ?? '', value);
    }
    const { at } = machine;
    machine.meter.hostCall();
    try {
      return this.#builtin.call(new HostCall(args, at, machine));
    } catch (error) {
      if (!(error instanceof StarlarkHostError)) throw error;
      machine.at = at;
      throw runtimeError(error.message);
    }
  }
}

/** Works out positions only when the host asks. */
class HostCall implements BuiltinCall {
  readonly args: ReadonlyMap<string, Value>;
  readonly #span: Span;
  readonly #source: SourceText;
  readonly #calls: readonly CallRecord[];

  constructor(args: ReadonlyMap<string, Value>, span: Span, machine: Machine) {
    this.args = args;
    this.#span = span;
    this.#source = machine.source;
    // A copy, because the host may ask when the module has long gone on; most calls have nothing to copy.
    this.#calls = machine.calls.length === 0 ? noCalls : [...machine.calls];
  }

  get at(): Position {
    return this.#source.position(this.#span.start);
  }

  get endAt(): Position {
    return this.#source.position(this.#span.end);
  }

  error(message: string): StarlarkError {
    return describeFailure({ kind: 'runtime', message, span: this.#span }, this.#source, this.#calls);
  }
}

const noCalls: readonly CallRecord[] = [];
