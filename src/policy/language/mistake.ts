// How the builtins say that a call is wrong, and how much work one file may ask of them.

/** A call that makes no rule: collected with its place, and the file goes on so that every mistake is found at once. */
export class Mistake extends Error {
  override readonly name = 'Mistake';
}

/** A word that is not one of a few: the interpreter, which knows what is like what, names the nearest. */
export class UnknownWord extends Mistake {
  readonly #parts: readonly [string, string];
  readonly #word: string;
  readonly #known: readonly string[];

  constructor(what: string, word: string, known: readonly string[]) {
    const words = known.map((each) => JSON.stringify(each)).join(', ');
    const parts = [`Invalid ${what} ${JSON.stringify(word)}`, `: use one of ${words}`] as const;
    super(parts.join(''));
    this.#parts = parts;
    this.#word = word;
    this.#known = known;
  }

  suggesting(nearest: (word: string, known: readonly string[]) => string | undefined): string {
    const meant = otherWords.get(this.#word.toLowerCase()) ?? nearest(this.#word, this.#known);
    if (meant === undefined || !this.#known.includes(meant)) return this.message;
    return this.#parts.join(` (did you mean ${JSON.stringify(meant)}?)`);
  }
}

/** What other programs call it. */
const otherWords: ReadonlyMap<string, string> = new Map([
  ['ask', 'prompt'],
  ['ask_user', 'prompt'],
  ['deny', 'forbidden'],
  ['forbid', 'forbidden'],
  ['block', 'forbidden'],
  ['allowed', 'allow'],
  ['unknown', 'none'],
  ['safe', 'none'],
]);

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
