// Talks to a server with the Responses API: one call is one whole response, however many requests that takes.
// The only file of this room that opens a connection.
import { err, type Result } from '../../domain/index.ts';
import { decideRetry, type RetriesSoFar } from './decide-retry.ts';
import { describeError, oneLine } from './describe-error.ts';
import type { ModelFailure } from './model-failure.ts';
import { readEventStream, StreamError, streamLimits, type StreamLimits } from './read-event-stream.ts';
import { readResponse } from './read-response.ts';
import { isObject, type ModelResponse } from './response-items.ts';
import { retryAfterMs } from './retry-after.ts';

export interface ModelEndpoint {
  /** `{base_url}/responses`. */
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** Never printed: any message that repeats it is changed first. */
  readonly apiKey: string | undefined;
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

export interface RetryNotice {
  readonly failure: ModelFailure;
  readonly retry: number;
  readonly of: number;
  readonly afterMs: number;
}

export interface ModelClient {
  /** Sends `body` until a response is whole, a failure is final, or `signal` fires. Never rejects. */
  respond(
    body: string,
    onRetry: (notice: RetryNotice) => void,
    signal: AbortSignal,
  ): Promise<Result<ModelResponse, ModelFailure>>;
}

export function createModelClient(endpoint: ModelEndpoint, world: ModelClientWorld): ModelClient {
  return {
    async respond(body, onRetry, signal) {
      let soFar: RetriesSoFar = { request: 0, stream: 0 };
      for (;;) {
        const answer = await attempt(endpoint, world, body, signal);
        if (answer.ok) return answer;
        const failure = withoutKey(answer.error, endpoint.apiKey);
        const decision = decideRetry(failure, soFar, endpoint, world.random());
        if (decision.kind === 'give-up') return err(explained(failure, decision.because, soFar));
        soFar = { ...soFar, [decision.budget]: soFar[decision.budget] + 1 };
        onRetry({
          failure,
          retry: soFar[decision.budget],
          of: decision.budget === 'request' ? endpoint.requestMaxRetries : endpoint.streamMaxRetries,
          afterMs: decision.afterMs,
        });
        try {
          await world.pause(decision.afterMs, signal);
        } catch {
          return err({ kind: 'cancelled', message: 'cancelled while waiting to try again' });
        }
      }
    },
  };
}

async function attempt(
  endpoint: ModelEndpoint,
  world: ModelClientWorld,
  body: string,
  signal: AbortSignal,
): Promise<Result<ModelResponse, ModelFailure>> {
  const limits: StreamLimits = { ...streamLimits, idleMs: endpoint.streamIdleTimeoutMs, ...world.limits };
  const watch = watchTime(limits, signal);
  let answered = false;
  try {
    const response = await world.fetch(endpoint.url, {
      method: 'POST',
      headers: {
        ...endpoint.headers,
        'content-type': 'application/json',
        accept: 'text/event-stream',
        ...(endpoint.apiKey === undefined ? {} : { authorization: `Bearer ${endpoint.apiKey}` }),
      },
      body,
      // Following one would send the whole conversation to an address nobody configured.
      redirect: 'manual',
      signal: watch.signal,
    });
    answered = true;
    if (!response.ok || response.body === null) return err(await httpFailure(response, world.now()));
    return await readResponse(readEventStream(response.body, limits, watch.heard));
  } catch (error) {
    if (signal.aborted) return err({ kind: 'cancelled', message: 'cancelled' });
    if (watch.expired !== undefined) return err({ kind: 'stream-cut', message: watch.expired });
    if (error instanceof StreamError) return err({ kind: 'stream-malformed', message: error.message });
    const message = networkReason(error);
    return err(
      answered
        ? { kind: 'stream-cut', message: `the connection broke before response.completed: ${message}` }
        : { kind: 'unreachable', message: `no connection to ${endpoint.url.origin}: ${message}` },
    );
  } finally {
    watch.stop();
  }
}

interface TimeWatch {
  readonly signal: AbortSignal;
  /** Which limit ended the request, when one did. */
  readonly expired: string | undefined;
  readonly heard: () => void;
  readonly stop: () => void;
}

/** Ends the request when nothing is heard for too long, when it takes too long at all, or when the caller says so. */
function watchTime(limits: StreamLimits, caller: AbortSignal): TimeWatch {
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

async function httpFailure(response: Response, nowMs: number): Promise<ModelFailure> {
  const { status } = response;
  if (response.type === 'opaqueredirect' || (status >= 300 && status < 400))
    return http(status, undefined, `the server answered ${status}: redirects are not followed`, undefined);
  const { code, message, retryAfterMs: told } = describeError(errorIn(await startOf(response)));
  const hint = status === 401 || status === 403 ? ' (check the API key)' : '';
  return http(
    status,
    code,
    `the server answered ${status}${hint}: ${message}`,
    retryAfterMs(response.headers, nowMs) ?? told,
  );
}

function http(
  status: number,
  code: string | undefined,
  message: string,
  pauseMs: number | undefined,
): ModelFailure {
  return { kind: 'http', status, code, message, retryAfterMs: pauseMs };
}

/** An error page can be endless too. */
async function startOf(response: Response): Promise<string> {
  const kept: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    kept.push(chunk);
    bytes += chunk.byteLength;
    if (bytes >= 65_536) break;
  }
  return Buffer.concat(kept).toString('utf8');
}

function errorIn(text: string): unknown {
  try {
    const body: unknown = JSON.parse(text);
    if (isObject(body)) return isObject(body['error']) ? body['error'] : { message: body['error'], ...body };
  } catch {
    // Not JSON: the text itself is the reason.
  }
  return { message: text };
}

function networkReason(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (cause instanceof AggregateError) return networkReason(cause.errors[0]);
  if (!(cause instanceof Error)) return 'unknown error';
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
  return oneLine(cause.message === '' ? code : cause.message);
}

function explained(
  failure: ModelFailure,
  because: 'final' | 'exhausted' | 'asked-to-wait-too-long',
  soFar: RetriesSoFar,
): ModelFailure {
  const tries = soFar.request + soFar.stream;
  if (because === 'exhausted' && tries > 0)
    return { ...failure, message: `${failure.message} (gave up after ${tries + 1} attempts)` };
  if (because === 'asked-to-wait-too-long')
    return { ...failure, message: `${failure.message} (it asks for a longer pause than cordon waits)` };
  return failure;
}

/** Some servers repeat the key they were sent in their error. */
function withoutKey(failure: ModelFailure, apiKey: string | undefined): ModelFailure {
  if (apiKey === undefined || apiKey === '') return failure;
  return { ...failure, message: failure.message.replaceAll(apiKey, '[the API key]') };
}
