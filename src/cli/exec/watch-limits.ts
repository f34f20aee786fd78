// The two things that end a run from outside: its deadline and a signal. Each becomes the turn's error.
import type { TurnError } from '../../exec/index.ts';

export interface RunLimits {
  /** Its reason is a TurnError. */
  readonly signal: AbortSignal;
  /** Lets the process end before the deadline. */
  stop(): void;
}

export function watchLimits(timeoutMs: number | undefined, interrupted: AbortSignal): RunLimits {
  const controller = new AbortController();
  const fail = (error: TurnError): void => controller.abort(error);
  const onSignal = (): void =>
    fail({ kind: 'interrupted', message: `the run was interrupted by ${String(interrupted.reason)}` });
  if (interrupted.aborted) onSignal();
  interrupted.addEventListener('abort', onSignal, { once: true });
  const timer =
    timeoutMs === undefined
      ? undefined
      : setTimeout(
          () =>
            fail({ kind: 'deadline', message: `the run took longer than ${timeoutMs / 1000} s (--timeout)` }),
          timeoutMs,
        );
  return {
    signal: controller.signal,
    stop() {
      clearTimeout(timer);
      interrupted.removeEventListener('abort', onSignal);
    },
  };
}
