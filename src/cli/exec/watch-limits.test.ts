import { describe, expect, it, vi } from 'vitest';
import { watchLimits } from './watch-limits.ts';

describe('watchLimits', () => {
  it('ends a run at its deadline', () => {
    vi.useFakeTimers();
    try {
      const limits = watchLimits(1500, new AbortController().signal);
      vi.advanceTimersByTime(1499);
      expect(limits.signal.aborted).toBe(false);
      vi.advanceTimersByTime(1);
      expect(limits.signal.reason).toEqual({
        kind: 'deadline',
        message: 'the run took longer than 1.5 s (--timeout)',
      });
    } finally {
      vi.useRealTimers();
    }
  });

  it('ends a run that was interrupted before it began', () => {
    expect(watchLimits(undefined, AbortSignal.abort('SIGTERM')).signal.reason).toEqual({
      kind: 'interrupted',
      message: 'the run was interrupted by SIGTERM',
    });
  });

  it('keeps the first reason', () => {
    const interrupted = new AbortController();
    vi.useFakeTimers();
    try {
      const limits = watchLimits(1, interrupted.signal);
      interrupted.abort('SIGINT');
      vi.advanceTimersByTime(5);
      expect(limits.signal.reason).toMatchObject({ kind: 'interrupted' });
    } finally {
      vi.useRealTimers();
    }
  });
});
