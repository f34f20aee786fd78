import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { readResponse } from './read-response.ts';
import { type JsonObject, noUsage } from './response-items.ts';

const events = (list: readonly JsonObject[]): AsyncIterable<JsonObject> => Readable.from(list);

const item = (value: JsonObject): JsonObject => ({ type: 'response.output_item.done', item: value });
const completed = { type: 'response.completed', response: { id: 'r1' } };

const rows: readonly { says: string; events: readonly JsonObject[]; want: unknown }[] = [
  {
    says: 'items and the end make a response',
    events: [
      { type: 'response.created' },
      item({ type: 'message' }),
      item({ type: 'from_the_future', x: 1 }),
      completed,
    ],
    want: {
      ok: true,
      value: { id: 'r1', items: [{ type: 'message' }, { type: 'from_the_future', x: 1 }], usage: noUsage },
    },
  },
  {
    says: 'an end without items is a response',
    events: [completed],
    want: { ok: true, value: { id: 'r1', items: [], usage: noUsage } },
  },
  {
    says: 'deltas and unknown events make nothing',
    events: [
      { type: 'response.output_text.delta', delta: 'hi' },
      { type: 'response.function_call_arguments.done', arguments: '{}' },
      { type: 'response.output_item.added', item: { type: 'message' } },
      { nothing: true },
      completed,
    ],
    want: { ok: true, value: { id: 'r1', items: [], usage: noUsage } },
  },
  {
    says: 'usage is read where it is given',
    events: [
      {
        type: 'response.completed',
        response: {
          id: 'r1',
          usage: {
            input_tokens: 10,
            input_tokens_details: { cached_tokens: 4 },
            output_tokens: 5,
            output_tokens_details: { reasoning_tokens: 2 },
          },
        },
      },
    ],
    want: {
      ok: true,
      value: {
        id: 'r1',
        items: [],
        usage: {
          inputTokens: 10,
          cachedInputTokens: 4,
          cacheWriteInputTokens: 0,
          outputTokens: 5,
          reasoningOutputTokens: 2,
        },
      },
    },
  },
  {
    says: 'usage that is nonsense is zero',
    events: [
      { type: 'response.completed', response: { id: 'r1', usage: { input_tokens: -1, output_tokens: '9' } } },
    ],
    want: { ok: true, value: { id: 'r1', items: [], usage: noUsage } },
  },
  {
    says: 'a stream that just ends said nothing',
    events: [item({ type: 'message' })],
    want: { ok: false, error: { kind: 'stream-cut', message: 'the stream ended before response.completed' } },
  },
  {
    says: 'a failed response carries the code and the pause',
    events: [
      {
        type: 'response.failed',
        response: { error: { code: 'rate_limit_exceeded', message: 'Please try again in 1.5s.' } },
      },
    ],
    want: {
      ok: false,
      error: {
        kind: 'response-failed',
        code: 'rate_limit_exceeded',
        message: 'Please try again in 1.5s.',
        retryAfterMs: 1500,
      },
    },
  },
  {
    says: 'a failed response without an error still fails',
    events: [{ type: 'response.failed' }],
    want: {
      ok: false,
      error: {
        kind: 'response-failed',
        code: undefined,
        message: 'no reason given',
        retryAfterMs: undefined,
      },
    },
  },
  {
    says: 'an error event fails',
    events: [{ type: 'error', code: 'server_error', message: 'oops\u001b[31m\n' }],
    want: {
      ok: false,
      error: { kind: 'response-failed', code: 'server_error', message: 'oops [31m', retryAfterMs: undefined },
    },
  },
  {
    says: 'an incomplete response fails with its reason',
    events: [
      { type: 'response.incomplete', response: { incomplete_details: { reason: 'max_output_tokens' } } },
    ],
    want: {
      ok: false,
      error: { kind: 'response-incomplete', message: 'the response is incomplete: max_output_tokens' },
    },
  },
  {
    says: 'a flood of items is refused',
    events: Array.from({ length: 1001 }, () => item({ type: 'message' })),
    want: {
      ok: false,
      error: { kind: 'stream-malformed', message: 'the response has more than 1000 items' },
    },
  },
];

describe('readResponse', () => {
  for (const { says, events: list, want } of rows)
    it(says, async () => {
      expect(await readResponse(events(list))).toEqual(want);
    });
});
