import { describe, expect, it } from 'vitest';
import { err, ok, type Result } from '../domain/index.ts';
import type { ModelFailure } from './model/model-failure.ts';
import { type HistoryItem, type ModelResponse, noUsage } from './model/response-items.ts';
import { ItemLog } from './report/item-log.ts';
import type { ThreadEvent, TurnError } from './report/thread-event.ts';
import { runTurn, type TurnEnd } from './run-turn.ts';

interface Bench {
  readonly end: TurnEnd;
  readonly events: ThreadEvent[];
  readonly histories: (readonly HistoryItem[])[];
  readonly answered: string[];
  readonly closed: number;
  readonly recorded: unknown[];
}

type Answer = Result<ModelResponse, ModelFailure>;
const response = (items: readonly HistoryItem[]): Answer =>
  ok({ id: 'r', items, usage: { ...noUsage, inputTokens: 10, outputTokens: 1 } });
const message = (text: string): HistoryItem => ({
  type: 'message',
  content: [{ type: 'output_text', text }],
});
const call = (callId: string): HistoryItem => ({
  type: 'function_call',
  call_id: callId,
  name: 'shell',
  arguments: '{}',
});
const prompt: HistoryItem = { type: 'message', role: 'user', content: [] };

async function turn(
  answers: readonly Answer[],
  options: {
    checkLast?: (message: string | undefined) => string | undefined;
    maxTurns?: number;
    maxToolCalls?: number;
    maxRepeats?: number;
    onCall?: (abort: (error: TurnError) => void) => void;
    throws?: Error;
  } = {},
): Promise<Bench> {
  const controller = new AbortController();
  const events: ThreadEvent[] = [];
  const histories: (readonly HistoryItem[])[] = [];
  const answered: string[] = [];
  const state = { closed: 0 };
  const recorded: unknown[] = [];
  const emit = (event: ThreadEvent): void => void events.push(event);
  const end = await runTurn(
    [prompt],
    {
      model: {
        respond: (body) =>
          Promise.resolve(
            answers[(JSON.parse(body) as unknown[]).length === 0 ? 0 : histories.length - 1] ?? response([]),
          ),
      },
      answerer: {
        beginResponse: () => undefined,
        answer: (asked) => {
          answered.push(asked.callId);
          options.onCall?.((error) => controller.abort(error));
          return options.throws === undefined
            ? Promise.resolve(`out ${asked.callId}`)
            : Promise.reject(options.throws);
        },
        close: () => {
          state.closed += 1;
          return Promise.resolve();
        },
      },
      items: new ItemLog(emit),
      emit,
      onRetry: () => undefined,
      bodyFor: (history) => {
        histories.push([...history]);
        return JSON.stringify(history);
      },
      record: {
        input: (said) => Promise.resolve(void recorded.push(['input', said.length])),
        response: (said) => Promise.resolve(void recorded.push(['response', said.length])),
        answer: (item) => Promise.resolve(void recorded.push(['answer', item['call_id']])),
      },
      checkLast: options.checkLast,
      maxTurns: options.maxTurns ?? 200,
      maxToolCalls: options.maxToolCalls,
      maxRepeats: options.maxRepeats ?? 1000,
    },
    controller.signal,
  );
  return { end, events, histories, answered, closed: state.closed, recorded };
}

const usage = (responses: number): object => ({
  input_tokens: 10 * responses,
  cached_input_tokens: 0,
  cache_write_input_tokens: 0,
  output_tokens: responses,
  reasoning_output_tokens: 0,
});

describe('runTurn', () => {
  it('ends with the first response that asks for nothing', async () => {
    const { end, events, closed } = await turn([response([message('hi')])]);
    expect(end).toEqual({ kind: 'completed', lastMessage: 'hi' });
    expect(events).toEqual([
      { type: 'turn.started' },
      { type: 'item.completed', item: { id: 'item_0', type: 'agent_message', text: 'hi' } },
      { type: 'turn.completed', usage: usage(1) },
    ]);
    expect(closed).toBe(1);
  });

  it('completes without a message when the model says nothing', async () => {
    const { end, events } = await turn([response([])]);
    expect(end).toEqual({ kind: 'completed', lastMessage: undefined });
    expect(events.map(({ type }) => type)).toEqual(['turn.started', 'turn.completed']);
  });

  it('resends everything, with each call answered in the order it was made', async () => {
    const future = { type: 'from_the_future', x: 1 };
    const thought = {
      type: 'reasoning',
      summary: [{ type: 'summary_text', text: 'hm' }],
      encrypted_content: 'e',
    };
    const { histories, answered, events, end } = await turn([
      response([thought, call('b'), future, call('a')]),
      response([message('done')]),
    ]);
    expect(answered).toEqual(['b', 'a']);
    expect(histories).toEqual([
      [prompt],
      [
        prompt,
        thought,
        call('b'),
        future,
        call('a'),
        { type: 'function_call_output', call_id: 'b', output: 'out b' },
        { type: 'function_call_output', call_id: 'a', output: 'out a' },
      ],
    ]);
    expect(events).toEqual([
      { type: 'turn.started' },
      { type: 'item.completed', item: { id: 'item_0', type: 'reasoning', text: 'hm' } },
      { type: 'item.completed', item: { id: 'item_1', type: 'agent_message', text: 'done' } },
      { type: 'turn.completed', usage: usage(2) },
    ]);
    expect(end).toEqual({ kind: 'completed', lastMessage: 'done' });
  });

  it('answers a custom tool in its own kind', async () => {
    const custom = { type: 'custom_tool_call', call_id: 'x', name: 'apply_patch', input: '*** Begin' };
    const { histories } = await turn([response([custom])]);
    expect(histories[1]?.at(-1)).toEqual({ type: 'custom_tool_call_output', call_id: 'x', output: 'out x' });
  });

  it('names a call that came without a name of its own', async () => {
    const { answered } = await turn([
      response([{ type: 'local_shell_call', id: 'lsc', action: {} }, { type: 'function_call' }]),
    ]);
    expect(answered).toEqual(['lsc', expect.stringMatching(/^call_without_id_/)]);
  });

  it('fails with the failure of the model', async () => {
    const { end, events } = await turn([
      response([message('part'), call('a')]),
      err({ kind: 'stream-cut', message: 'gone' }),
    ]);
    const error = { kind: 'model', message: 'gone' } as const;
    expect(end).toEqual({ kind: 'failed', error, lastMessage: 'part' });
    expect(events.at(-1)).toEqual({ type: 'turn.failed', error });
  });

  it('keeps each response before its calls run, and each answer after', async () => {
    const { recorded } = await turn([response([call('a'), call('b')]), response([message('done')])]);
    expect(recorded).toEqual([
      ['response', 2],
      ['answer', 'a'],
      ['answer', 'b'],
      ['response', 1],
    ]);
  });

  it('gives a message in the wrong form one more chance', async () => {
    const isShort = (text: string | undefined): string | undefined =>
      text === 'short' ? undefined : 'it is too long';
    const mended = await turn([response([message('much too long')]), response([message('short')])], {
      checkLast: isShort,
    });
    expect([mended.end, mended.histories[1]?.at(-1)]).toEqual([
      { kind: 'completed', lastMessage: 'short' },
      {
        type: 'message',
        role: 'user',
        content: [
          {
            type: 'input_text',
            text: 'Your last message cannot be used: it is too long. Answer again with nothing but the JSON that was asked for.',
          },
        ],
      },
    ]);
    const spoilt = await turn([response([message('long')]), response([message('longer')])], {
      checkLast: isShort,
    });
    expect(spoilt.end).toEqual({
      kind: 'failed',
      error: { kind: 'output_schema', message: 'it is too long' },
      lastMessage: 'longer',
    });
  });

  it('stops a model that only repeats itself', async () => {
    const again = Array.from({ length: 5 }, (_, index) => response([call(`c${index}`)]));
    const { end, answered } = await turn(again, { maxTurns: 3 });
    expect(answered).toEqual(['c0', 'c1', 'c2']);
    expect(end).toEqual({
      kind: 'failed',
      error: {
        kind: 'max_turns',
        message: 'the model still asks for commands after 3 responses (--max-turns)',
      },
      lastMessage: undefined,
    });
  });

  it('runs nothing of a response that asks for more calls than it may', async () => {
    const { end, answered } = await turn([response([call('a')]), response([call('b'), call('c')])], {
      maxToolCalls: 2,
    });
    expect(answered).toEqual(['a']);
    expect(end).toMatchObject({
      error: { kind: 'max_tool_calls', message: 'the model asks for more than 2 calls (--max-tool-calls)' },
    });
  });

  it('stops a model that makes the same call with the same result over and over', async () => {
    const same = Array.from({ length: 9 }, () => response([call('same')]));
    const { end, answered } = await turn(same, { maxRepeats: 3 });
    expect(answered.length).toBe(3);
    expect(end).toMatchObject({
      error: {
        kind: 'loop',
        message: 'the model made the same call with the same result 3 times in a row (--max-repeats)',
      },
    });
    const others = Array.from({ length: 9 }, (_, index) => response([call(`other ${index}`)]));
    expect((await turn(others, { maxRepeats: 3 })).end.kind).toBe('completed');
  });

  it('runs nothing more once it was told to end', async () => {
    const error = { kind: 'interrupted', message: 'SIGINT' } as const;
    const { end, answered, histories, events, closed } = await turn([response([call('a'), call('b')])], {
      onCall: (abort) => abort(error),
    });
    expect([answered, histories.length, closed]).toEqual([['a'], 1, 1]);
    expect(end).toEqual({ kind: 'failed', error, lastMessage: undefined });
    expect(events.at(-1)).toEqual({ type: 'turn.interrupted', error });
  });

  it('fails with one line, not with a stack, when a promise of ours breaks', async () => {
    const { end, events, closed } = await turn([response([call('a')])], { throws: new Error('two ends') });
    expect(end).toEqual({
      kind: 'failed',
      error: { kind: 'internal', message: 'two ends' },
      lastMessage: undefined,
    });
    expect([events.at(-1)?.type, closed]).toEqual(['turn.failed', 1]);
  });
});
