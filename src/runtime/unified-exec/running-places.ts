// How many programs may run at once. A place is taken before a program starts and given back when it is gone; whoever
// finds all taken waits in line, and somebody is asked to go for each that waits.

export class RunningPlaces {
  readonly #limit: number;
  readonly #evict: () => boolean;
  readonly #line: (() => void)[] = [];
  #taken = 0;
  #leaving = 0;

  /** `evict` asks one holder to go, and answers whether there was one that could be asked. */
  constructor(limit: number, evict: () => boolean) {
    this.#limit = limit;
    this.#evict = evict;
  }

  /** Settles with a place; or without one once the signal fires. */
  async enter(signal: AbortSignal): Promise<'entered' | 'aborted'> {
    if (signal.aborted) return 'aborted';
    if (this.#taken < this.#limit) {
      this.#taken += 1;
      return 'entered';
    }
    return await new Promise((resolve) => {
      const enter = (): void => {
        signal.removeEventListener('abort', leaveLine);
        resolve('entered');
      };
      const leaveLine = (): void => {
        this.#line.splice(this.#line.indexOf(enter), 1);
        resolve('aborted');
      };
      signal.addEventListener('abort', leaveLine, { once: true });
      this.#line.push(enter);
      this.makeRoom();
    });
  }

  /** Gives a place back: to the first in line, if there is one. `wasEvicted`: it went because it was asked to. */
  leave({ wasEvicted }: { readonly wasEvicted: boolean }): void {
    if (wasEvicted) this.#leaving -= 1;
    const next = this.#line.shift();
    if (next === undefined) this.#taken -= 1;
    else next();
    this.makeRoom();
  }

  /** To be called when there may be one more that could be asked to go. */
  makeRoom(): void {
    while (this.#line.length > this.#leaving && this.#evict()) this.#leaving += 1;
  }
}
