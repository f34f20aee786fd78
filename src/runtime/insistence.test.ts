import { describe, expect, it } from 'vitest';
import type { HeldChange } from '../domain/index.ts';
import { watchInsistence } from './insistence.ts';

const held = (path: string): HeldChange => ({ path, parts: [{ reason: 'a hook', runs: 'git' }] });

describe('a program that puts back what was put aside', () => {
  // x: a look found it; -: a look found nothing; o: a glance elsewhere.
  it.each([
    { looks: 'xxxx', ended: false },
    { looks: 'xxxxx', ended: true },
    { looks: 'xoxoxoxox', ended: true },
    { looks: 'xxxx-xx', ended: true },
    { looks: 'x-x-x-x-x-x-x-x-x-x', ended: false },
    { looks: 'x--'.repeat(19), ended: false },
    { looks: 'x--'.repeat(20), ended: true },
  ])('is ended or not: $looks', ({ looks, ended }) => {
    const insistence = watchInsistence(['/w/.git/hooks']);
    const told = [...looks].map((look) =>
      insistence.note(look === 'x' ? [held('/w/.git/hooks/pre-commit')] : [], { everywhere: look !== 'o' }),
    );
    expect(told.some((one) => one !== undefined)).toBe(ended);
  });

  it('counts looks, not files, and only where somebody may come by', () => {
    const insistence = watchInsistence(['/w/.git/hooks']);
    const many = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => held(`/w/.git/hooks/${name}`));
    const elsewhere = Array.from({ length: 30 }, () => [held('/w/t/x/.git/hooks/pre-commit')]);
    expect(new Set([many, ...elsewhere].map((one) => insistence.note(one, { everywhere: true })))).toEqual(
      new Set([undefined]),
    );
  });
});
