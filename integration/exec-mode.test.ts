// `cordon exec` over the built package, against a scripted model: what runs, what is refused, who is told.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ThreadEvent } from '../src/exec/index.ts';
import { call, createBench, localShell, say, think } from './support/mock-model-server.ts';

/** Weaker hosts run these tests too; what they enforce is measured by the sandbox's own tests. */
const bestEffort = ['-c', 'sandbox_require=best-effort'];
const usage = {
  input_tokens: 0,
  cached_input_tokens: 0,
  cache_write_input_tokens: 0,
  output_tokens: 0,
  reasoning_output_tokens: 0,
};

/** Events with what differs from run to run replaced by its kind. */
function steady(events: readonly ThreadEvent[]): unknown[] {
  return JSON.parse(
    JSON.stringify(events, (key, value: unknown) => {
      if (key === 'thread_id' && typeof value === 'string' && /^[0-9a-f-]{36}$/.test(value)) return 'THREAD';
      if (key === 'duration_ms' && typeof value === 'number') return 'MS';
      if (key === 'sandbox' && typeof value === 'object' && value !== null && 'kind' in value)
        return value.kind;
      return value;
    }),
  ) as unknown[];
}

const running = {
  type: 'command_execution',
  aggregated_output: '',
  exit_code: null,
  status: 'in_progress',
  duration_ms: null,
  timed_out: false,
  signal: null,
  sandbox: null,
  denied: null,
};

describe.concurrent('a headless turn', () => {
  it('prints exactly the events of what happened, and tells the model', async () => {
    await using bench = await createBench(
      [
        { items: [think('I look first.'), call('c1', 'exec_command', { cmd: 'cat note.txt; exit 3' })] },
        {
          items: [say('It says hello.')],
          usage: { input_tokens: 20, output_tokens: 5, input_tokens_details: { cached_tokens: 7 } },
        },
      ],
      { 'workspace/note.txt': 'hello\n' },
    );
    const run = await bench.run({ args: bestEffort });
    const item = {
      ...running,
      id: 'item_1',
      command: "bash -c 'cat note.txt; exit 3'",
      call_id: 'c1',
      cwd: bench.lab.workspace,
    };
    expect({ status: run.status, stderr: run.stderr, events: steady(run.events()) }).toEqual({
      status: 0,
      stderr: '',
      events: [
        { type: 'thread.started', thread_id: 'THREAD' },
        { type: 'turn.started' },
        { type: 'item.completed', item: { id: 'item_0', type: 'reasoning', text: 'I look first.' } },
        { type: 'item.started', item },
        {
          type: 'item.completed',
          item: {
            ...item,
            aggregated_output: 'hello\n',
            exit_code: 3,
            status: 'failed',
            duration_ms: 'MS',
            sandbox: 'landlock',
          },
        },
        { type: 'item.completed', item: { id: 'item_2', type: 'agent_message', text: 'It says hello.' } },
        {
          type: 'turn.completed',
          usage: {
            ...usage,
            input_tokens: 20,
            cached_input_tokens: 7,
            cache_write_input_tokens: 0,
            output_tokens: 5,
          },
        },
      ],
    });
    expect(bench.server.outputs()['c1']).toMatch(
      /^Chunk ID: [0-9a-f]{6}\nWall time: \d+\.\d{4} seconds\nProcess exited with code 3\nOriginal token count: 2\nOutput:\nhello\n$/,
    );
  });

  it('resends the whole history, thoughts and unknown items included', async () => {
    const future = { type: 'from_the_future', id: 'f1', payload: { deep: [1, null] } };
    await using bench = await createBench([
      { items: [think('hm'), future, call('c1', 'shell', { command: ['true'] })] },
      { items: [say('done')] },
    ]);
    const run = await bench.run({ args: [...bestEffort, '-m', 'some-model'], prompt: 'do it' });
    expect(run.status).toBe(0);
    const [first, second] = bench.server.requests;
    expect(Object.keys(first?.body ?? {})).toEqual([
      'model',
      'instructions',
      'input',
      'tools',
      'tool_choice',
      'parallel_tool_calls',
      'reasoning',
      'store',
      'stream',
      'include',
      'prompt_cache_key',
    ]);
    expect([first?.method, first?.path, first?.headers['accept'], first?.headers['originator']]).toEqual([
      'POST',
      '/v1/responses',
      'text/event-stream',
      'cordon_exec',
    ]);
    expect(first?.body).toMatchObject({ model: 'some-model', store: false, stream: true });
    expect(first?.body.tools.map(({ name }) => name)).toEqual(['exec_command', 'write_stdin', 'view_image']);
    expect(first?.body.input[0]?.content?.[0]?.text).toContain(`<cwd>${bench.lab.workspace}</cwd>`);
    expect(first?.body.input[1]).toEqual({
      type: 'message',
      role: 'user',
      content: [{ type: 'input_text', text: 'do it' }],
    });
    expect(second?.body.input.slice(2)).toEqual([
      { type: 'reasoning', summary: [{ type: 'summary_text', text: 'hm' }], encrypted_content: 'opaque' },
      future,
      { type: 'function_call', call_id: 'c1', name: 'shell', arguments: '{"command":["true"]}' },
      {
        type: 'function_call_output',
        call_id: 'c1',
        output: expect.stringMatching(
          /^\{"output":"","metadata":\{"exit_code":0,"duration_seconds":\d+\.\d\}\}$/,
        ),
      },
    ]);
  });

  it('answers every tool in its own format, in the order of the calls', async () => {
    await using bench = await createBench([
      {
        items: [
          call('c1', 'shell', { command: ['sh', '-c', 'echo one; exit 2'] }),
          call('c2', 'shell_command', { command: 'echo two >&2' }),
          localShell('c3', { command: ['echo', 'three'], env: {}, timeout_ms: 5000 }),
          call('c4', 'shell', { command: ['sleep', '60'], timeout_ms: 300 }),
          call('c5', 'shell', { command: ['no-such-program-here'] }),
          call('c6', 'shell_command', { command: 'seq 40000', workdir: '/' }),
          call('c7', 'write_stdin', { session_id: 999_999, chars: '' }),
          call('c8', 'made_up', {}),
          call('c9', 'shell', { command: [] }),
          {
            type: 'function_call',
            call_id: 'c10',
            name: 'shell',
            arguments: { command: ['echo', 'object'] },
          },
          { type: 'custom_tool_call', call_id: 'c11', name: 'apply_patch', input: '*** Begin Patch' },
          call('c12', 'shell', {
            command: ['true'],
            with_escalated_permissions: true,
            justification: 'please',
          }),
          call('c13', 'shell', { command: ['pwd'], workdir: 'no/such/place' }),
        ],
      },
      { items: [say('done')] },
    ]);
    const run = await bench.run({ args: bestEffort });
    expect([run.status, run.stderr]).toEqual([0, '']);
    expect(
      run
        .commands()
        .toSorted((one, other) => Number(one.call_id.slice(1)) - Number(other.call_id.slice(1)))
        .map(({ call_id, status, exit_code, denied }) => [call_id, status, exit_code, denied?.by]),
    ).toEqual([
      ['c1', 'failed', 2, undefined],
      ['c2', 'completed', 0, undefined],
      ['c3', 'completed', 0, undefined],
      ['c4', 'failed', 124, undefined],
      ['c5', 'failed', 127, undefined],
      ['c6', 'completed', 0, undefined],
      ['c7', 'declined', null, 'request'],
      ['c8', 'declined', null, 'request'],
      ['c9', 'declined', null, 'request'],
      ['c10', 'declined', null, 'request'],
      ['c12', 'declined', null, 'approval'],
      expect.arrayContaining(['c13']),
    ]);
    const outputs = bench.server.outputs();
    expect(outputs).toEqual({
      c1: expect.stringMatching(
        /^\{"output":"one\\n","metadata":\{"exit_code":2,"duration_seconds":\d+\.\d\}\}$/,
      ),
      c2: expect.stringMatching(/^Exit code: 0\nWall time: [\d.]+ seconds\nOutput:\ntwo\n$/),
      c3: expect.stringMatching(/^\{"output":"three\\n","metadata":\{"exit_code":0,/),
      c4: expect.stringMatching(
        /^\{"output":"command timed out after \d+ milliseconds\\n","metadata":\{"exit_code":124,/,
      ),
      c5: expect.stringMatching(/^\{"output":".*no-such-program-here.*","metadata":\{"exit_code":127,/),
      c6: expect.stringMatching(
        /^Exit code: 0\nWall time: [\d.]+ seconds\nTotal output lines: 40000\nOutput:\n1\n2\n[^]*…\d+ tokens truncated…[^]*\n39999\n40000\n$/,
      ),
      c7: 'write_stdin failed: Unknown process id 999999',
      c8: 'unsupported call: made_up',
      c9: 'command args are empty',
      c10: 'failed to parse function arguments: expected JSON text',
      c11: "apply_patch verification failed: the last line must be '*** End Patch'",
      c12: expect.any(String),
      c13: expect.any(String),
    });
    expect(
      bench.server.requests[1]?.body.input
        .filter(({ type }) => type.endsWith('_output'))
        .map(({ call_id }) => call_id),
    ).toEqual(Array.from({ length: 13 }, (_, index) => `c${index + 1}`));
  });
});

describe.concurrent('a refusal', () => {
  const rules = {
    'home/rules/house.rules':
      '# house\nprefix_rule(pattern=["echo"], decision="forbidden", justification="Silence, please.")\n',
  };

  it('by a forbidden rule holds with approvals off and full access, runs nothing, and names the rule', async () => {
    await using bench = await createBench(
      [
        { items: [call('c1', 'shell', { command: ['echo', 'blocked'] })] },
        { items: [say('It was refused.')] },
      ],
      rules,
    );
    const run = await bench.run({ args: ['--dangerously-bypass-approvals-and-sandbox'] });
    const rule = join(bench.lab.home, 'rules/house.rules:2');
    const reason = `\`echo blocked\` is forbidden by the rule for \`echo\` at ${rule} (Silence, please.)`;
    const told = `Not run: ${reason}; do something else, or ask the user to change the rule`;
    const item = {
      ...running,
      id: 'item_0',
      command: 'echo blocked',
      call_id: 'c1',
      cwd: bench.lab.workspace,
    };
    expect([run.status, steady(run.events())]).toEqual([
      0,
      [
        { type: 'thread.started', thread_id: 'THREAD' },
        { type: 'turn.started' },
        { type: 'item.started', item },
        {
          type: 'item.completed',
          item: {
            ...item,
            aggregated_output: told,
            status: 'declined',
            denied: { by: 'policy', rule, path: null, reason },
          },
        },
        { type: 'item.completed', item: { id: 'item_1', type: 'agent_message', text: 'It was refused.' } },
        { type: 'turn.completed', usage },
      ],
    ]);
    expect(bench.server.outputs()).toEqual({ c1: told });
  });

  it('reaches every spelling that is read, and the command beside it does not run either', async () => {
    const spellings = [
      'echo x',
      '\\echo x',
      '"echo" x',
      'true && echo x',
      'touch ran; echo x',
      'if true; then echo x; fi',
      'command echo x',
    ];
    await using bench = await createBench(
      [
        { items: spellings.map((cmd, index) => call(`c${index}`, 'exec_command', { cmd })) },
        { items: [say('done')] },
      ],
      rules,
    );
    const run = await bench.run({ args: ['-s', 'danger-full-access'] });
    expect(run.commands().map(({ status, denied }) => [status, denied?.by])).toEqual(
      spellings.map(() => ['declined', 'policy']),
    );
    expect(existsSync(join(bench.lab.workspace, 'ran'))).toBe(false);
  });

  it('of what would need asking says so, since nobody can be asked', async () => {
    await using bench = await createBench(
      [{ items: [call('c1', 'shell', { command: ['git', 'push'] })] }, { items: [say('ok')] }],
      { 'home/rules/ask.rules': 'prefix_rule(pattern=["git", "push"], decision="prompt")\n' },
    );
    const run = await bench.run({ args: ['-s', 'danger-full-access'] });
    expect(run.commands()).toMatchObject([
      {
        status: 'declined',
        exit_code: null,
        denied: { by: 'approval', rule: join(bench.lab.home, 'rules/ask.rules:1') },
      },
    ]);
  });
});

describe.concurrent('the sandbox', () => {
  it('is the kernel: a write outside fails in the program itself, and inside it succeeds', async () => {
    await using bench = await createBench([
      {
        items: [
          call('c1', 'exec_command', { cmd: 'echo stolen > ../outside/file' }),
          call('c2', 'exec_command', { cmd: 'echo kept > inside && cat inside' }),
        ],
      },
      { items: [say('ok')] },
    ]);
    const run = await bench.run({ args: [...bestEffort, '-s', 'workspace-write'] });
    expect(run.commands()).toMatchObject([
      {
        status: 'failed',
        exit_code: 1,
        sandbox: { kind: 'landlock' },
        denied: { by: 'sandbox', rule: null },
      },
      {
        status: 'completed',
        exit_code: 0,
        aggregated_output: 'kept\n',
        sandbox: { kind: 'landlock' },
        denied: null,
      },
    ]);
    expect(bench.server.outputs()['c1']).toMatch(/Permission denied|Read-only file system/);
    expect([
      existsSync(join(bench.lab.outside, 'file')),
      readFileSync(join(bench.lab.workspace, 'inside'), 'utf8'),
    ]).toEqual([false, 'kept\n']);
  });

  it('is read-only when nothing else is asked for', async () => {
    await using bench = await createBench([
      { items: [call('c1', 'exec_command', { cmd: 'echo x > inside' })] },
      { items: [say('ok')] },
    ]);
    const run = await bench.run({ args: bestEffort });
    expect(run.commands()).toMatchObject([{ status: 'failed', exit_code: 1 }]);
    expect(existsSync(join(bench.lab.workspace, 'inside'))).toBe(false);
  });

  it('opens the directories of --add-dir and no others', async () => {
    await using bench = await createBench([
      { items: [call('c1', 'exec_command', { cmd: 'echo x > ../outside/file; echo x > ../beside' })] },
      { items: [say('ok')] },
    ]);
    const run = await bench.run({
      args: [...bestEffort, '-s', 'workspace-write', '--add-dir', '../outside'],
    });
    expect(run.commands()).toMatchObject([{ status: 'failed', exit_code: 1 }]);
    expect([existsSync(join(bench.lab.outside, 'file')), existsSync(join(bench.lab.root, 'beside'))]).toEqual(
      [true, false],
    );
  });

  it('is not left by planting a link where cordon itself will write', async () => {
    await using bench = await createBench(
      [
        { items: [call('c1', 'exec_command', { cmd: 'ln -s ../outside/victim last.txt' })] },
        { items: [say('echo owned')] },
      ],
      { 'outside/victim': 'mine' },
    );
    const run = await bench.run({ args: [...bestEffort, '-s', 'workspace-write', '-o', 'last.txt'] });
    expect([run.status, run.stderr, readFileSync(join(bench.lab.outside, 'victim'), 'utf8')]).toEqual([
      1,
      `cordon exec: Cannot write the last message to ${bench.lab.workspace}/last.txt: it is a symbolic link\n`,
      'mine',
    ]);
  });

  it('that is not wanted is reported as none', async () => {
    await using bench = await createBench([
      { items: [call('c1', 'shell', { command: ['true'] })] },
      { items: [say('ok')] },
    ]);
    const run = await bench.run({ args: ['-s', 'danger-full-access'] });
    expect(run.commands()).toMatchObject([
      { status: 'completed', sandbox: { kind: 'none', level: 'none', missing: [] } },
    ]);
  });
});

describe('a picture', () => {
  const png = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.from([0, 255, 10, 128])]);
  const view = (id: string, path: string): ReturnType<typeof call> => call(id, 'view_image', { path });

  it('is shown to the model when its commands could read it, and to nobody else', async () => {
    await using bench = await createBench(
      [
        { items: [view('c1', 'a.png'), view('c2', 'hidden/b.png'), view('c3', '/dev/zero')] },
        { items: [say('red')] },
      ],
      { 'workspace/a.png': png, 'workspace/hidden/b.png': png },
    );
    const hidden = join(bench.lab.workspace, 'hidden');
    const run = await bench.run({
      args: [...bestEffort, '--include-deltas', '-c', `deny_read=${JSON.stringify([hidden])}`],
    });
    const input = bench.server.requests[1]?.body['input'] as readonly { readonly output?: unknown }[];
    const url = `data:image/png;base64,${png.toString('base64')}`;
    expect([run.status, ...input.slice(-3).map(({ output }) => output)]).toEqual([
      0,
      [{ type: 'input_image', image_url: url }],
      expect.stringMatching(/^unable to locate image at `.*hidden\/b\.png`: /),
      expect.stringMatching(/^unable to process image: it is larger than/),
    ]);
    expect(run.commands()).toMatchObject([
      { command: 'view_image a.png', aggregated_output: 'image/png, 12 bytes', status: 'completed' },
      { status: 'failed' },
      { status: 'failed' },
    ]);
    expect(run.stdout.length).toBeLessThan(20_000);
  });
});

describe('secrets', () => {
  it('of the provider reach the provider and nobody else', async () => {
    await using bench = await createBench([
      (request) => {
        const seen = request.headers.authorization === 'Bearer very-secret-value' ? 'seen' : 'missing';
        return { items: [say(`the key was ${seen}`), call('c1', 'shell', { command: ['env'] })] };
      },
      { status: 401, body: { error: { message: 'Incorrect key very-secret-value given' } } },
    ]);
    const run = await bench.run({
      args: [
        ...bestEffort,
        '-c',
        'model_providers.mock.env_key=MODEL_PASS',
        '-c',
        'shell_environment_policy.ignore_default_excludes=true',
      ],
      env: { MODEL_PASS: 'very-secret-value', OPENAI_API_KEY: 'other-secret' },
    });
    expect([run.status, run.events().at(-1)]).toEqual([
      1,
      {
        type: 'turn.failed',
        error: {
          kind: 'model',
          message: 'the server answered 401 (check the API key): Incorrect key [secret] given',
        },
      },
    ]);
    expect(run.stdout).toContain('the key was seen');
    expect(`${run.stdout}${run.stderr}`).not.toMatch(/very-secret-value|other-secret/);
    expect(JSON.stringify(bench.server.requests[1]?.body)).not.toMatch(/very-secret-value|other-secret/);
  });
});
