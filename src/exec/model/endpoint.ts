// Where a client talks to, and the outside world it does it with.
import type { StreamLimits } from './read-event-stream.ts';

export interface ModelEndpoint {
  /** `{base_url}/responses`. */
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** Sent as a bearer token. */
  readonly apiKey: string | undefined;
  /** The key and every other value that must never be printed: any message that repeats one is changed first. */
  readonly secrets: readonly string[];
  readonly requestMaxRetries: number;
  readonly streamMaxRetries: number;
  readonly streamIdleTimeoutMs: number;
}

/** The outside world of a client; tests bring their own. */
export interface ModelClientWorld {
  readonly fetch: typeof fetch;
  readonly now: () => number;
  readonly random: () => number;
  /** Resolves after `ms`, or rejects as soon as the signal fires. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<unknown>;
  readonly limits?: Partial<StreamLimits>;
}
