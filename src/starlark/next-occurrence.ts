// Where a character comes next, remembered: asked about ever later places, the whole text is searched only once.

export class NextOccurrence {
  readonly #text: string;
  readonly #character: string;
  #at = -1;

  constructor(text: string, character: string) {
    this.#text = text;
    this.#character = character;
  }

  /** The first place at or after `from`, or the text's length. `from` must not go backwards by much. */
  from(from: number): number {
    if (this.#at < from) {
      const found = this.#text.indexOf(this.#character, from);
      this.#at = found === -1 ? this.#text.length : found;
    }
    return this.#at;
  }
}
