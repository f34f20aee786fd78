// What a person types, for the program: read only while the program wants it and no question is open. What was typed and
// not taken stays with the terminal.
import type { ReadStream } from 'node:tty';
import type { TerminalTurns } from './terminal-turns.ts';

/** Ends where the terminal does, also with Ctrl-D at the start of a line; leaves the stream paused. */
export function typedInput(stream: ReadStream, turns: TerminalTurns): AsyncIterableIterator<Uint8Array> {
  const state = { isOver: false, letGo: (): void => undefined };
  const over = { done: true, value: undefined } as const;

  async function next(): Promise<IteratorResult<Uint8Array, undefined>> {
    while (!state.isOver) {
      await turns.free();
      const read = await readOnce();
      if (read === 'ended') state.isOver = true;
      else if (read !== 'let-go') return { done: false, value: read };
    }
    return over;
  }

  async function readOnce(): Promise<Buffer | 'ended' | 'let-go'> {
    if (state.isOver || stream.readableEnded || stream.destroyed) return 'ended';
    return await new Promise((resolve) => {
      const settle = (read: Buffer | 'ended' | 'let-go'): void => {
        unwatch();
        stream.pause();
        stream.off('data', settle);
        for (const end of ends) stream.off(end, onEnd);
        resolve(read);
      };
      const onEnd = (): void => settle('ended');
      state.letGo = () => settle('let-go');
      const unwatch = turns.watch({ asking: state.letGo });
      stream.on('data', settle);
      for (const end of ends) stream.on(end, onEnd);
      stream.resume();
    });
  }

  return {
    next,
    return: async () => {
      state.isOver = true;
      state.letGo();
      return await Promise.resolve(over);
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

const ends = ['end', 'close', 'error'] as const;
