// The names of one call's arguments. Calls in a rule file nearly all have the same ones: as long as they follow the
// names of the call before, nothing is copied, and both calls end up with one array.

export class ArgumentNames {
  count = 0;
  readonly #likely: readonly string[];
  #own: string[] | undefined;
  #known: Set<string> | undefined;

  constructor(likely: readonly string[]) {
    this.#likely = likely;
  }

  /** False when the name is there already. */
  add(name: string): boolean {
    const own = this.#own;
    if (own === undefined && this.#likely[this.count] === name) {
      // The likely names are distinct, and so is every beginning of them.
      this.count += 1;
      return true;
    }
    const names = own ?? this.#likely.slice(0, this.count);
    this.#own = names;
    this.#known ??= new Set(names);
    if (this.#known.has(name)) return false;
    this.#known.add(name);
    names.push(name);
    this.count += 1;
    return true;
  }

  whole(): readonly string[] {
    if (this.#own !== undefined) return this.#own;
    return this.count === this.#likely.length ? this.#likely : this.#likely.slice(0, this.count);
  }
}
