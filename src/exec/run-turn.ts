// The headless turn: ask the model, run what it asks for, tell it, until a response asks for nothing.
// A call runs only once its whole response has arrived, so a stream that breaks has run nothing.
import type { ModelClient, RetryNotice } from './model/model-client.ts';
import {
  addUsage,
  type HistoryItem,
  messageText,
  noUsage,
  reasoningText,
  searchQuery,
  type TokenUsage,
} from './model/response-items.ts';
import type { ItemLog } from './report/item-log.ts';
import type { ThreadEvent, TurnError } from './report/thread-event.ts';
import type { CallAnswerer } from './tools/answer-calls.ts';
import { LoopGuard } from './tools/loop-guard.ts';
import { answerItem, type ModelCall, modelCall } from './tools/model-call.ts';

export interface TurnParts {
  readonly model: ModelClient;
  readonly answerer: CallAnswerer;
  readonly items: ItemLog;
  readonly emit: (event: ThreadEvent) => void;
  readonly onRetry: (notice: RetryNotice) => void;
  /** The body of a request with this history. */
  readonly bodyFor: (history: readonly HistoryItem[]) => string;
  /** Keeps what was said. What it rejects with ends the turn: nothing runs that could not be recorded. */
  readonly record: TurnRecorder;
  /** What the last message must look like; undefined: nothing in particular. */
  readonly checkLast: ((message: string | undefined) => string | undefined) | undefined;
  /** Responses a turn may take: a model that repeats itself would go on for ever. */
  readonly maxTurns: number;
  /** Calls a turn may make; undefined: any number. */
  readonly maxToolCalls: number | undefined;
  /** How often the same call may get the same answer, one after the other. */
  readonly maxRepeats: number;
}

export interface TurnRecorder {
  /** A whole response, before any of its calls runs. */
  response(items: readonly HistoryItem[]): Promise<void>;
  answer(item: HistoryItem): Promise<void>;
  /** What is said to the model without a person. */
  input(items: readonly HistoryItem[]): Promise<void>;
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
  #repairs = 0;
  #calls = 0;
  readonly #loop = new LoopGuard();

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
      const items = withCallIds(answer.value.items, `${this.#history.length}`);
      await parts.record.response(items);
      this.#history.push(...items);
      parts.answerer.beginResponse(tries);
      const tooMany = this.#tooManyCalls(items, parts.maxToolCalls);
      if (tooMany !== undefined) return tooMany;
      const calls = await this.#answer(items, parts, signal);
      if (hasEnded(signal)) return reasonOf(signal);
      if (this.#loop.repeats >= parts.maxRepeats)
        return {
          kind: 'loop',
          message: `the model made the same call with the same result ${this.#loop.repeats} times in a row (--max-repeats)`,
        };
      if (calls > 0) continue;
      const problem = parts.checkLast?.(this.lastMessage);
      if (problem === undefined) return undefined;
      if (this.#repairs > 0) return { kind: 'output_schema', message: problem };
      await this.#repair(problem, parts.record);
    }
    return {
      kind: 'max_turns',
      message: `the model still asks for commands after ${parts.maxTurns} responses (--max-turns)`,
    };
  }

  /** Before any of them runs: a part of what was asked for would be something else. */
  #tooManyCalls(items: readonly HistoryItem[], limit: number | undefined): TurnError | undefined {
    this.#calls += items.filter((item) => modelCall(item, '') !== undefined).length;
    if (limit === undefined || this.#calls <= limit) return undefined;
    return {
      kind: 'max_tool_calls',
      message: `the model asks for more than ${limit} calls (--max-tool-calls)`,
    };
  }

  /**
   * Shows what is said and starts the calls in the order the model wrote them; calls of one response run side by side,
   * as the model was told they may. Answers with how many calls there were.
   */
  async #answer(items: readonly HistoryItem[], parts: TurnParts, signal: AbortSignal): Promise<number> {
    const answers: Promise<HistoryItem>[] = [];
    const asked: ModelCall[] = [];
    for (const item of items) {
      if (item['type'] === 'message') this.#show(messageText(item), parts.items);
      if (item['type'] === 'reasoning' && reasoningText(item) !== '')
        parts.items.message('reasoning', reasoningText(item));
      if (item['type'] === 'web_search_call') parts.items.webSearch(searchQuery(item));
      const call = modelCall(item, 'call_without_id');
      if (call === undefined || hasEnded(signal)) continue;
      asked.push(call);
      answers.push(answerOne(call, parts, signal));
    }
    // Every one of them has ended before the turn may: a rejection of the first must not leave the others running.
    const settled = await Promise.allSettled(answers);
    if (hasEnded(signal)) return answers.length;
    for (const [index, answer] of settled.entries()) {
      if (answer.status === 'rejected') throw answer.reason;
      this.#history.push(answer.value);
      this.#loop.note(asked[index], answer.value);
    }
    return answers.length;
  }

  /** One more chance to say it in the form that was asked for. */
  async #repair(problem: string, record: TurnRecorder): Promise<void> {
    this.#repairs += 1;
    const text = `Your last message cannot be used: ${problem}. Answer again with nothing but the JSON that was asked for.`;
    const item = { type: 'message', role: 'user', content: [{ type: 'input_text', text }] };
    await record.input([item]);
    this.#history.push(item);
  }

  #show(text: string, items: ItemLog): void {
    this.lastMessage = text;
    items.message('agent_message', text);
  }
}

async function answerOne(call: ModelCall, parts: TurnParts, signal: AbortSignal): Promise<HistoryItem> {
  const item = answerItem(call, await parts.answerer.answer(call, signal));
  if (!hasEnded(signal)) await parts.record.answer(item);
  return item;
}

/** A call that came without a name gets one, in the history and on the disk alike: its answer has to point at it. */
function withCallIds(items: readonly HistoryItem[], place: string): HistoryItem[] {
  return items.map((item, index) => {
    const unnamed = '';
    if (modelCall(item, unnamed)?.callId !== unnamed) return item;
    return { ...item, call_id: `call_without_id_${place}_${index}` };
  });
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
    cache_write_input_tokens: usage.cacheWriteInputTokens,
    output_tokens: usage.outputTokens,
    reasoning_output_tokens: usage.reasoningOutputTokens,
  };
}
