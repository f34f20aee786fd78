// The headless turn: ask the model, run what it asks for, tell it, until a response asks for nothing.
// A call runs only once its whole response has arrived, so a stream that breaks has run nothing.
import type { ModelClient, RetryNotice } from './model/model-client.ts';
import {
  addUsage,
  type HistoryItem,
  messageText,
  noUsage,
  reasoningText,
  type TokenUsage,
} from './model/response-items.ts';
import type { ItemLog } from './report/item-log.ts';
import type { ThreadEvent, TurnError } from './report/thread-event.ts';
import type { CallAnswerer } from './tools/answer-calls.ts';
import { answerItem, modelCall } from './tools/model-call.ts';

export interface TurnParts {
  readonly model: ModelClient;
  readonly answerer: CallAnswerer;
  readonly items: ItemLog;
  readonly emit: (event: ThreadEvent) => void;
  readonly onRetry: (notice: RetryNotice) => void;
  /** The body of a request with this history. */
  readonly bodyFor: (history: readonly HistoryItem[]) => string;
  /** Responses a turn may take: a model that repeats itself would go on for ever. */
  readonly maxTurns: number;
}

export type TurnEnd =
  | { readonly kind: 'completed'; readonly lastMessage: string | undefined }
  | { readonly kind: 'failed'; readonly error: TurnError; readonly lastMessage: string | undefined };

/**
 * Emits everything from `turn.started` to `turn.completed`, `turn.failed` or `turn.interrupted`. The reason of `signal` is a TurnError:
 * it becomes the turn's. Whatever still runs is ended before the turn is.
 */
export async function runTurn(
  start: readonly HistoryItem[],
  parts: TurnParts,
  signal: AbortSignal,
): Promise<TurnEnd> {
  parts.emit({ type: 'turn.started' });
  const turn = new Turn(start);
  const error = await turn.run(parts, signal).catch(internal);
  await parts.answerer.close();
  const { lastMessage } = turn;
  if (error !== undefined) {
    parts.emit({ type: error.kind === 'interrupted' ? 'turn.interrupted' : 'turn.failed', error });
    return { kind: 'failed', error, lastMessage };
  }
  parts.emit({ type: 'turn.completed', usage: usageFields(turn.usage) });
  return { kind: 'completed', lastMessage };
}

/** Events promise an end for every beginning, also when it is our own fault. */
function internal(error: unknown): TurnError {
  return { kind: 'internal', message: error instanceof Error ? error.message : String(error) };
}

class Turn {
  readonly #history: HistoryItem[];
  usage: TokenUsage = noUsage;
  lastMessage: string | undefined = undefined;

  constructor(start: readonly HistoryItem[]) {
    this.#history = [...start];
  }

  async run(parts: TurnParts, signal: AbortSignal): Promise<TurnError | undefined> {
    for (let turn = 1; turn <= parts.maxTurns; turn += 1) {
      if (hasEnded(signal)) return reasonOf(signal);
      let tries: 'first' | 'again' = 'first';
      const onRetry = (notice: RetryNotice): void => {
        if (notice.budget === 'stream') tries = 'again';
        parts.onRetry(notice);
      };
      const answer = await parts.model.respond(parts.bodyFor(this.#history), onRetry, signal);
      if (hasEnded(signal)) return reasonOf(signal);
      if (!answer.ok) return { kind: 'model', message: answer.error.message };
      this.usage = addUsage(this.usage, answer.value.usage);
      this.#history.push(...answer.value.items);
      parts.answerer.beginResponse(tries);
      const calls = await this.#answer(answer.value.items, parts, signal);
      if (hasEnded(signal)) return reasonOf(signal);
      if (calls === 0) return undefined;
    }
    return {
      kind: 'max_turns',
      message: `the model still asks for commands after ${parts.maxTurns} responses (--max-turns)`,
    };
  }

  /** Shows and answers in the order the model wrote; answers with how many calls there were. */
  async #answer(items: readonly HistoryItem[], parts: TurnParts, signal: AbortSignal): Promise<number> {
    let calls = 0;
    for (const item of items) {
      if (item['type'] === 'message') this.#show(messageText(item), parts.items);
      if (item['type'] === 'reasoning' && reasoningText(item) !== '')
        parts.items.message('reasoning', reasoningText(item));
      const call = modelCall(item, `call_without_id_${this.#history.length}_${calls}`);
      if (call === undefined) continue;
      calls += 1;
      const output = await parts.answerer.answer(call, signal);
      if (hasEnded(signal)) return calls;
      this.#history.push(answerItem(call, output));
    }
    return calls;
  }

  #show(text: string, items: ItemLog): void {
    this.lastMessage = text;
    items.message('agent_message', text);
  }
}

/** A call, so that the compiler does not take the first answer for all time. */
function hasEnded(signal: AbortSignal): boolean {
  return signal.aborted;
}

function reasonOf(signal: AbortSignal): TurnError {
  return signal.reason as TurnError;
}

function usageFields(usage: TokenUsage): Extract<ThreadEvent, { readonly type: 'turn.completed' }>['usage'] {
  return {
    input_tokens: usage.inputTokens,
    cached_input_tokens: usage.cachedInputTokens,
    output_tokens: usage.outputTokens,
    reasoning_output_tokens: usage.reasoningOutputTokens,
  };
}
