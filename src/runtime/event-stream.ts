// What a consumer of events asks for, and what it gets.
import type { ExecEvent } from '../domain/index.ts';

export interface EventsOptions {
  /**
   * `drop` (default): a consumer that lags loses the oldest output it has not taken, then the oldest other events;
   * `dropped` counts them. `wait`: nothing is lost, and commands wait while more than `maxBytes` of output is queued;
   * a consumer that stops reading without leaving its loop then holds them up until their deadline.
   */
  readonly whenFull?: 'drop' | 'wait' | undefined;
  /** What may be queued, in bytes, 1 024 at least. Default 8 MiB for `drop`, 1 MiB of output for `wait`. */
  readonly maxBytes?: number | undefined;
}

/** Ends after what it still holds once the runtime is closed. Leaving its loop, or `await using`, gives it back. */
export interface EventStream extends AsyncIterableIterator<ExecEvent>, AsyncDisposable {
  /** What this consumer was too slow for, since it began. Always zero under `whenFull: 'wait'`. */
  readonly dropped: { readonly events: number; readonly outputBytes: number };
}
