// Moves bytes from a program's pipes to whoever wants them, in arrival order; slows down when asked to; and knows when
// to stop waiting for a pipe that a forgotten grandchild keeps open.
import { setImmediate as nextPass } from 'node:timers/promises';
import type { Readable } from 'node:stream';
import { waitWithin } from '../../launcher/index.ts';

export type PipeName = 'stdout' | 'stderr';

/** A promise stops the reading of both pipes until it settles: the program then waits on a full pipe. */
export type Deliver = (stream: PipeName, bytes: Uint8Array) => void | Promise<void>;

export interface DrainLimits {
  /** Milliseconds without a byte after which an open pipe is given up. */
  readonly quietMs: number;
  /** Milliseconds after which it is given up in any case. */
  readonly limitMs: number;
}

export class OutputPump {
  /** Settles when both pipes are at their end, or were closed by {@link stop}. */
  readonly finished: Promise<void>;
  readonly #pipes: readonly Readable[];
  readonly #deliver: Deliver;
  #waits = 0;
  #mayPause = true;
  #arrivals = 0;
  #open = 2;

  constructor(pipes: Readonly<Record<PipeName, Readable>>, deliver: Deliver) {
    this.#pipes = [pipes.stdout, pipes.stderr];
    this.#deliver = deliver;
    this.finished = Promise.all([
      this.#read(pipes.stdout, 'stdout'),
      this.#read(pipes.stderr, 'stderr'),
    ]).then(() => undefined);
  }

  /**
   * For a program that has ended: what it had time to write fits in the kernel's buffers, and neither a consumer that
   * never comes back nor a launcher that waits to hand it over may keep the result from settling.
   */
  readWithoutPause(): void {
    this.#mayPause = false;
    this.#update();
  }

  /**
   * Reads what is left after the program ended, without pausing.
   * Answers whether both pipes came to their end; `cut` ends the wait early. Both are closed afterwards.
   */
  async drain(limits: DrainLimits, cut: Promise<unknown>): Promise<'complete' | 'abandoned'> {
    this.readWithoutPause();
    const until = performance.now() + limits.limitMs;
    const wasCut = cut.then(() => 'cut' as const);
    while (this.#open > 0) {
      const before = this.#arrivals;
      const waitMs = Math.max(0, Math.min(limits.quietMs, until - performance.now()));
      const event = await waitWithin(waitMs, Promise.race([this.finished, wasCut]));
      // One whole pass over everything readable: after a blocked event loop the timer fires before the pipe was read.
      await nextPass();
      await nextPass();
      if (event === 'cut' || performance.now() >= until || this.#arrivals === before) break;
    }
    const complete = this.#open === 0;
    this.stop();
    return complete ? 'complete' : 'abandoned';
  }

  /** Closes both pipes; a program that still writes gets EPIPE. */
  stop(): void {
    for (const pipe of this.#pipes) pipe.destroy();
  }

  #read(pipe: Readable, name: PipeName): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        this.#open -= 1;
        resolve();
      };
      pipe.once('close', end);
      pipe.on('error', () => pipe.destroy());
      pipe.on('data', (bytes: Buffer) => {
        this.#arrivals += 1;
        const wait = this.#deliver(name, bytes);
        if (wait !== undefined) void this.#waitFor(wait);
      });
    });
  }

  async #waitFor(wait: Promise<void>): Promise<void> {
    this.#waits += 1;
    this.#update();
    await wait.catch(() => undefined);
    this.#waits -= 1;
    this.#update();
  }

  #update(): void {
    const pause = this.#waits > 0 && this.#mayPause;
    for (const pipe of this.#pipes) {
      if (pause) pipe.pause();
      else if (pipe.isPaused()) pipe.resume();
    }
  }
}
