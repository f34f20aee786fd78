import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { stopRequest } from './stop-request.ts';

describe('stopRequest', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('comes at the deadline', async () => {
    const stop = stopRequest(1000, new AbortController().signal);
    await vi.advanceTimersByTimeAsync(1000);
    await vi.runAllTimersAsync(); // The passes of the event loop that the program's own end is given.
    expect(await stop.requested).toBe('timed-out');
  });

  it('does not come before it, and not after it was settled', async () => {
    const came = vi.fn();
    const stop = stopRequest(1000, new AbortController().signal);
    void stop.requested.then(came);
    await vi.advanceTimersByTimeAsync(999);
    stop.settle();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(came).not.toHaveBeenCalled();
  });

  it('comes with the abort, also one that was there before', async () => {
    const controller = new AbortController();
    const stop = stopRequest('none', controller.signal);
    controller.abort();
    expect(await stop.requested).toBe('cancelled');
    expect(await stopRequest('none', controller.signal).requested).toBe('cancelled');
  });

  it('leaves no listener and no timer', () => {
    const { signal } = new AbortController();
    const stop = stopRequest(1000, signal);
    stop.settle();
    expect([getEventListeners(signal, 'abort').length, vi.getTimerCount()]).toEqual([0, 0]);
  });

  it('takes a deadline beyond what a timer can hold for a long one', async () => {
    const came = vi.fn();
    const stop = stopRequest(2 ** 33, new AbortController().signal);
    void stop.requested.then(came);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(came).not.toHaveBeenCalled();
    stop.settle();
  });

  it('counts only while nobody has to be waited for', async () => {
    const came = vi.fn();
    const stop = stopRequest(1000, new AbortController().signal);
    void stop.requested.then(came);
    await vi.advanceTimersByTimeAsync(600);
    stop.pause();
    stop.pause();
    await vi.advanceTimersByTimeAsync(10_000);
    stop.resume();
    await vi.advanceTimersByTimeAsync(10_000);
    stop.resume();
    await vi.advanceTimersByTimeAsync(390);
    expect(came).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(10);
    await vi.runAllTimersAsync();
    expect(came).toHaveBeenCalledWith('timed-out');
    stop.settle();
  });

  it.each([Number.NaN, -1])('refuses %d milliseconds', (timeoutMs) => {
    expect(() => stopRequest(timeoutMs, new AbortController().signal)).toThrow(
      expect.objectContaining({ code: 'E_BAD_OPTION' }) as Error,
    );
  });
});
