// How much a module may ask for. The reference implementation has no limit at all, so a trusted project's rule file
// can hang every start of the program; here every loop, allocation and call is charged before it happens.
import { overBudget } from './errors.ts';

export interface Budget {
  /** Statements, iterations, calls and elements touched. Deterministic: the same file always ends the same way. */
  readonly steps: number;
  /** Nested calls of functions defined in the file. */
  readonly callDepth: number;
  /** UTF-16 units in one string, and bytes in one bytes value. */
  readonly stringLength: number;
  /** Elements in one list, tuple or dict. */
  readonly collectionSize: number;
  /** Bits in one int. */
  readonly intBits: number;
  /** Units allocated over the whole run: characters and elements together, whether still in use or not. */
  readonly allocation: number;
  /** UTF-16 units of source text. */
  readonly sourceLength: number;
  /** Wall time for the whole run, in milliseconds, parsing included, for a file of no length. */
  readonly wallMs: number;
  /** Added to `wallMs` for each KiB of source, so that a long honest file survives a slow machine. */
  readonly wallMsPerKiB: number;
}

export const defaultBudget: Budget = {
  steps: 1_000_000,
  callDepth: 48,
  stringLength: 1 << 20,
  collectionSize: 1 << 20,
  intBits: 1 << 14,
  allocation: 1 << 24,
  sourceLength: 1 << 23,
  wallMs: 100,
  wallMsPerKiB: 1,
};

/** Steps between two looks at the clock. */
const clockInterval = 2048;

/** Counts what one run has used. Throws a `budget` failure when it is too much. */
export class Meter {
  readonly budget: Budget;
  readonly #now: () => number;
  readonly #deadline: number;
  readonly #wallMs: number;
  #steps = 0;
  #nextLook = clockInterval;
  #allocated = 0;

  constructor(budget: Budget, options: { readonly now: () => number; readonly sourceLength: number }) {
    this.budget = budget;
    this.#now = options.now;
    this.#wallMs = budget.wallMs + (options.sourceLength / 1024) * budget.wallMsPerKiB;
    this.#deadline = options.now() + this.#wallMs;
  }

  /** Charges work in advance: `count` is about how many simple operations are to follow. */
  step(count: number): void {
    this.#steps += count;
    if (this.#steps >= this.#nextLook) this.#look();
  }

  /** Charges the creation of a string or bytes value of this many units, before it is made. */
  allocateText(length: number): void {
    if (length > this.budget.stringLength) {
      throw overBudget(`String is too long: at most ${this.budget.stringLength} characters are allowed`);
    }
    this.#allocate(length);
  }

  /** Charges the growth of a collection to `size`, of which `added` elements are new, before it happens. */
  allocateElements(added: number, size: number): void {
    if (size > this.budget.collectionSize) {
      throw overBudget(`Collection is too large: at most ${this.budget.collectionSize} elements are allowed`);
    }
    this.#allocate(added);
  }

  checkClock(): void {
    if (this.#now() > this.#deadline) {
      throw overBudget(`Took too long: more than ${Math.round(this.#wallMs)} ms`);
    }
  }

  #allocate(units: number): void {
    this.#allocated += units;
    if (this.#allocated > this.budget.allocation) {
      throw overBudget(
        `Used too much memory: at most ${this.budget.allocation} characters and elements are allowed`,
      );
    }
  }

  #look(): void {
    if (this.#steps > this.budget.steps) {
      throw overBudget(`Took too many steps: at most ${this.budget.steps} are allowed`);
    }
    this.#nextLook = Math.min(this.#steps + clockInterval, this.budget.steps + 1);
    this.checkClock();
  }
}
