// Why a running program should end before it wants to: its deadline, or its caller.
import { RuntimeError } from '../../domain/index.ts';

export type StopReason = 'timed-out' | 'cancelled';

export interface StopRequest {
  /** Stays pending when neither comes before {@link StopRequest.settle}. */
  readonly requested: Promise<StopReason>;
  /** The deadline stands still until as many calls of {@link StopRequest.resume} came. */
  pause(): void;
  resume(): void;
  /** Takes the timer and the listener back. */
  settle(): void;
}

// Node fires a timer beyond this at once: a deadline of a month must not be one of a millisecond.
const longestTimerMs = 2 ** 31 - 1;

/** Starts the clock. Throws E_BAD_OPTION for a deadline that is no number of milliseconds. */
export function stopRequest(timeoutMs: number | 'none', signal: AbortSignal): StopRequest {
  if (timeoutMs !== 'none' && !(timeoutMs >= 0))
    throw new RuntimeError('E_BAD_OPTION', 'Cannot set the deadline: it is not a number of milliseconds');
  let give: (reason: StopReason) => void = () => undefined;
  const requested = new Promise<StopReason>((resolve) => (give = resolve));
  const clock = deadline(timeoutMs, () => give('timed-out'));
  const onAbort = (): void => give('cancelled');
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  clock.run();
  const state = { pauses: 0, isSettled: false };
  return {
    requested,
    pause: () => {
      state.pauses += 1;
      clock.stop();
    },
    resume: () => {
      state.pauses -= 1;
      if (state.pauses === 0 && !state.isSettled) clock.run();
    },
    settle: () => {
      state.isSettled = true;
      clock.stop();
      signal.removeEventListener('abort', onAbort);
    },
  };
}

/** Counts only while it runs. */
function deadline(timeoutMs: number | 'none', onEnd: () => void): { run(): void; stop(): void } {
  let left = timeoutMs === 'none' ? Infinity : timeoutMs;
  let running: { readonly timer: NodeJS.Timeout; readonly since: number } | undefined;
  // After a blocked event loop the timer fires before the news that the program ended in time: one pass is theirs.
  const onDeadline = (): void => {
    const fired = running;
    setImmediate(() => {
      setImmediate(() => {
        if (running === fired) onEnd();
      });
    });
  };
  return {
    run: () => {
      if (left === Infinity || running !== undefined) return;
      running = {
        timer: setTimeout(onDeadline, Math.min(left, longestTimerMs)),
        since: performance.now(),
      };
    },
    stop: () => {
      if (running === undefined) return;
      clearTimeout(running.timer);
      left = Math.max(0, left - (performance.now() - running.since));
      running = undefined;
    },
  };
}
