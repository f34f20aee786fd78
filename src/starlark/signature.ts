// Binds the arguments of a call to parameters, for functions of the file and for builtins alike. The order of the
// checks is the reference's: doubled, missing, too many by position, unknown by name.
import { runtimeError } from './errors.ts';
import type { Meter } from './budget.ts';
import { noNames, type Arguments } from './machine.ts';
import { setEntry } from './dict-entries.ts';
import { suggestName } from './suggest-name.ts';
import { StarlarkDict, StarlarkTuple, type Value } from './values.ts';

export interface Parameter {
  readonly name: string;
  readonly mode: 'positional' | 'either' | 'named' | 'rest' | 'named-rest';
  readonly required: boolean;
}

/** One value for each parameter, in order; undefined where an optional one was left out. */
export type Bound = (Value | undefined)[];

export class Signature {
  readonly name: string;
  readonly parameters: readonly Parameter[];
  readonly #positionalCount: number;
  readonly #restAt: number;
  readonly #namedRestAt: number;
  readonly #isPlain: boolean;
  readonly #byName: ReadonlyMap<string, number>;
  readonly #requiredAt: readonly number[];
  readonly #nothing: Readonly<Bound>;

  constructor(name: string, parameters: readonly Parameter[]) {
    this.name = name;
    this.parameters = parameters;
    const isPositional = ({ mode }: Parameter): boolean => mode === 'positional' || mode === 'either';
    this.#positionalCount = parameters.filter(isPositional).length;
    this.#restAt = parameters.findIndex(({ mode }) => mode === 'rest');
    this.#namedRestAt = parameters.findIndex(({ mode }) => mode === 'named-rest');
    this.#isPlain = this.#positionalCount === parameters.length;
    this.#nothing = parameters.map(() => undefined);
    this.#requiredAt = parameters.flatMap(({ mode, required }, index) =>
      required && mode !== 'rest' && mode !== 'named-rest' ? [index] : [],
    );
    const named = parameters.map((parameter, index) => [parameter, index] as const);
    this.#byName = new Map(
      named
        .filter(([{ mode }]) => mode === 'either' || mode === 'named')
        .map(([parameter, index]) => [parameter.name, index]),
    );
  }

  bind(args: Arguments, meter: Meter): Bound {
    const { positional, names } = args;
    const count = positional.length;
    if (this.#isPlain && names.length === 0 && count === this.parameters.length) return positional.slice();

    const bound = this.#nothing.slice();
    const taken = Math.min(count, this.#positionalCount);
    for (let index = 0; index < taken; index++) bound[index] = positional[index];
    const unknown =
      names.length === 0 && this.#namedRestAt === -1 ? noNames : this.#bindNames(args, bound, meter);
    this.#requireAll(bound, unknown);
    if (count > taken || this.#restAt !== -1) this.#bindRest(positional, bound, meter);
    if (unknown.length > 0) throw this.#unknown(unknown);
    return bound;
  }

  #bindNames({ names, named }: Arguments, bound: Bound, meter: Meter): readonly string[] {
    let unknown: string[] | undefined;
    const extra = this.#namedRestAt === -1 ? undefined : new StarlarkDict();
    for (let index = 0; index < names.length; index++) {
      const name = names[index] ?? '';
      const value = named[index] ?? null;
      const at = this.#byName.get(name);
      if (at !== undefined) {
        if (bound[at] !== undefined) throw this.#doubled(name);
        bound[at] = value;
      } else if (extra === undefined) (unknown ??= []).push(name);
      else if (extra.entries.has(name)) throw this.#doubled(name);
      else setEntry(extra, name, value, meter);
    }
    if (extra !== undefined) bound[this.#namedRestAt] = extra;
    return unknown ?? noNames;
  }

  #bindRest(positional: readonly Value[], bound: Bound, meter: Meter): void {
    const count = positional.length - this.#positionalCount;
    if (this.#restAt !== -1) {
      meter.elements(Math.max(0, count), Math.max(0, count));
      bound[this.#restAt] = new StarlarkTuple(positional.slice(this.#positionalCount));
    } else if (count > 0) {
      const plural = count === 1 ? 'argument' : 'arguments';
      throw runtimeError(`Found ${count} extra positional ${plural} for call to \`${this.name}\``);
    }
  }

  #requireAll(bound: Bound, unknown: readonly string[]): void {
    for (let at = 0; at < this.#requiredAt.length; at++) {
      const index = this.#requiredAt[at] ?? 0;
      if (bound[index] !== undefined) continue;
      const name = this.parameters[index]?.name ?? '';
      // What is missing is there under a name that is misspelled.
      if (unknown.length === 1 && this.#nearest(unknown) === name) throw this.#unknown(unknown);
      throw runtimeError(`Missing parameter \`${name}\` for call to \`${this.name}\``);
    }
  }

  #unknown(unknown: readonly string[]): Error {
    const list = unknown
      .slice(0, mostListed)
      .map((name) => `\`${name}\``)
      .join(' ');
    const plural = unknown.length === 1 ? 'parameter' : 'parameters';
    const near = unknown.length === 1 ? this.#nearest(unknown) : undefined;
    const hint = near === undefined ? '' : `, did you mean \`${near}\`?`;
    return runtimeError(`Found ${list} extra named ${plural} for call to \`${this.name}\`${hint}`);
  }

  #nearest([name = '']: readonly string[]): string | undefined {
    return suggestName(name, [...this.#byName.keys()]);
  }

  #doubled(name: string): Error {
    return runtimeError(`Argument \`${name}\` occurs more than once for call to \`${this.name}\``);
  }
}

/** Names listed in one message. */
const mostListed = 50;
