// Where a client talks to, and the outside world it does it with.
import type { BearerCommand, ModelProvider } from '../../config/index.ts';
import type { Result } from '../../domain/index.ts';
import type { Post } from './post.ts';
import type { StreamLimits } from './read-event-stream.ts';

export interface ModelEndpoint {
  readonly wire: ModelProvider['wireApi'];
  /** `{base_url}/responses`, or `{base_url}/chat/completions`. */
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** Sent as a bearer token. */
  readonly apiKey: string | undefined;
  /** Prints the bearer token instead; asked once, and again when the server does not take it. */
  readonly bearerCommand: BearerCommand | undefined;
  /** The key and every other value that must never be printed: any message that repeats one is changed first. */
  readonly secrets: readonly string[];
  /** undefined: as many as fit into `retryPatienceMs`. */
  readonly requestMaxRetries: number | undefined;
  readonly streamMaxRetries: number;
  readonly retryPatienceMs: number;
  readonly streamIdleTimeoutMs: number;
  /** What else a 404 may mean: a clause for people; undefined: nothing. */
  readonly hintFor404: string | undefined;
}

/** The outside world of a client; tests bring their own. */
export interface ModelClientWorld {
  readonly post: Post;
  readonly now: () => number;
  readonly random: () => number;
  /** Resolves after `ms`, or rejects as soon as the signal fires. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<unknown>;
  /** The error is the end of a sentence, without anything the command printed. */
  readonly readToken: (command: BearerCommand, signal: AbortSignal) => Promise<Result<string, string>>;
  readonly limits?: Partial<StreamLimits>;
  /** A piece of the message as it arrives; a retry begins it anew. */
  readonly onText?: (delta: string) => void;
}
