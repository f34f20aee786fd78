// A server that has Chat Completions and nothing else, and a repository that has something to say to agents.
import { describe, expect, it } from 'vitest';
import { createBench, type ModelStep, say } from './support/mock-model-server.ts';

const chat = ['-c', 'model_providers.mock.wire_api="chat"', '-s', 'danger-full-access'];

function chunks(...deltas: readonly object[]): ModelStep {
  const lines = deltas.map((delta, index) => {
    const isLast = index === deltas.length - 1;
    return { id: 'chat', choices: [{ index: 0, delta, finish_reason: isLast ? 'stop' : null }] };
  });
  const usage = { id: 'chat', choices: [], usage: { prompt_tokens: 10, completion_tokens: 3 } };
  const raw = [...lines, usage].map((line) => `data: ${JSON.stringify(line)}\n\n`).join('');
  return { raw: `${raw}data: [DONE]\n\n` };
}

const toolCall = (text: string): object => ({
  tool_calls: [{ index: 0, id: 'call_1', function: { name: 'exec_command', arguments: text } }],
});

describe.concurrent('a server with Chat Completions', () => {
  it('is asked there, its calls run, and its answers come back as messages', async () => {
    await using bench = await createBench([
      chunks({ role: 'assistant', content: 'I look.' }, toolCall('{"cmd":"echo hi"}'), {}),
      chunks({ content: 'It says ' }, { content: 'hi.' }, {}),
    ]);
    const run = await bench.run({ args: chat });
    expect([run.status, run.stderr]).toEqual([0, '']);
    expect(run.events().at(-2)).toMatchObject({ item: { type: 'agent_message', text: 'It says hi.' } });
    expect(run.events().at(-1)).toMatchObject({ usage: { input_tokens: 20, output_tokens: 6 } });
    expect(bench.server.requests.map(({ path }) => path)).toEqual([
      '/v1/chat/completions',
      '/v1/chat/completions',
    ]);
    const body = bench.server.requests[1]?.body as unknown as { messages: Record<string, unknown>[] };
    expect(body.messages.slice(-2)).toEqual([
      {
        role: 'assistant',
        content: 'I look.',
        tool_calls: [
          {
            id: 'call_1',
            type: 'function',
            function: { name: 'exec_command', arguments: '{"cmd":"echo hi"}' },
          },
        ],
      },
      { role: 'tool', tool_call_id: 'call_1', content: expect.stringContaining('Output:\nhi\n') },
    ]);
  });

  it('that cuts a call off runs nothing of it, and is asked again', async () => {
    const half = { raw: `data: ${JSON.stringify({ choices: [{ delta: toolCall('{"cmd":"echo') }] })}\n\n` };
    await using bench = await createBench([half, chunks({ content: 'done' }, {})]);
    const run = await bench.run({ args: chat });
    expect([run.status, run.commands(), bench.server.requests.length]).toEqual([0, [], 2]);
    expect(run.stderr).toContain('the stream ended before a finish_reason');
  });
});

describe('AGENTS.md', () => {
  it('of the repository and of the user is told at the start of a thread, and once', async () => {
    await using bench = await createBench([{ items: [say('one')] }, { items: [say('two')] }], {
      'workspace/AGENTS.md': 'Use tabs.',
      'home/AGENTS.md': 'Be kind.',
    });
    await bench.run();
    await bench.run({ args: ['resume', '--last'], prompt: 'again' });
    const [first, second] = bench.server.requests.map(({ body }) => JSON.stringify(body.input));
    expect(first).toContain(
      '<INSTRUCTIONS>\\nBe kind.\\n\\n--- project-doc ---\\n\\nUse tabs.\\n</INSTRUCTIONS>',
    );
    expect(second?.split('Use tabs.').length).toBe(2);
  });
});
