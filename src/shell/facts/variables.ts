// What the variables of a script can hold: every value that is given to one anywhere in it. The order of commands hardly
// matters, so that loops, functions and traps need no following; whatever else may assign makes a variable unknown.
import { expandWord, isMarked, literalWord, type MarkedWord } from './marked-word.ts';

/** A value as it stands in the script, or as it is. */
export type Assigned = { readonly source: string } | { readonly text: string };

/** Where a command stands that assigns. */
export interface AssigningPlace {
  /** Whether it runs in any case, before everything behind it. */
  readonly isCertain: boolean;
  readonly text: string;
  readonly at: number;
}

const most = 32;
/** Pieces that are put together on behalf of one input: values in values multiply. */
const mostWork = 40_000;

export class Variables {
  readonly #values = new Map<string, Assigned[] | 'unknown'>();
  /** Names that hold what they were given wherever the script mentions them. */
  readonly #certain = new Set<string>();
  readonly #functions = new Set<string>();
  #isLost = false;
  #work = mostWork;
  /** Whether the environment at the start is not the one that was handed over: a login shell. */
  readonly startsElsewhere: boolean;

  constructor(startsElsewhere = false) {
    this.startsElsewhere = startsElsewhere;
  }

  assign(name: string, word: MarkedWord, source: string, place?: AssigningPlace): void {
    const texts = isMarked(word) ? expandWord(word).map(literalWord) : [word];
    const known = texts.filter((text) => text !== undefined);
    const given = known.length === texts.length ? known.map((text) => ({ text })) : [{ source }];
    if (place?.isCertain === true && !this.#values.has(name) && !isMentioned(name, place))
      this.#certain.add(name);
    const before = this.#values.get(name) ?? [];
    if (before === 'unknown') return;
    if (before.length + given.length > most) this.forget(name);
    else this.#values.set(name, [...before, ...given]);
  }

  /** From here on it may hold anything. */
  forget(name: string): void {
    this.#values.set(name, 'unknown');
  }

  forgetAll(): void {
    this.#isLost = true;
  }

  /** Whether there is still leave for this much. */
  spend(pieces: number): boolean {
    this.#work -= pieces;
    return this.#work >= 0;
  }

  define(name: string): void {
    this.#functions.add(name);
  }

  /** What it is given; undefined when nobody can tell. */
  valuesOf(name: string): readonly Assigned[] | undefined {
    const values = this.#isLost ? 'unknown' : (this.#values.get(name) ?? []);
    return values === 'unknown' ? undefined : values;
  }

  isCertain(name: string): boolean {
    return this.#certain.has(name);
  }

  /** Whether a bare name runs the program it is the name of. */
  isProgram(name: string): boolean {
    return !this.#isLost && !this.#functions.has(name) && this.valuesOf('PATH')?.length === 0;
  }
}

function isMentioned(name: string, { text, at }: AssigningPlace): boolean {
  const before = text.slice(0, at);
  return before.includes(`$${name}`) || before.includes(`{${name}`) || /\$\{[!#]/.test(before);
}
