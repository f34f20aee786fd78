import { describe, expect, it } from 'vitest';
import type { RequestContent } from '../request-body.ts';
import { chatRequestBody } from './chat-request-body.ts';

const content: RequestContent = {
  model: 'qwen3',
  instructions: 'Be brief.',
  history: [],
  tools: [
    {
      type: 'function',
      name: 'exec_command',
      description: 'runs',
      strict: false,
      parameters: { type: 'object' },
    },
    { type: 'web_search' },
  ],
  outputSchema: undefined,
  threadId: 't1',
  reasoning: { effort: undefined, summary: 'auto' },
};

const body = (changes: Partial<RequestContent> = {}): Record<string, unknown> =>
  JSON.parse(chatRequestBody({ ...content, ...changes })) as Record<string, unknown>;

describe('a conversation as chat messages', () => {
  it('starts with the instructions and offers functions only', () => {
    expect(body()).toEqual({
      model: 'qwen3',
      messages: [{ role: 'system', content: 'Be brief.' }],
      tools: [
        {
          type: 'function',
          function: { name: 'exec_command', description: 'runs', parameters: { type: 'object' } },
        },
      ],
      tool_choice: 'auto',
      stream: true,
      stream_options: { include_usage: true },
    });
  });

  it('holds words and calls in one message, and each answer right after', () => {
    const history = [
      { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'go' }] },
      { type: 'reasoning', summary: [] },
      { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'I look.' }] },
      { type: 'function_call', call_id: 'a', name: 'exec_command', arguments: '{"cmd":"ls"}' },
      { type: 'custom_tool_call', call_id: 'b', name: 'apply_patch', input: 'P' },
      { type: 'function_call', call_id: 'c', name: 'x', arguments: 'no JSON' },
      { type: 'function_call_output', call_id: 'a', output: 'out a' },
      { type: 'custom_tool_call_output', call_id: 'b', output: 'out b' },
      { type: 'function_call_output', call_id: 'c', output: 'bad' },
      { type: 'message', role: 'assistant', content: 'Done.' },
    ];
    const call = (id: string, name: string, text: string): unknown => ({
      id,
      type: 'function',
      function: { name, arguments: text },
    });
    expect(body({ history })['messages']).toEqual([
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'go' },
      {
        role: 'assistant',
        content: 'I look.',
        tool_calls: [
          call('a', 'exec_command', '{"cmd":"ls"}'),
          call('b', 'apply_patch', '{"input":"P"}'),
          call('c', 'x', '{}'),
        ],
      },
      { role: 'tool', tool_call_id: 'a', content: 'out a' },
      { role: 'tool', tool_call_id: 'b', content: 'out b' },
      { role: 'tool', tool_call_id: 'c', content: 'bad' },
      { role: 'assistant', content: 'Done.' },
    ]);
  });

  it('shows the pictures of tools behind all answers, where that protocol can carry them', () => {
    const picture = (url: string): object => ({ output: [{ type: 'input_image', image_url: url }] });
    const history = [
      { type: 'function_call', call_id: 'a', name: 'view_image', arguments: '{"path":"a"}' },
      { type: 'function_call', call_id: 'b', name: 'x', arguments: '{}' },
      { type: 'function_call_output', call_id: 'a', ...picture('data:image/png;base64,x') },
      { type: 'function_call_output', call_id: 'b', output: 'out b' },
      { type: 'message', role: 'assistant', content: 'A cat.' },
    ];
    expect((body({ history })['messages'] as object[]).slice(2)).toEqual([
      { role: 'tool', tool_call_id: 'a', content: '[image/png]' },
      { role: 'tool', tool_call_id: 'b', content: 'out b' },
      {
        role: 'user',
        content: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,x' } }],
      },
      { role: 'assistant', content: 'A cat.' },
    ]);
  });

  it('carries pictures, a form for the answer, and how hard to think', () => {
    const history = [
      {
        type: 'message',
        role: 'user',
        content: [
          { type: 'input_text', text: 'what?' },
          { type: 'input_image', image_url: 'data:image/png;base64,x' },
        ],
      },
    ];
    const schema = { type: 'object' };
    expect(
      body({ history, outputSchema: schema, reasoning: { effort: 'low', summary: undefined } }),
    ).toMatchObject({
      messages: [
        {},
        {
          role: 'user',
          content: [
            { type: 'text', text: 'what?' },
            { type: 'image_url', image_url: { url: 'data:image/png;base64,x' } },
          ],
        },
      ],
      response_format: { type: 'json_schema', json_schema: { name: 'cordon_output', strict: true, schema } },
      reasoning_effort: 'low',
    });
  });
});
