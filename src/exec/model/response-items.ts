// The pieces of a response, kept as the server sent them: what cordon does not know it must still resend unchanged.

export type JsonObject = Readonly<Record<string, unknown>>;

/** One element of `input` or `output`: a message, a call, a call's output, or a type nobody has heard of yet. */
export type HistoryItem = JsonObject;

export interface TokenUsage {
  readonly inputTokens: number;
  readonly cachedInputTokens: number;
  readonly cacheWriteInputTokens: number;
  readonly outputTokens: number;
  readonly reasoningOutputTokens: number;
}

export const noUsage: TokenUsage = {
  inputTokens: 0,
  cachedInputTokens: 0,
  cacheWriteInputTokens: 0,
  outputTokens: 0,
  reasoningOutputTokens: 0,
};

export function addUsage(a: TokenUsage, b: TokenUsage): TokenUsage {
  return {
    inputTokens: a.inputTokens + b.inputTokens,
    cachedInputTokens: a.cachedInputTokens + b.cachedInputTokens,
    cacheWriteInputTokens: a.cacheWriteInputTokens + b.cacheWriteInputTokens,
    outputTokens: a.outputTokens + b.outputTokens,
    reasoningOutputTokens: a.reasoningOutputTokens + b.reasoningOutputTokens,
  };
}

/** One whole response: it was completed, so its calls may run. */
/** Beside the events themselves. */
export interface ResponseWatch {
  /** Events that were left out because they could not be read. */
  readonly skipped: () => number;
  readonly onText: ((delta: string) => void) | undefined;
}

export const unwatched: ResponseWatch = { skipped: () => 0, onText: undefined };

export interface ModelResponse {
  readonly id: string;
  readonly items: readonly HistoryItem[];
  readonly usage: TokenUsage;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function textAt(object: JsonObject, key: string): string | undefined {
  const value = object[key];
  return typeof value === 'string' ? value : undefined;
}

/** A count that makes no sense counts as none. */
export function countAt(object: unknown, key: string): number {
  const value = isObject(object) ? object[key] : undefined;
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : 0;
}

/** The text a person reads: every `output_text` and `refusal` part of a message, joined. */
export function messageText(item: HistoryItem): string {
  const content = item['content'];
  if (typeof content === 'string') return content;
  return partsOf(content)
    .map((part) => textAt(part, 'text') ?? textAt(part, 'refusal') ?? '')
    .join('');
}

/** What the model says about its thinking; empty when it keeps it to itself. */
export function reasoningText(item: HistoryItem): string {
  return partsOf(item['summary'])
    .map((part) => textAt(part, 'text') ?? '')
    .filter((text) => text !== '')
    .join('\n\n');
}

/** What a search on the server's side looked for; empty when it does not say. */
export function searchQuery(item: HistoryItem): string {
  const action = item['action'];
  return (isObject(action) ? textAt(action, 'query') : undefined) ?? '';
}

/** What a call was answered, as text: a picture is named by its type. */
export function answerText(item: HistoryItem): string {
  const { output } = item;
  if (typeof output === 'string') return output;
  const pictures = picturesIn(item).map((url) => `[${/^data:([^;,]{1,40})/.exec(url)?.[1] ?? 'picture'}]`);
  return pictures.length > 0 ? pictures.join(' ') : JSON.stringify(output ?? '');
}

/** URLs of what a call was answered with. */
export function picturesIn(item: HistoryItem): string[] {
  return partsOf(item['output']).flatMap((part) => textAt(part, 'image_url') ?? []);
}

function partsOf(content: unknown): JsonObject[] {
  return Array.isArray(content) ? content.filter(isObject) : [];
}
