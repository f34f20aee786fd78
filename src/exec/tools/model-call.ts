// What a response item asks for, before its arguments are understood.
import { type HistoryItem, isObject, type JsonObject, textAt } from '../model/response-items.ts';

export interface ModelCall {
  readonly callId: string;
  readonly name: string;
  /** As sent: text for a function, whatever it was otherwise. */
  readonly arguments: unknown;
  /** The type of item that answers it. */
  readonly answerType: 'function_call_output' | 'custom_tool_call_output';
}

/** undefined for an item that asks for nothing. `fallbackId` names a call whose sender forgot to. */
export function modelCall(item: HistoryItem, fallbackId: string): ModelCall | undefined {
  const callId = textAt(item, 'call_id') ?? textAt(item, 'id') ?? fallbackId;
  const name = textAt(item, 'name') ?? '';
  switch (item['type']) {
    case 'function_call':
      return { callId, name, arguments: item['arguments'], answerType: 'function_call_output' };
    case 'custom_tool_call':
      return { callId, name, arguments: item['input'], answerType: 'custom_tool_call_output' };
    case 'local_shell_call':
      return {
        callId,
        name: 'local_shell',
        arguments: isObject(item['action']) ? item['action'] : {},
        answerType: 'function_call_output',
      };
    default:
      return undefined;
  }
}

/** Plain text, which the models were trained on; the parts of a message where the answer is a picture. */
export type ToolAnswer = string | readonly JsonObject[];

/** The item that goes back to the model. */
export function answerItem(call: ModelCall, output: ToolAnswer): HistoryItem {
  return { type: call.answerType, call_id: call.callId, output };
}
