// What a caller hands to a one-shot command while it runs: taken from its source piece by piece, as fast as the program
// reads. A second attempt goes on where the first one stopped.
import type { Writable } from 'node:stream';
import { typeInto } from './live-process.ts';

export interface InputFeed {
  /** Types what comes to this program until it stops reading, `stop` is called, or the source is at its end. */
  into(input: Writable): { stop(): void };
  /** What the source failed with, once it did; the program then found its input at its end. */
  readonly failure: { readonly error: unknown } | undefined;
  /** Lets go of the source; what was asked of it and not taken yet is dropped. Waits for nothing. */
  close(): void;
}

type Piece = IteratorResult<unknown, unknown>;

export function inputFeed(source: AsyncIterable<Uint8Array>): InputFeed {
  const pieces: AsyncIterator<unknown, unknown> = source[Symbol.asyncIterator]();
  /** Asked for, and not given to any program yet. */
  let asked: Promise<Piece> | undefined;
  let isOver = false;
  let failure: { readonly error: unknown } | undefined;

  async function next(): Promise<Piece> {
    try {
      return await pieces.next();
    } catch (error) {
      failure = { error };
      return { done: true, value: undefined };
    }
  }

  async function feed(input: Writable, stopped: Promise<'stopped'>): Promise<void> {
    for (;;) {
      if (isOver) break;
      asked ??= next();
      const piece = await Promise.race([asked, stopped]);
      if (piece === 'stopped') return;
      asked = undefined;
      if (piece.done === true) isOver = true;
      else if (!(piece.value instanceof Uint8Array)) {
        failure = { error: new TypeError('Cannot type into the program: the input gave what are no bytes') };
        isOver = true;
      } else if ((await typeInto(input, piece.value)) === 'closed') return;
    }
    input.end();
  }

  return {
    into: (input) => {
      let stop: () => void = () => undefined;
      const stopped = new Promise<'stopped'>((resolve) => (stop = () => resolve('stopped')));
      void feed(input, stopped);
      return { stop };
    },
    get failure() {
      return failure;
    },
    close: () => {
      isOver = true;
      // A generator that waits for its source answers when that does; nobody waits for it.
      void (async () => await pieces.return?.())().catch(() => undefined);
    },
  };
}
