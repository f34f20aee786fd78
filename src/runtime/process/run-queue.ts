// How many one-shot runs go on at a time: the rest wait in the order in which they came, and may leave while they wait.
// Sessions are not counted: one of them may last for days.

export class RunQueue {
  readonly #places: number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(places: number) {
    this.#places = places;
  }

  /** Settles with how to leave, once there is a place; with undefined when the signal fires before. */
  async enter(signal: AbortSignal): Promise<(() => void) | undefined> {
    if (signal.aborted) return undefined;
    if (this.#running < this.#places) this.#running += 1;
    else if (!(await this.#wait(signal))) return undefined;
    let isInside = true;
    return () => {
      if (isInside) this.#leave();
      isInside = false;
    };
  }

  async #wait(signal: AbortSignal): Promise<boolean> {
    return await new Promise((resolve) => {
      const goIn = (): void => {
        signal.removeEventListener('abort', giveUp);
        resolve(true);
      };
      const giveUp = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(goIn), 1);
        resolve(false);
      };
      this.#waiting.push(goIn);
      signal.addEventListener('abort', giveUp, { once: true });
    });
  }

  /** The place goes to whoever waited longest. */
  #leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#running -= 1;
    else next();
  }
}
