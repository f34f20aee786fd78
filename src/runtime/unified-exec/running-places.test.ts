import { describe, expect, it } from 'vitest';
import { RunningPlaces } from './running-places.ts';

const never = new AbortController().signal;
const settled = async (): Promise<void> => await new Promise(setImmediate);

function places(limit: number, holders: number): { places: RunningPlaces; asked: () => number } {
  const state = { asked: 0 };
  const made = new RunningPlaces(limit, () => {
    if (state.asked >= holders) return false;
    state.asked += 1;
    return true;
  });
  return { places: made, asked: () => state.asked };
}

describe('RunningPlaces', () => {
  it('lets in as many as there are places, and asks nobody to go', async () => {
    const { places: made, asked } = places(3, 9);
    expect(await Promise.all([made.enter(never), made.enter(never), made.enter(never)])).toEqual([
      'entered',
      'entered',
      'entered',
    ]);
    expect(asked()).toBe(0);
  });

  it('asks one holder to go for each that waits, and lets them in one after the other', async () => {
    const { places: made, asked } = places(2, 9);
    await Promise.all([made.enter(never), made.enter(never)]);
    const order: string[] = [];
    void made.enter(never).then(() => order.push('third'));
    void made.enter(never).then(() => order.push('fourth'));
    await settled();
    expect([asked(), order]).toEqual([2, []]);
    made.leave({ wasEvicted: true });
    await settled();
    expect([asked(), order]).toEqual([2, ['third']]);
    made.leave({ wasEvicted: true });
    await settled();
    expect([asked(), order]).toEqual([2, ['third', 'fourth']]);
  });

  it('asks again when somebody left by himself and nobody could be asked before', async () => {
    const { places: made, asked } = places(1, 0);
    await made.enter(never);
    const waiting = made.enter(never);
    await settled();
    made.leave({ wasEvicted: false });
    expect([await waiting, asked()]).toEqual(['entered', 0]);
  });

  it('takes no place for one that lost interest in the line', async () => {
    const { places: made } = places(1, 0);
    await made.enter(never);
    const gone = new AbortController();
    const first = made.enter(gone.signal);
    const second = made.enter(never);
    gone.abort();
    made.leave({ wasEvicted: false });
    expect([await first, await second]).toEqual(['aborted', 'entered']);
  });
});
