// A host's builtin as a value of the language: binds the arguments, reports the host's refusal at the call.
import type { StarlarkBuiltin } from './builtin.ts';
import { StarlarkHostError, runtimeError } from './errors.ts';
import { describeFailure } from './describe-failure.ts';
import type { Machine } from './machine.ts';
import { Signature, type Bound } from './signature.ts';
import { StarlarkFunction, type Value } from './values.ts';

export class HostFunction extends StarlarkFunction {
  readonly name: string;
  readonly signature: Signature;
  readonly #builtin: StarlarkBuiltin;

  constructor(builtin: StarlarkBuiltin) {
    super();
    this.name = builtin.name;
    this.#builtin = builtin;
    const parameters = builtin.parameters.map((parameter) => ({ ...parameter, mode: 'either' as const }));
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
    try {
      return this.#builtin.call({
        args,
        at: machine.source.position(at.start),
        endAt: machine.source.position(at.end),
        error: (message) => describeFailure({ kind: 'runtime', message, span: at }, machine.source, machine),
      });
    } catch (error) {
      if (!(error instanceof StarlarkHostError)) throw error;
      machine.at = at;
      throw runtimeError(error.message);
    }
  }
}
