// One request and the response it streams back, or one failure. Knows nothing of retries.
// The only file of this room that opens a connection.
import { err, type Result } from '../../domain/index.ts';
import { oneLine } from './describe-error.ts';
import { httpFailure } from './http-failure.ts';
import { readChatResponse } from './chat/read-chat-response.ts';
import type { ModelClientWorld, ModelEndpoint } from './endpoint.ts';
import type { ModelFailure } from './model-failure.ts';
import { readEventStream, StreamError, streamLimits, type StreamLimits } from './read-event-stream.ts';
import { readResponse } from './read-response.ts';
import type { ModelResponse } from './response-items.ts';
import { watchTime } from './watch-time.ts';

export async function sendRequest(
  endpoint: ModelEndpoint,
  world: ModelClientWorld,
  body: string,
  signal: AbortSignal,
): Promise<Result<ModelResponse, ModelFailure>> {
  const limits: StreamLimits = { ...streamLimits, idleMs: endpoint.streamIdleTimeoutMs, ...world.limits };
  const watch = watchTime(limits, signal);
  let answered = false;
  try {
    const response = await world.post(endpoint.url, {
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
    if (!response.ok || response.body === null)
      return err(await httpFailure(response, world.now(), endpoint.hintFor404));
    const type = response.headers.get('content-type') ?? '';
    const seen = { events: 0, skipped: 0 };
    const heard = (): void => {
      seen.events += 1;
      watch.heard();
    };
    const isChat = endpoint.wire === 'chat';
    const events = readEventStream(response.body, limits, {
      heard,
      skipped: () => (seen.skipped += 1),
      endsAtDone: isChat,
    });
    const read = isChat ? readChatResponse : readResponse;
    const answer = await read(events, { skipped: () => seen.skipped, onText: world.onText });
    // Some servers send a stream under another name; what matters is whether it is one.
    if (answer.ok || seen.events > 0 || /event-stream/.test(type)) return answer;
    return err({
      kind: 'stream-malformed',
      message: `the server answered with ${oneLine(type === '' ? 'no content type' : type)}, not an event stream`,
    });
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

function networkReason(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (cause instanceof AggregateError) return networkReason(cause.errors[0]);
  if (!(cause instanceof Error)) return 'unknown error';
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
  return oneLine(cause.message === '' ? code : cause.message);
}
