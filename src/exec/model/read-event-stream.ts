// Bytes to JSON events, with a limit on everything a hostile or broken server could make endless: one event, the
// whole stream, and how long it may go on without a finished event.
import { TextDecoder } from 'node:util';
import { createParser } from 'eventsource-parser';
import { isObject, type JsonObject } from './response-items.ts';

export interface StreamLimits {
  /** Characters of one event, and of a line that is not finished yet. */
  readonly eventChars: number;
  /** Bytes of the whole stream, after decompression. */
  readonly streamBytes: number;
  /** Milliseconds without a finished event. A comment is no event: a server could send those forever. */
  readonly idleMs: number;
  /** Milliseconds from the request to the last event. */
  readonly totalMs: number;
}

export const streamLimits: Omit<StreamLimits, 'idleMs'> = {
  eventChars: 16 * 1024 * 1024,
  streamBytes: 64 * 1024 * 1024,
  totalMs: 60 * 60 * 1000,
};

/** What came over the wire is no usable event stream. The message is one sentence without content from it. */
export class StreamError extends Error {
  override readonly name = 'StreamError';
}

/** What a reader may tell while it reads. */
export interface EventWatcher {
  /** An event is whole, usable or not. */
  readonly heard: () => void;
  /** It was no JSON object and is left out: whether anything is missing for that, the end of the response shows. */
  readonly skipped: () => void;
  /** `[DONE]` is the end, whether or not the server closes the connection. */
  readonly endsAtDone?: boolean;
}

/** Yields the `data` of every event that is a JSON object; `[DONE]` is left out. */
export async function* readEventStream(
  chunks: AsyncIterable<Uint8Array>,
  limits: Pick<StreamLimits, 'eventChars' | 'streamBytes'>,
  watcher: EventWatcher,
): AsyncGenerator<JsonObject> {
  const ready: JsonObject[] = [];
  const seen = { tooLarge: false, bytes: 0, done: false };
  const parser = createParser({
    maxBufferSize: limits.eventChars,
    onEvent: ({ data }) => {
      watcher.heard();
      if (data.length > limits.eventChars) seen.tooLarge = true;
      else if (data.trim() === '[DONE]') seen.done = watcher.endsAtDone === true;
      else {
        const event = parseEvent(data);
        if (event === undefined) watcher.skipped();
        else ready.push(event);
      }
    },
    onError: (error) => {
      if (error.type === 'max-buffer-size-exceeded') seen.tooLarge = true;
    },
  });
  const decoder = new TextDecoder('utf-8', { fatal: true });
  for await (const chunk of chunks) {
    seen.bytes += chunk.byteLength;
    if (seen.bytes > limits.streamBytes)
      throw new StreamError(`the stream is larger than ${limits.streamBytes} bytes`);
    parser.feed(decode(decoder, chunk));
    if (seen.tooLarge) throw new StreamError(`one event is larger than ${limits.eventChars} characters`);
    yield* ready.splice(0);
    if (seen.done) return;
  }
}

function decode(decoder: TextDecoder, chunk: Uint8Array): string {
  try {
    return decoder.decode(chunk, { stream: true });
  } catch {
    throw new StreamError('the stream is not UTF-8 text');
  }
}

function parseEvent(data: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(data);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
