// Why a running program should end before it wants to: its deadline, or its caller.
import { RuntimeError } from '../../domain/index.ts';

export type StopReason = 'timed-out' | 'cancelled';

export interface StopRequest {
  /** Stays pending when neither comes before {@link StopRequest.settle}. */
  readonly requested: Promise<StopReason>;
  /** Takes the timer and the listener back. */
  settle(): void;
}

// Node fires a timer beyond this at once: a deadline of a month must not be one of a millisecond.
const longestTimerMs = 2 ** 31 - 1;

/** Starts the clock. Throws E_BAD_OPTION for a deadline that is no number of milliseconds. */
export function stopRequest(timeoutMs: number | 'none', signal: AbortSignal): StopRequest {
  if (timeoutMs !== 'none' && !(timeoutMs >= 0))
    throw new RuntimeError('E_BAD_OPTION', 'Cannot set the deadline: it is not a number of milliseconds');
  let settle = (): void => undefined;
  const requested = new Promise<StopReason>((resolve) => {
    const onAbort = (): void => {
      resolve('cancelled');
    };
    // After a blocked event loop the timer fires before the news that the program ended in time: one pass is theirs.
    const onDeadline = (): void => {
      setImmediate(() => {
        setImmediate(resolve, 'timed-out');
      });
    };
    const timer =
      timeoutMs === 'none' ? undefined : setTimeout(onDeadline, Math.min(timeoutMs, longestTimerMs));
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
    settle = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
    };
  });
  return { requested, settle };
}
