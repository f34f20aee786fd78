// How much a module may ask for. The reference implementation has no limit at all, so a trusted project's rule file
// can hang every start of the program; here every loop, allocation and call is charged before it happens.
import { overBudget } from './errors.ts';

export interface Budget {
  /**
   * Nodes evaluated and elements touched, beside one step for each unit of source text. Deterministic, and the first
   * limit a runaway loop meets: the same file ends the same way on every machine.
   */
  readonly steps: number;
  /** Nested calls of functions defined in the file. */
  readonly callDepth: number;
  /** UTF-16 units in one string, and bytes in one bytes value. */
  readonly stringLength: number;
  /** Elements in one list, tuple or dict. */
  readonly collectionSize: number;
  /** Bits in one int. */
  readonly intBits: number;
  /** Bytes allocated over the whole run, still in use or not, by a rough count. */
  readonly allocation: number;
  /** UTF-16 units of source text. */
  readonly sourceLength: number;
  /** Wall time for the whole run, in milliseconds, parsing included, for a file of no length. */
  readonly wallMs: number;
  /** Added to `wallMs` for each KiB of source, so that a long honest file survives a slow machine. */
  readonly wallMsPerKiB: number;
  /** Added for each step: what was counted is bounded already, and a crowded processor takes several times as long for it. */
  readonly wallMsPerStep: number;
  /** Added for each call of a host's builtin: what a loop makes is given the time that writing it out would give. */
  readonly wallMsPerHostCall: number;
  /** Calls that are given time; a file that goes on calling gets no more of it. */
  readonly hostCallsGivenTime: number;
}

export const defaultBudget: Budget = {
  steps: 2_000_000,
  callDepth: 50,
  stringLength: 1 << 18,
  collectionSize: 1 << 18,
  intBits: 1 << 14,
  allocation: 1 << 26,
  sourceLength: 1 << 22,
  wallMs: 100,
  wallMsPerKiB: 1,
  wallMsPerStep: 0.000_3,
  wallMsPerHostCall: 0.5,
  hostCallsGivenTime: 20_000,
};

/** Steps between two looks at the clock. */
const clockInterval = 2048;
/**
 * A loop that calls without end meets the limit of steps after some twenty thousand calls, on every machine alike. Time
 * alone would end an honest loop of half as many where other programs share the processor: its caches are theirs, too.
 */
const hostCallSteps = 60;
const bytesPerElement = 8;
/** The least that a string or a collection takes, however empty it is. */
const objectBytes = 48;
/** 64 characters a step. */
const charactersPerStepShift = 6;
/** Up to this length V8's search is linear, whatever the texts. */
const harmlessNeedle = 8;

/** Counts what one run has used. Throws a `budget` failure when it is too much. */
export class Meter {
  readonly budget: Budget;
  readonly #now: () => number;
  readonly #startedAt: number;
  #wallMs: number;
  #hostCalls = 0;
  readonly #stepLimit: number;
  #steps = 0;
  #nextLook: number;
  #allocated = 0;

  constructor(budget: Budget, options: { readonly now: () => number; readonly sourceLength: number }) {
    this.budget = budget;
    this.#now = options.now;
    this.#stepLimit = budget.steps + options.sourceLength;
    this.#nextLook = Math.min(clockInterval, this.#stepLimit + 1);
    this.#wallMs = budget.wallMs + (options.sourceLength / 1024) * budget.wallMsPerKiB;
    this.#startedAt = options.now();
  }

  /** Charges work in advance: `count` is about how many simple operations are to follow. */
  step(count: number): void {
    this.#steps += count;
    if (this.#steps >= this.#nextLook) this.#look();
  }

  /** Charges the making of a string or bytes value of this many units, before it is made. */
  text(length: number): void {
    if (length > this.budget.stringLength) {
      throw overBudget(`String is too long: at most ${this.budget.stringLength} characters are allowed`);
    }
    this.#allocate(objectBytes + length);
    this.step(1 + (length >> charactersPerStepShift));
  }

  /** Charges the growth of a collection to `size`, of which `added` elements are new, before it happens. */
  elements(added: number, size: number): void {
    if (size > this.budget.collectionSize) {
      throw overBudget(`Collection is too large: at most ${this.budget.collectionSize} elements are allowed`);
    }
    this.#allocate(objectBytes + added * bytesPerElement);
    this.step(1 + added);
  }

  /** Charges a walk over text that native code does fast. */
  scan(length: number): void {
    this.step(1 + (length >> charactersPerStepShift));
  }

  /** Charges the search for one text in another, whose worst case is the product of the lengths. */
  search(haystack: number, needle: number): void {
    this.step(1 + (haystack >> charactersPerStepShift));
    if (needle > harmlessNeedle) this.step(Math.ceil((haystack * needle) / 32));
  }

  /** Charges a call of a host's builtin, which does more than the interpreter sees, and gives it its time. */
  hostCall(): void {
    this.step(hostCallSteps);
    this.#hostCalls += 1;
    if (this.#hostCalls <= this.budget.hostCallsGivenTime) this.#wallMs += this.budget.wallMsPerHostCall;
  }

  checkClock(): void {
    const allowedMs = this.#wallMs + this.#steps * this.budget.wallMsPerStep;
    if (this.#now() - this.#startedAt > allowedMs) {
      throw overBudget(`Took too long: more than ${Math.round(allowedMs)} ms`);
    }
  }

  #allocate(bytes: number): void {
    this.#allocated += bytes;
    if (this.#allocated > this.budget.allocation) {
      throw overBudget(`Used too much memory: at most ${this.budget.allocation} bytes are allowed`);
    }
  }

  #look(): void {
    if (this.#steps > this.#stepLimit) {
      throw overBudget(`Took too many steps: at most ${this.budget.steps} are allowed`);
    }
    this.#nextLook = Math.min(this.#steps + clockInterval, this.#stepLimit + 1);
    this.checkClock();
  }
}
