// How the builtins say that a call is wrong, and how much work one file may ask of them.

/** A call that makes no rule: collected with its place, and the file goes on so that every mistake is found at once. */
export class Mistake extends Error {
  override readonly name = 'Mistake';
}

/** More than a file of rules can honestly need: reading stops here. */
export class TooMuchWork extends Error {
  override readonly name = 'TooMuchWork';
}

/**
 * Counts the words and characters the builtins look at. The interpreter charges for a list once, when it is made; a
 * loop that hands one long list to ten thousand rules would otherwise keep the start of the program waiting.
 */
export class Work {
  readonly #limit: number;
  #done = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  charge(units: number): void {
    this.#done += units;
    if (this.#done > this.#limit) {
      throw new TooMuchWork(
        `Stop here: the rules and examples of this file take more than ${this.#limit} steps`,
      );
    }
  }
}

/** Words and characters one file may show to the builtins. Ten thousand rules with examples use a tenth of it. */
export const workLimit = 4_000_000;
