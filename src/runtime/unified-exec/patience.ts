// A wait that can be put on hold: while a person is being asked about a command, the time they take is not the
// command's.

export interface Patience {
  /** Settles when the time is used up. */
  readonly over: Promise<void>;
  hold(): void;
  resume(): void;
  /** Gives the timer back; `over` then stays pending. */
  end(): void;
}

// Node fires a timer beyond this at once.
const longestTimerMs = 2 ** 31 - 1;

export function patience(ms: number): Patience {
  let left = ms;
  let since = performance.now();
  let timer: NodeJS.Timeout | undefined;
  let settle = (): void => undefined;
  const over = new Promise<void>((resolve) => {
    settle = resolve;
  });
  const resume = (): void => {
    if (timer !== undefined) return;
    since = performance.now();
    timer = setTimeout(settle, Math.min(left, longestTimerMs));
  };
  const hold = (): void => {
    if (timer === undefined) return;
    clearTimeout(timer);
    timer = undefined;
    left = Math.max(0, left - (performance.now() - since));
  };
  resume();
  return { over, hold, resume, end: hold };
}
