import { describe, expect, it } from 'vitest';
import { requestBody, type RequestContent } from './request-body.ts';

const content: RequestContent = {
  model: 'gpt-5',
  instructions: 'Be brief.',
  history: [{ type: 'message', role: 'user', content: [] }],
  tools: [{ type: 'function', name: 'exec_command' }],
  outputSchema: undefined,
  threadId: 't1',
  reasoning: { effort: undefined, summary: undefined },
};

function body(changes: Partial<RequestContent> = {}): unknown {
  return JSON.parse(requestBody({ ...content, ...changes }));
}

describe('requestBody', () => {
  it('sends everything each time and keeps nothing on the server', () => {
    expect(body()).toEqual({
      model: 'gpt-5',
      instructions: 'Be brief.',
      input: [{ type: 'message', role: 'user', content: [] }],
      tools: [{ type: 'function', name: 'exec_command' }],
      tool_choice: 'auto',
      parallel_tool_calls: true,
      reasoning: { summary: 'auto' },
      store: false,
      stream: true,
      include: ['reasoning.encrypted_content'],
      prompt_cache_key: 't1',
    });
  });

  const reasoning: readonly { says: string; changes: Partial<RequestContent>; want: unknown }[] = [
    { says: 'asks an unknown model for a summary', changes: { model: 'qwen' }, want: { summary: 'auto' } },
    { says: 'asks a model that does not reason for nothing', changes: { model: 'gpt-4.1' }, want: undefined },
    {
      says: 'passes on what was configured',
      changes: { reasoning: { effort: 'high', summary: 'detailed' } },
      want: { effort: 'high', summary: 'detailed' },
    },
    {
      says: 'can leave the summary out',
      changes: { reasoning: { effort: 'low', summary: 'none' } },
      want: { effort: 'low' },
    },
    {
      says: 'can be switched off',
      changes: { reasoning: { effort: undefined, summary: 'none' } },
      want: undefined,
    },
    {
      says: 'says "ultra" in the strongest word a family has',
      changes: { model: 'gpt-5.5', reasoning: { effort: 'ultra', summary: 'none' } },
      want: { effort: 'xhigh' },
    },
    {
      says: 'says "ultra" as "high" to a family without a stronger one',
      changes: { model: 'gpt-5', reasoning: { effort: 'ultra', summary: 'none' } },
      want: { effort: 'high' },
    },
    {
      says: 'says "persistent" as servers know it',
      changes: { reasoning: { effort: 'persistent', summary: 'none' } },
      want: { effort: 'disabled' },
    },
    ...['none', 'minimal', 'low', 'medium', 'xhigh', 'max', 'a word of its own'].map((effort) => ({
      says: `passes on ${JSON.stringify(effort)} as it is`,
      changes: { reasoning: { effort, summary: 'none' } },
      want: { effort },
    })),
    {
      says: 'believes the configuration about a model',
      changes: { model: 'gpt-4.1', reasoning: { effort: 'low', summary: undefined } },
      want: { effort: 'low', summary: 'auto' },
    },
  ];
  for (const { says, changes, want } of reasoning)
    it(says, () => expect((body(changes) as { reasoning?: unknown }).reasoning).toEqual(want));

  const items: readonly { says: string; item: Record<string, unknown>; want: unknown }[] = [
    {
      says: 'leaves the id of a message behind',
      item: { type: 'message', id: 'm', role: 'assistant', content: [] },
      want: { type: 'message', role: 'assistant', content: [] },
    },
    {
      says: 'keeps what only the server can read',
      item: { type: 'reasoning', id: 'r', summary: [], encrypted_content: 'x' },
      want: { type: 'reasoning', summary: [], encrypted_content: 'x' },
    },
    {
      says: 'resends an unknown item as it came',
      item: { type: 'from_the_future', id: 'f', x: { y: [1] } },
      want: { type: 'from_the_future', id: 'f', x: { y: [1] } },
    },
    {
      says: 'turns arguments that came as an object into text',
      item: { type: 'function_call', id: 'c', call_id: '1', name: 'x', arguments: { a: 1 } },
      want: { type: 'function_call', call_id: '1', name: 'x', arguments: '{"a":1}' },
    },
    {
      says: 'turns arguments that came as nothing into nothing',
      item: { type: 'function_call', call_id: '1', name: 'x' },
      want: { type: 'function_call', call_id: '1', name: 'x', arguments: '' },
    },
  ];
  for (const { says, item, want } of items)
    it(says, () => expect((body({ history: [item] }) as { input: unknown }).input).toEqual([want]));
});
