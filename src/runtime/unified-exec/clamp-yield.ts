// How long one call may wait before it answers. A model may name any number; these are the limits it meets.

export type WaitKind =
  /** `exec_command`: the program just started. */
  | 'open'
  /** `write_stdin` with something to type: the answer usually comes at once. */
  | 'write'
  /** `write_stdin` with nothing to type: waiting is the whole point, so short polls are made longer. */
  | 'poll';

export interface YieldLimits {
  readonly minMs: number;
  readonly maxMs: number;
  readonly defaultMs: number;
}

/** Milliseconds. */
export const yieldLimits: Readonly<Record<WaitKind, YieldLimits>> = {
  open: { minMs: 250, maxMs: 30_000, defaultMs: 10_000 },
  write: { minMs: 250, maxMs: 30_000, defaultMs: 250 },
  poll: { minMs: 5_000, maxMs: 300_000, defaultMs: 5_000 },
};

/** Other bounds for polls than those of `yieldLimits`, in milliseconds. */
export interface PollBounds {
  readonly minPollMs?: number | undefined;
  readonly maxPollMs?: number | undefined;
}

/** The wait for `asked` milliseconds within the limits of `kind`; not a number counts as not asked. */
export function clampYield(kind: WaitKind, asked: number | undefined, bounds: PollBounds = {}): number {
  const limits = yieldLimits[kind];
  if (asked === undefined || Number.isNaN(asked)) return limits.defaultMs;
  const isPoll = kind === 'poll';
  const minMs = isPoll ? (bounds.minPollMs ?? limits.minMs) : limits.minMs;
  const maxMs =
    isPoll && bounds.maxPollMs !== undefined ? Math.max(limits.minMs, bounds.maxPollMs) : limits.maxMs;
  return Math.min(Math.max(Math.trunc(Math.min(asked, maxMs)), minMs), maxMs);
}
