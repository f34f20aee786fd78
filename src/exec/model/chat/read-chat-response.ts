// From the chunks of a Chat Completions stream to one whole response, in the items the rest knows. It is whole when the
// server has said why it stopped; a stream that just ends has said nothing.
import { err, ok, type Result } from '../../../domain/index.ts';
import { describeError } from '../describe-error.ts';
import type { ModelFailure } from '../model-failure.ts';
import {
  countAt,
  type HistoryItem,
  isObject,
  type JsonObject,
  type ModelResponse,
  noUsage,
  type ResponseWatch,
  textAt,
  type TokenUsage,
  unwatched,
} from '../response-items.ts';

/** More calls than this is no answer but a flood. */
const maxCalls = 1000;

export async function readChatResponse(
  chunks: AsyncIterable<JsonObject>,
  { skipped, onText }: ResponseWatch = unwatched,
): Promise<Result<ModelResponse, ModelFailure>> {
  const calls = new Map<number, ChatCall>();
  const said = { id: '', text: '', thought: '', usage: noUsage, finish: undefined as string | undefined };
  for await (const chunk of chunks) {
    if (chunk['error'] !== undefined)
      return err({ kind: 'response-failed', ...describeError(chunk['error']) });
    said.id = textAt(chunk, 'id') ?? said.id;
    if (isObject(chunk['usage'])) said.usage = usageOf(chunk['usage']);
    const choice = firstOf(chunk['choices']);
    if (choice === undefined) continue;
    // Some servers send the whole message at once, though they were asked for a stream.
    const delta = isObject(choice['delta']) ? choice['delta'] : choice['message'];
    if (isObject(delta)) {
      const text = textAt(delta, 'content') ?? '';
      said.text += text;
      if (text !== '') onText?.(text);
      said.thought += textAt(delta, 'reasoning_content') ?? textAt(delta, 'reasoning') ?? '';
      if (Array.isArray(delta['tool_calls'])) delta['tool_calls'].filter(isObject).forEach(add(calls));
    }
    if (calls.size > maxCalls)
      return err({ kind: 'stream-malformed', message: `the response has more than ${maxCalls} calls` });
    said.finish = textAt(choice, 'finish_reason') ?? said.finish;
  }
  switch (said.finish) {
    case undefined:
      return err({ kind: 'stream-cut', message: 'the stream ended before a finish_reason' });
    case 'length':
      return err({ kind: 'response-incomplete', message: 'the response is incomplete: max_output_tokens' });
    case 'content_filter':
      return err({ kind: 'response-incomplete', message: 'the response is incomplete: content_filter' });
    default:
      // A piece of a call may have been in what could not be read.
      if (skipped() > 0) return err({ kind: 'stream-malformed', message: 'an event is not a JSON object' });
      return ok({
        id: said.id,
        items: itemsOf(said.text, said.thought, [...calls.values()]),
        usage: said.usage,
      });
  }
}

interface ChatCall {
  id: string;
  name: string;
  arguments: string;
}

/** Pieces of one call carry its index; servers that send calls whole may leave it out. */
function add(calls: Map<number, ChatCall>): (piece: JsonObject) => void {
  return (piece) => {
    const given = piece['index'];
    const index = typeof given === 'number' ? given : calls.size;
    const call = calls.get(index) ?? { id: '', name: '', arguments: '' };
    const called = isObject(piece['function']) ? piece['function'] : {};
    calls.set(index, {
      id: call.id === '' ? (textAt(piece, 'id') ?? '') : call.id,
      name: call.name + (textAt(called, 'name') ?? ''),
      arguments: call.arguments + argumentsIn(called['arguments']),
    });
  };
}

function argumentsIn(given: unknown): string {
  if (typeof given === 'string') return given;
  return isObject(given) ? JSON.stringify(given) : '';
}

function itemsOf(text: string, thought: string, calls: readonly ChatCall[]): HistoryItem[] {
  return [
    ...(thought === '' ? [] : [{ type: 'reasoning', summary: [{ type: 'summary_text', text: thought }] }]),
    ...(text === ''
      ? []
      : [{ type: 'message', role: 'assistant', content: [{ type: 'output_text', text }] }]),
    ...calls.map(({ id, name, arguments: given }) => ({
      type: 'function_call',
      ...(id === '' ? {} : { call_id: id }),
      name,
      arguments: given === '' ? '{}' : given,
    })),
  ];
}

function firstOf(choices: unknown): JsonObject | undefined {
  return Array.isArray(choices) ? choices.find(isObject) : undefined;
}

function usageOf(usage: JsonObject): TokenUsage {
  return {
    inputTokens: countAt(usage, 'prompt_tokens'),
    cachedInputTokens: countAt(usage['prompt_tokens_details'], 'cached_tokens'),
    cacheWriteInputTokens: 0,
    outputTokens: countAt(usage, 'completion_tokens'),
    reasoningOutputTokens: countAt(usage['completion_tokens_details'], 'reasoning_tokens'),
  };
}
