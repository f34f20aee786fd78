// The clock of one request: how long it may be silent, and how long it may take.
import type { StreamLimits } from './read-event-stream.ts';

export interface TimeWatch {
  readonly signal: AbortSignal;
  /** Which limit ended the request, when one did. */
  readonly expired: string | undefined;
  readonly heard: () => void;
  readonly stop: () => void;
}

/** Ends the request when nothing is heard for too long, when it takes too long at all, or when the caller says so. */
export function watchTime(limits: StreamLimits, caller: AbortSignal): TimeWatch {
  const controller = new AbortController();
  let expired: string | undefined;
  const expire = (message: string) => (): void => {
    expired = message;
    controller.abort();
  };
  const cancel = (): void => controller.abort();
  if (caller.aborted) cancel();
  caller.addEventListener('abort', cancel, { once: true });
  const silent = expire(`no event for ${limits.idleMs / 1000} s`);
  let idle = setTimeout(silent, limits.idleMs);
  const total = setTimeout(expire(`no response.completed within ${limits.totalMs / 1000} s`), limits.totalMs);
  return {
    signal: controller.signal,
    get expired() {
      return expired;
    },
    heard: () => {
      clearTimeout(idle);
      idle = setTimeout(silent, limits.idleMs);
    },
    stop: () => {
      clearTimeout(idle);
      clearTimeout(total);
      caller.removeEventListener('abort', cancel);
      // What is left of the body is nobody's business any more, and an open socket would keep the process alive.
      controller.abort();
    },
  };
}
