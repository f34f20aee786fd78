// When to look for what dead hosts left: before the first command, and now and then. A host that runs many commands would
// else read the owners of all sets of all hosts for each of them.

/** Milliseconds between two looks. */
const restMs = 10_000;

export class RecoveryTurns {
  readonly #now: () => number;
  readonly #last = new Map<string, number>();

  /** `now` in milliseconds, of a clock that nobody sets back. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Whether it is time to look into this airlock; whoever is told so looks. */
  isDue(airlock: string): boolean {
    const now = this.#now();
    const last = this.#last.get(airlock);
    if (last !== undefined && now - last < restMs) return false;
    this.#last.set(airlock, now);
    return true;
  }
}
