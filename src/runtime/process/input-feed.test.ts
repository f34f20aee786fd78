import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { inputFeed } from './input-feed.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text);

/** A source whose pieces come when the test says so. */
function pushed() {
  const state = { asked: 0, isClosed: false };
  const takers: ((piece: IteratorResult<Uint8Array, undefined>) => void)[] = [];
  const source: AsyncIterableIterator<Uint8Array, undefined> = {
    next: async () => {
      state.asked += 1;
      return await new Promise((resolve) => takers.push(resolve));
    },
    return: async () => {
      state.isClosed = true;
      return await Promise.resolve({ done: true, value: undefined });
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
  return { source, state, push: (text: string) => takers.shift()?.({ done: false, value: bytes(text) }) };
}

const textOf = async (stream: PassThrough): Promise<string> => {
  let text = '';
  for await (const chunk of stream) text += String(chunk);
  return text;
};
const turn = async (): Promise<void> => await new Promise((resolve) => setImmediate(resolve));

describe('inputFeed', () => {
  it('types what comes, and ends the input where the source ends', async () => {
    const program = new PassThrough();
    inputFeed(
      (async function* () {
        yield bytes('a');
        await turn();
        yield bytes('b');
      })(),
    ).into(program);
    expect(await textOf(program)).toBe('ab');
  });

  it('hands a second program what the first one did not take, and asks for nothing twice', async () => {
    const { source, state, push } = pushed();
    const feed = inputFeed(source);
    const [first, second] = [new PassThrough(), new PassThrough()];
    const typing = feed.into(first);
    push('a');
    await turn();
    expect(String(first.read())).toBe('a');
    typing.stop();
    await turn();
    push('b');
    feed.into(second);
    await turn();
    expect([String(second.read()), first.read(), state.asked]).toEqual(['b', null, 3]);
    feed.close();
    expect(state.isClosed).toBe(true);
  });

  it('takes no more from the source than a program reads', async () => {
    const { source, state, push } = pushed();
    const program = new PassThrough({ highWaterMark: 1 });
    program.write('full');
    const held = Object.assign(program, { write: () => false }) as PassThrough;
    inputFeed(source).into(held);
    push('a');
    await turn();
    await turn();
    expect(state.asked).toBe(1);
  });

  it('stops asking once the program has closed its input', async () => {
    const { source, state, push } = pushed();
    const program = new PassThrough();
    inputFeed(source).into(program);
    program.destroy();
    push('a');
    await turn();
    expect(state.asked).toBe(1);
  });

  it('lets go of a source that does not want to be left', () => {
    const iterator = {
      next: async () => await new Promise<never>(() => undefined),
      return: () => {
        throw new Error('no');
      },
    };
    const feed = inputFeed({ [Symbol.asyncIterator]: () => iterator });
    feed.into(new PassThrough());
    expect(() => feed.close()).not.toThrow();
  });

  it('ends the input when the source fails, or gives what are no bytes, and keeps why', async () => {
    const broken = new Error('gone');
    const rows: readonly (readonly [AsyncIterable<Uint8Array>, unknown])[] = [
      [
        (async function* (): AsyncGenerator<Uint8Array> {
          await turn();
          throw broken;
        })(),
        broken,
      ],
      [
        (async function* () {
          await turn();
          yield 'text' as unknown as Uint8Array;
        })(),
        new TypeError('Cannot type into the program: the input gave what are no bytes'),
      ],
    ];
    for (const [source, error] of rows) {
      const program = new PassThrough();
      const feed = inputFeed(source);
      feed.into(program);
      expect(await textOf(program)).toBe('');
      expect(feed.failure).toEqual({ error });
    }
  });
});
