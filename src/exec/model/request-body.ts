// The request as it goes over the wire: the whole history each time, nothing kept on the server.
import { effortForServer } from './reasoning-effort.ts';
import { type HistoryItem, isObject, type JsonObject } from './response-items.ts';

export interface RequestContent {
  readonly model: string;
  readonly instructions: string;
  readonly history: readonly HistoryItem[];
  readonly tools: readonly unknown[];
  readonly threadId: string;
  /** What the last message must look like. */
  readonly outputSchema: JsonObject | undefined;
  readonly reasoning: { readonly effort: string | undefined; readonly summary: string | undefined };
}

export function requestBody(content: RequestContent): string {
  const reasoning = reasoningOf(content);
  return JSON.stringify({
    model: content.model,
    instructions: content.instructions,
    input: content.history.map(forResending),
    tools: content.tools,
    tool_choice: 'auto',
    parallel_tool_calls: true,
    ...(reasoning === undefined ? {} : { reasoning }),
    store: false,
    stream: true,
    // Without a server-side store this is the only way a model finds its own thoughts again.
    include: reasoning === undefined ? [] : ['reasoning.encrypted_content'],
    ...(content.outputSchema === undefined
      ? {}
      : {
          text: {
            format: {
              type: 'json_schema',
              strict: true,
              name: 'cordon_output',
              schema: content.outputSchema,
            },
          },
        }),
    prompt_cache_key: content.threadId,
  });
}

/** Models that are known not to reason answer 400 to the key. `summary = "none"` switches it off by hand. */
function reasoningOf({ model, reasoning }: RequestContent): Readonly<Record<string, string>> | undefined {
  if (reasoning.summary === 'none' && reasoning.effort === undefined) return undefined;
  const asked = reasoning.summary !== undefined || reasoning.effort !== undefined;
  if (!asked && /^(gpt-3|gpt-4|chatgpt-4)/.test(model)) return undefined;
  return {
    ...(reasoning.effort === undefined ? {} : { effort: effortForServer(reasoning.effort, model) }),
    ...(reasoning.summary === 'none' ? {} : { summary: reasoning.summary ?? 'auto' }),
  };
}

const ourTypes: ReadonlySet<unknown> = new Set([
  'message',
  'reasoning',
  'function_call',
  'custom_tool_call',
  'local_shell_call',
]);

/**
 * Items of a type we know lose their server-side `id`: with `store: false` a server may look it up and answer 404.
 * Everything else goes back as it came.
 */
function forResending(item: HistoryItem): HistoryItem {
  if (!ourTypes.has(item['type'])) return item;
  const { id: _id, ...rest } = item;
  // The protocol wants text here; the call was already answered with an error.
  if (item['type'] === 'function_call' && typeof item['arguments'] !== 'string')
    return { ...rest, arguments: isObject(item['arguments']) ? JSON.stringify(item['arguments']) : '' };
  return rest;
}
