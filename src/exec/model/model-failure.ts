// Every way a request to the model can fail, as data; decide-retry.ts says what to do about each.

export type ModelFailure =
  /** No connection, no name, no answer before any header. */
  | { readonly kind: 'unreachable'; readonly message: string }
  /** An answer that is no stream. `code` is the server's own word, when it gave one. */
  | {
      readonly kind: 'http';
      readonly status: number;
      readonly code: string | undefined;
      readonly message: string;
      readonly retryAfterMs: number | undefined;
    }
  /** The stream ended, broke or went silent before `response.completed`. */
  | { readonly kind: 'stream-cut'; readonly message: string }
  /** The stream is no event stream, or larger than anything a model says. */
  | { readonly kind: 'stream-malformed'; readonly message: string }
  /** The server said `response.failed` or `error`. */
  | {
      readonly kind: 'response-failed';
      readonly code: string | undefined;
      readonly message: string;
      readonly retryAfterMs: number | undefined;
    }
  | { readonly kind: 'response-incomplete'; readonly message: string }
  /** Nothing was sent: the configuration lacks something. */
  | { readonly kind: 'not-configured'; readonly message: string }
  | { readonly kind: 'cancelled'; readonly message: string };
