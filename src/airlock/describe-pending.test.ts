import { describe, expect, it } from 'vitest';
import type { AbsolutePath, BytePath, Change } from '../domain/index.ts';
import { diffBounds, diffPending } from './describe-pending.ts';

const created = (index: number): Change => ({
  root: '/w' as AbsolutePath,
  path: `file-${String(index)}` as BytePath,
  before: { kind: 'missing' },
  after: { kind: 'file', size: 1_000_000, mode: 0o644 },
});

describe('the differences of a set', () => {
  it('are bounded in all, however few lines a command needs for many bytes', () => {
    const bytes = Buffer.alloc(1_000_000, 'x');
    const readers = {
      before: { read: () => ({ kind: 'absent' as const }) },
      after: { read: () => ({ kind: 'bytes' as const, bytes }) },
    };
    const lines = diffPending(
      Array.from({ length: 600 }, (_, index) => created(index)),
      readers,
    );
    expect(lines.reduce((sum, { length }) => sum + length, 0)).toBeLessThan(diffBounds.characters + 1_000);
    expect(lines.at(-1)).toMatch(/^Not shown: 59\d more changes$/u);
  });
});
