import { describe, expect, it } from 'vitest';
import { clampYield } from './clamp-yield.ts';

describe('clampYield', () => {
  const rows = [
    { says: 'opens with ten seconds when nothing is asked', kind: 'open', asked: undefined, want: 10_000 },
    { says: 'types with a quarter second when nothing is asked', kind: 'write', asked: undefined, want: 250 },
    { says: 'polls for five seconds when nothing is asked', kind: 'poll', asked: undefined, want: 5_000 },
    { says: 'lifts a hasty open', kind: 'open', asked: 1, want: 250 },
    { says: 'cuts a patient open', kind: 'open', asked: 600_000, want: 30_000 },
    { says: 'lifts a hasty write', kind: 'write', asked: 0, want: 250 },
    { says: 'cuts a patient write', kind: 'write', asked: 31_000, want: 30_000 },
    { says: 'lifts a hasty poll', kind: 'poll', asked: 250, want: 5_000 },
    { says: 'cuts a patient poll', kind: 'poll', asked: 1e9, want: 300_000 },
    { says: 'lifts a negative wait', kind: 'open', asked: -5, want: 250 },
    { says: 'cuts an endless wait', kind: 'open', asked: Number.POSITIVE_INFINITY, want: 30_000 },
    { says: 'takes nonsense as not asked', kind: 'open', asked: Number.NaN, want: 10_000 },
    { says: 'drops a fraction', kind: 'open', asked: 300.9, want: 300 },
  ] as const;
  for (const { says, kind, asked, want } of rows) it(says, () => expect(clampYield(kind, asked)).toBe(want));

  it('takes another ceiling for polls, never below the floor', () => {
    expect([
      clampYield('poll', 1e9, { maxPollMs: 60_000 }),
      clampYield('poll', 1e9, { maxPollMs: 1 }),
    ]).toEqual([60_000, 5_000]);
  });
});
