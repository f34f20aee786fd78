// The same conversation for servers that have Chat Completions and nothing else: items become messages, calls and their
// answers stand where that protocol wants them. A translation only; what is kept of a thread stays as it is.
import { effortForServer } from '../reasoning-effort.ts';
import type { RequestContent } from '../request-body.ts';
import {
  answerText,
  type HistoryItem,
  isObject,
  type JsonObject,
  messageText,
  picturesIn,
  textAt,
} from '../response-items.ts';

export function chatRequestBody(content: RequestContent): string {
  const { effort } = content.reasoning;
  return JSON.stringify({
    model: content.model,
    messages: [{ role: 'system', content: content.instructions }, ...messagesOf(content.history)],
    tools: content.tools.flatMap(toolOf),
    tool_choice: 'auto',
    ...(effort === undefined ? {} : { reasoning_effort: effortForServer(effort, content.model) }),
    ...(content.outputSchema === undefined
      ? {}
      : {
          response_format: {
            type: 'json_schema',
            json_schema: { name: 'cordon_output', strict: true, schema: content.outputSchema },
          },
        }),
    stream: true,
    stream_options: { include_usage: true },
  });
}

/** Functions only; what a server would do by itself it says in a protocol of its own. */
function toolOf(tool: unknown): JsonObject[] {
  if (!isObject(tool) || tool['type'] !== 'function') return [];
  const { name, description, parameters } = tool;
  return [{ type: 'function', function: { name, description, parameters } }];
}

/** One message of the assistant holds its words and the calls that follow them; the answers come right after. */
function messagesOf(history: readonly HistoryItem[]): JsonObject[] {
  const messages: JsonObject[] = [];
  let speaking: { content: string; calls: JsonObject[] } | undefined;
  // A tool cannot answer with them there, and all answers of a message stand right behind it.
  let pictures: string[] = [];
  const show = (): void => {
    if (pictures.length > 0) messages.push({ role: 'user', content: pictures.map(imagePart) });
    pictures = [];
  };
  const finish = (): void => {
    if (speaking === undefined) return;
    const { content, calls } = speaking;
    messages.push({ role: 'assistant', content, ...(calls.length === 0 ? {} : { tool_calls: calls }) });
    speaking = undefined;
  };
  for (const item of history) {
    if (!isAnswer(item)) show();
    if (item['type'] === 'message' && item['role'] === 'assistant') {
      if (speaking !== undefined && speaking.calls.length > 0) finish();
      speaking ??= { content: '', calls: [] };
      speaking.content += messageText(item);
    } else if (item['type'] === 'message') {
      finish();
      messages.push({ role: item['role'] === 'user' ? 'user' : 'system', content: userContent(item) });
    } else if (item['type'] === 'function_call' || item['type'] === 'custom_tool_call') {
      speaking ??= { content: '', calls: [] };
      speaking.calls.push(toolCall(item));
    } else if (isAnswer(item)) {
      finish();
      messages.push({
        role: 'tool',
        tool_call_id: textAt(item, 'call_id') ?? '',
        content: answerText(item),
      });
      pictures.push(...picturesIn(item));
    }
  }
  finish();
  show();
  return messages;
}

function toolCall(item: HistoryItem): JsonObject {
  const given = textAt(item, 'arguments') ?? JSON.stringify({ input: item['input'] ?? '' });
  return {
    id: textAt(item, 'call_id') ?? '',
    type: 'function',
    function: { name: textAt(item, 'name') ?? '', arguments: isJsonObject(given) ? given : '{}' },
  };
}

/** Templates of servers read the arguments; text that is no JSON, which was answered with an error, fails there. */
function isJsonObject(text: string): boolean {
  try {
    return isObject(JSON.parse(text));
  } catch {
    return false;
  }
}

function userContent(item: HistoryItem): unknown {
  const parts = Array.isArray(item['content']) ? item['content'].filter(isObject) : [];
  const images = parts.flatMap((part) => textAt(part, 'image_url') ?? []);
  const text = messageText(item);
  if (images.length === 0) return text;
  return [{ type: 'text', text }, ...images.map(imagePart)];
}

function imagePart(url: string): JsonObject {
  return { type: 'image_url', image_url: { url } };
}

function isAnswer(item: HistoryItem): boolean {
  return item['type'] === 'function_call_output' || item['type'] === 'custom_tool_call_output';
}
