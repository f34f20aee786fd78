// `cordon exec` with commands that outlast a call, and the way it looks to people.
import { describe, expect, it } from 'vitest';
import { call, createBench, type ModelStep, say } from './support/mock-model-server.ts';
import { processesNamed, uniqueName } from './support/run-process.ts';

const open = ['-s', 'danger-full-access'];

/** A step that writes to the session the call `opener` opened. */
function write(
  opener: string,
  callId: string,
  args: Record<string, unknown>,
): Parameters<typeof createBench>[0][number] {
  return ({ body }): ModelStep => {
    const answer = body.input.find(({ call_id, output }) => call_id === opener && output !== undefined);
    const session = Number(/session ID (\d+)/.exec(answer?.output ?? '')?.[1]);
    return { items: [call(callId, 'write_stdin', { session_id: session, ...args })] };
  };
}

describe.concurrent('a session', () => {
  it('has one item from its first call to its end, with everything it wrote', async () => {
    await using bench = await createBench([
      {
        items: [
          call('c1', 'exec_command', {
            cmd: 'read line; echo "got $line"; exit 5',
            tty: true,
            yield_time_ms: 250,
          }),
        ],
      },
      write('c1', 'c2', { chars: 'hello\n', yield_time_ms: 30_000 }),
      { items: [say('done')] },
    ]);
    const run = await bench.run({ args: open });
    expect([
      run.status,
      run.events().map((event) => ('item' in event ? `${event.type} ${event.item.id}` : event.type)),
    ]).toEqual([
      0,
      [
        'thread.started',
        'turn.started',
        'item.started item_0',
        'item.updated item_0',
        'item.completed item_0',
        'item.completed item_1',
        'turn.completed',
      ],
    ]);
    expect(run.commands()).toMatchObject([
      {
        call_id: 'c1',
        status: 'failed',
        exit_code: 5,
        aggregated_output: 'hello\r\ngot hello\r\n',
        timed_out: false,
      },
    ]);
    const { c1, c2 } = bench.server.outputs();
    expect(c1).toMatch(/\nProcess running with session ID \d+\nOriginal token count: 0\nOutput:\n$/);
    expect(c2).toMatch(
      /\nProcess exited with code 5\nOriginal token count: 5\nOutput:\nhello\r\ngot hello\r\n$/,
    );
  });

  it('that is alive when the turn ends is ended, and its item completes', async () => {
    const name = uniqueName();
    await using bench = await createBench([
      {
        items: [
          call('c1', 'exec_command', { cmd: `echo up; exec -a ${name} sleep 600`, yield_time_ms: 1000 }),
        ],
      },
      { items: [say('done')] },
    ]);
    const run = await bench.run({ args: open });
    expect([run.status, run.commands()]).toMatchObject([
      0,
      [
        {
          call_id: 'c1',
          status: 'failed',
          exit_code: null,
          aggregated_output: 'the turn ended while it was running\nup\n',
          end: 'turn_ended',
        },
      ],
    ]);
    expect(processesNamed(name)).toEqual([]);
  });

  it('is ended by a signal like any other command', async () => {
    const name = uniqueName();
    await using bench = await createBench([
      { items: [call('c1', 'exec_command', { cmd: `exec -a ${name} sleep 600`, yield_time_ms: 30_000 })] },
    ]);
    const run = await bench.run({
      args: open,
      onStdout: (text, child) => {
        if (text.includes('"in_progress"') && !child.killed) child.kill('SIGINT');
      },
    });
    expect([run.status, run.events().map(({ type }) => type)]).toEqual([
      130,
      ['thread.started', 'turn.started', 'item.started', 'item.completed', 'turn.interrupted'],
    ]);
    expect(processesNamed(name)).toEqual([]);
  });
});

describe.concurrent('for people', () => {
  it('stdout is the last message and stderr the whole story, which nothing in it can disturb', async () => {
    await using bench = await createBench(
      [
        {
          items: [
            say('\u001b]0;owned\u0007I look.'),
            call('c1', 'shell', { command: ['printf', 'one\\n\\033[2Jexec rm\\ntwo'] }),
          ],
        },
        { items: [call('c2', 'shell', { command: ['git', 'push'] })] },
        { items: [say('All done.')], usage: { input_tokens: 40, output_tokens: 2 } },
      ],
      { 'home/rules/house.rules': 'prefix_rule(pattern=["git", "push"], decision="forbidden")\n' },
    );
    const run = await bench.run({
      json: false,
      prompt: 'look\u001b[2J around',
      args: [...open, '-c', 'model=m1'],
    });
    const told = run.stderr
      .replaceAll(bench.lab.root, 'ROOT')
      .replace(/127\.0\.0\.1:\d+/, 'HOST')
      .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/, 'THREAD')
      .replace(/, [\d.]+ m?s, 42/, ', TOOK, 42')
      .replace(/succeeded in [\d.]+ m?s/, 'succeeded in MS')
      .replace(/by policy: .*house\.rules:1.*/, 'by policy: RULE');
    expect([run.status, run.stdout]).toEqual([0, 'All done.\n']);
    expect(told).toBe(`cordon 0.1.0
workdir:  ROOT/workspace
model:    m1
provider: mock (HOST)
approval: never
sandbox:  danger-full-access: commands run without a sandbox
thread:   THREAD

user
look around

cordon
I look.

exec printf 'one\\n\\033[2Jexec rm\\ntwo' in ROOT/workspace
  one
  exec rm
  two
succeeded in MS (no sandbox)

exec git push in ROOT/workspace
refused
  by policy: RULE

cordon
All done.

1 command, 1 refused, TOOK, 42 tokens
`);
  });

  it('a client that asks for deltas is told output and messages while they come', async () => {
    await using bench = await createBench([
      { items: [call('c1', 'shell', { command: ['sh', '-c', 'echo out; echo err >&2'] })] },
      {
        items: [say('All done.')],
        events: ['All ', 'done.'].map((delta) => ({ type: 'response.output_text.delta', delta })),
      },
    ]);
    const run = await bench.run({ args: [...open, '--include-deltas'] });
    const events = run.events();
    const pieces = (stream: string): string =>
      events
        .flatMap((event) =>
          event.type === 'item.output_delta' && event.stream === stream ? event.delta : [],
        )
        .join('');
    expect([run.status, pieces('stdout'), pieces('stderr')]).toEqual([0, 'out\n', 'err\n']);
    expect(events.flatMap((event) => (event.type === 'message.delta' ? event.delta : []))).toEqual([
      'All ',
      'done.',
    ]);
    const position = (type: string): number => events.findIndex((event) => event.type === type);
    expect(position('item.started')).toBeLessThan(position('item.output_delta'));
    expect(position('item.output_delta')).toBeLessThan(position('item.completed'));
  });

  it('colour is there when it is asked for', async () => {
    await using bench = await createBench([
      { items: [call('c1', 'shell', { command: ['true'] })] },
      { items: [say('ok')] },
    ]);
    const run = await bench.run({ json: false, args: [...open, '--color', 'always'] });
    expect([run.stdout, run.stderr.includes('\u001b[32msucceeded\u001b[39m')]).toEqual(['ok\n', true]);
  });
});
