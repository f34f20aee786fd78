import { describe, expect, it } from 'vitest';
import { defaultBudget, Meter, type Budget } from './budget.ts';
import { Failure } from './errors.ts';

function meter(
  budget: Partial<Budget>,
  options: { readonly now?: () => number; readonly sourceLength?: number } = {},
): Meter {
  const { now = () => 0, sourceLength = 0 } = options;
  return new Meter({ ...defaultBudget, ...budget }, { now, sourceLength });
}

function messageOf(act: () => void): string | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    return error instanceof Failure && error.kind === 'budget' ? error.message : String(error);
  }
}

describe('a meter', () => {
  it('allows exactly the steps of the budget', () => {
    const used = meter({ steps: 10_000 });
    for (let step = 0; step < 10_000; step++) used.step(1);
    expect(messageOf(() => used.step(1))).toBe('Took too many steps: at most 10000 are allowed');
  });

  it('allows one more step for each unit of source', () => {
    const used = meter({ steps: 100 }, { sourceLength: 50 });
    used.step(150);
    expect(messageOf(() => used.step(1))).toBe('Took too many steps: at most 100 are allowed');
  });

  it('refuses a large charge before the work is done', () => {
    expect(messageOf(() => meter({ steps: 100 }).step(1_000_000))).toBe(
      'Took too many steps: at most 100 are allowed',
    );
  });

  it('looks at the clock now and then', () => {
    const clock = { ms: 0 };
    const budget = { wallMs: 100, wallMsPerKiB: 2, wallMsPerStep: 0 };
    const used = meter(budget, { now: () => clock.ms, sourceLength: 10 * 1024 });
    clock.ms = 120;
    expect(messageOf(() => used.step(10_000))).toBeUndefined();
    clock.ms = 121;
    expect(messageOf(() => used.step(10_000))).toBe('Took too long: more than 120 ms');
  });

  it('gives time for steps: a crowded processor takes longer for them, and they are bounded', () => {
    const clock = { ms: 0 };
    const used = meter({ wallMs: 100, wallMsPerStep: 0.01 }, { now: () => clock.ms });
    used.step(2000);
    clock.ms = 120;
    expect(messageOf(() => used.checkClock())).toBeUndefined();
    clock.ms = 121;
    expect(messageOf(() => used.checkClock())).toBe('Took too long: more than 120 ms');
  });

  it('gives time for calls of the host, but not for any number of them', () => {
    const clock = { ms: 0 };
    const budget = { wallMs: 100, wallMsPerHostCall: 2, wallMsPerStep: 0, hostCallsGivenTime: 10 };
    const used = meter(budget, { now: () => clock.ms });
    for (let call = 0; call < 50; call++) used.hostCall();
    clock.ms = 120;
    expect(messageOf(() => used.checkClock())).toBeUndefined();
    clock.ms = 121;
    expect(messageOf(() => used.checkClock())).toBe('Took too long: more than 120 ms');
  });

  it('refuses text, collections and memory beyond the budget', () => {
    // Forty-eight bytes for each string beside its characters.
    const small = { stringLength: 10, collectionSize: 5, allocation: 580 };
    expect(messageOf(() => meter(small).text(11))).toBe(
      'String is too long: at most 10 characters are allowed',
    );
    expect(messageOf(() => meter(small).elements(1, 6))).toBe(
      'Collection is too large: at most 5 elements are allowed',
    );
    const used = meter(small);
    for (let round = 0; round < 10; round++) used.text(10);
    expect(messageOf(() => used.text(1))).toBe('Used too much memory: at most 580 bytes are allowed');
  });

  it('charges a search by both lengths when the needle is long', () => {
    expect(messageOf(() => meter({}).search(1000, 4))).toBeUndefined();
    expect(messageOf(() => meter({}).search(200_000, 100_000))).toMatch(/too many steps/);
  });
});
