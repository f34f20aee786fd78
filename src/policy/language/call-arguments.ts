// The arguments of one literal call. A file of ten thousand calls uses one of these over and over: a map for each of
// them would be the largest part of reading the file.
import type { RuleArguments, RuleValue } from './rule-value.ts';

export class CallArguments implements RuleArguments {
  readonly #names: string[] = [];
  readonly #values: RuleValue[] = [];

  get names(): readonly string[] {
    return this.#names;
  }

  get(name: string): RuleValue | undefined {
    const at = this.#names.indexOf(name);
    return at === -1 ? undefined : this.#values[at];
  }

  has(name: string): boolean {
    return this.#names.includes(name);
  }

  add(name: string, value: RuleValue): void {
    this.#names.push(name);
    this.#values.push(value);
  }

  clear(): void {
    this.#names.length = 0;
    this.#values.length = 0;
  }
}
