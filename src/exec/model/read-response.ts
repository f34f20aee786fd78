// From events to one whole response. Only `response.output_item.done` makes an item and only `response.completed`
// makes a response: deltas are for screens, and a stream that just ends has said nothing.
import { err, ok, type Result } from '../../domain/index.ts';
import { describeError, type ServerError } from './describe-error.ts';
import type { ModelFailure } from './model-failure.ts';
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
} from './response-items.ts';

/** More items than this is no answer but a flood. */
const maxItems = 1000;

export async function readResponse(
  events: AsyncIterable<JsonObject>,
  { skipped, onText }: ResponseWatch = unwatched,
): Promise<Result<ModelResponse, ModelFailure>> {
  const items: HistoryItem[] = [];
  for await (const event of events) {
    const response = isObject(event['response']) ? event['response'] : {};
    switch (event['type']) {
      case 'response.output_item.done':
        if (isObject(event['item'])) items.push(event['item']);
        if (items.length > maxItems)
          return err({ kind: 'stream-malformed', message: `the response has more than ${maxItems} items` });
        break;
      case 'response.output_text.delta':
        onText?.(textAt(event, 'delta') ?? '');
        break;
      case 'response.completed':
        if (skipped() > 0 && lacksItems(response, items))
          return err({
            kind: 'stream-malformed',
            message: 'an event is not a JSON object, and the response lacks what it said',
          });
        return ok({ id: textAt(response, 'id') ?? '', items, usage: usageOf(response['usage']) });
      case 'response.failed':
        return err(failed(describeError(response['error'])));
      case 'error':
        return err(failed(describeError(isObject(event['error']) ? event['error'] : event)));
      case 'response.incomplete':
        return err({
          kind: 'response-incomplete',
          message: `the response is incomplete: ${reasonOf(response)}`,
        });
      default:
        break;
    }
  }
  return err({ kind: 'stream-cut', message: 'the stream ended before response.completed' });
}

/** Most servers repeat all items at the end. */
function lacksItems(response: JsonObject, items: readonly HistoryItem[]): boolean {
  return Array.isArray(response['output']) && response['output'].length > items.length;
}

function failed(error: ServerError): ModelFailure {
  return { kind: 'response-failed', ...error };
}

function reasonOf(response: JsonObject): string {
  const details = response['incomplete_details'];
  return (isObject(details) ? textAt(details, 'reason') : undefined) ?? 'no reason given';
}

function usageOf(usage: unknown): TokenUsage {
  if (!isObject(usage)) return noUsage;
  return {
    inputTokens: countAt(usage, 'input_tokens'),
    cachedInputTokens: countAt(usage['input_tokens_details'], 'cached_tokens'),
    cacheWriteInputTokens: countAt(usage['input_tokens_details'], 'cache_write_tokens'),
    outputTokens: countAt(usage, 'output_tokens'),
    reasoningOutputTokens: countAt(usage['output_tokens_details'], 'reasoning_tokens'),
  };
}
