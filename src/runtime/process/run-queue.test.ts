import { describe, expect, it } from 'vitest';
import { RunQueue } from './run-queue.ts';

const never = new AbortController().signal;

describe('a queue of runs', () => {
  it('lets in as many as there are places, and the rest in the order they came', async () => {
    const queue = new RunQueue(2);
    const entered: number[] = [];
    const entering = [0, 1, 2, 3].map(async (number) => {
      const leave = await queue.enter(never);
      entered.push(number);
      return leave;
    });
    const [first, second] = await Promise.all(entering.slice(0, 2));
    expect(entered).toEqual([0, 1]);
    second?.();
    await entering[2];
    expect(entered).toEqual([0, 1, 2]);
    first?.();
    await entering[3];
    expect(entered).toEqual([0, 1, 2, 3]);
  });

  it('is left while waiting, and the place goes to the next', async () => {
    const queue = new RunQueue(1);
    const leave = await queue.enter(never);
    const impatient = new AbortController();
    const gone = queue.enter(impatient.signal);
    const next = queue.enter(never);
    impatient.abort();
    expect(await gone).toBeUndefined();
    leave?.();
    expect(await next).toBeTypeOf('function');
  });

  it('gives a place back once, however often it is left', async () => {
    const queue = new RunQueue(1);
    const leave = await queue.enter(never);
    leave?.();
    leave?.();
    await queue.enter(never);
    const third = queue.enter(never);
    expect(await Promise.race([third, Promise.resolve('waits')])).toBe('waits');
  });

  it('lets nobody in who has already given up', async () => {
    expect(await new RunQueue(1).enter(AbortSignal.abort())).toBeUndefined();
  });
});
