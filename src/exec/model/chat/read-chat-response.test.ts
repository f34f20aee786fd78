import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../response-items.ts';
import { readChatResponse } from './read-chat-response.ts';

const stream = (chunks: readonly JsonObject[]): AsyncIterable<JsonObject> => Readable.from(chunks);
const delta = (value: JsonObject, finish: string | null = null): JsonObject => ({
  id: 'chat-1',
  choices: [{ index: 0, delta: value, finish_reason: finish }],
});
const piece = (index: number, id: string | undefined, name: string | undefined, text: string): JsonObject =>
  delta({
    tool_calls: [
      {
        index,
        ...(id === undefined ? {} : { id }),
        function: { ...(name === undefined ? {} : { name }), arguments: text },
      },
    ],
  });

describe('a stream of chat chunks', () => {
  it('becomes a message, a thought, calls put together from their pieces, and usage', async () => {
    const answer = await readChatResponse(
      stream([
        delta({ role: 'assistant', content: '', reasoning_content: 'hm' }),
        delta({ content: 'I look' }),
        delta({ content: '.' }),
        piece(0, 'call_a', 'exec_command', '{"cmd":'),
        piece(1, 'call_b', 'exec_command', '{"cmd":"id"}'),
        piece(0, undefined, undefined, '"ls"}'),
        delta({}, 'tool_calls'),
        {
          choices: [],
          usage: {
            prompt_tokens: 7,
            completion_tokens: 5,
            prompt_tokens_details: { cached_tokens: 2 },
            completion_tokens_details: { reasoning_tokens: 1 },
          },
        },
      ]),
    );
    expect(answer).toEqual({
      ok: true,
      value: {
        id: 'chat-1',
        items: [
          { type: 'reasoning', summary: [{ type: 'summary_text', text: 'hm' }] },
          { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'I look.' }] },
          { type: 'function_call', call_id: 'call_a', name: 'exec_command', arguments: '{"cmd":"ls"}' },
          { type: 'function_call', call_id: 'call_b', name: 'exec_command', arguments: '{"cmd":"id"}' },
        ],
        usage: {
          inputTokens: 7,
          cachedInputTokens: 2,
          cacheWriteInputTokens: 0,
          outputTokens: 5,
          reasoningOutputTokens: 1,
        },
      },
    });
  });

  it('may bring a call whole, without an index, an id, or arguments as text', async () => {
    const answer = await readChatResponse(
      stream([
        delta({ tool_calls: [{ function: { name: 'exec_command', arguments: { cmd: 'ls' } } }] }, 'stop'),
      ]),
    );
    expect(answer.ok && answer.value.items).toEqual([
      { type: 'function_call', name: 'exec_command', arguments: '{"cmd":"ls"}' },
    ]);
  });

  const failures: readonly { says: string; chunks: readonly JsonObject[]; want: JsonObject }[] = [
    {
      says: 'that ends without a reason is cut',
      chunks: [delta({ content: 'half' })],
      want: { kind: 'stream-cut' },
    },
    {
      says: 'that ran out of room is incomplete',
      chunks: [delta({ content: 'half' }, 'length')],
      want: { kind: 'response-incomplete' },
    },
    {
      says: 'with an error in it failed',
      chunks: [{ error: { code: 'rate_limit_exceeded', message: 'try again in 2s' } }],
      want: { kind: 'response-failed', code: 'rate_limit_exceeded', retryAfterMs: 2000 },
    },
    {
      says: 'with more calls than anybody asks for is garbage',
      chunks: Array.from({ length: 1001 }, (_, index) => piece(index, `c${index}`, 'x', '{}')),
      want: { kind: 'stream-malformed' },
    },
  ];
  for (const { says, chunks, want } of failures)
    it(says, async () =>
      expect(await readChatResponse(stream(chunks))).toMatchObject({ ok: false, error: want }),
    );

  it('with a chunk that cannot be read is garbage: it may have been a piece of a call', async () => {
    const answer = await readChatResponse(stream([delta({ content: 'x' }, 'stop')]), {
      skipped: () => 1,
      onText: undefined,
    });
    expect(answer).toMatchObject({ ok: false, error: { kind: 'stream-malformed' } });
  });
});
