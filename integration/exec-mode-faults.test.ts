// `cordon exec` when the model server misbehaves, when time is up, and when somebody presses Ctrl-C.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { call, createBench, type ModelServer, type ModelStep, say } from './support/mock-model-server.ts';
import { processesNamed, uniqueName } from './support/run-process.ts';

const open = ['-s', 'danger-full-access'];
const append = (id: string): ReturnType<typeof call> =>
  call(id, 'exec_command', { cmd: 'echo x >> count; wc -l < count' });
const done: ModelStep = { items: [say('done')] };

interface Row {
  readonly says: string;
  readonly steps: readonly ModelStep[];
  readonly requests: number;
  /** Undefined: the turn completes. */
  readonly failure?: string | RegExp;
  readonly args?: readonly string[];
}

const cut = { items: [say('half')], cutAfterBytes: 150 };
const idle = { items: [say('half')], completed: false, idle: true };
const impatient = ['-c', 'model_providers.mock.stream_idle_timeout_ms=1500'];
/** For rows whose next answer must be heard: a busy machine may take its time to hand it on. */
const lessImpatient = ['-c', 'model_providers.mock.stream_idle_timeout_ms=5000'];

const rows: readonly Row[] = [
  { says: '500 once', steps: [{ status: 500 }, done], requests: 2 },
  {
    says: '500 for ever',
    steps: [{ status: 500 }, { status: 500 }, { status: 500 }],
    requests: 3,
    failure: 'the server answered 500: no reason given (gave up after 3 attempts)',
  },
  {
    says: '400',
    steps: [{ status: 400, body: { error: { message: 'bad model' } } }],
    requests: 1,
    failure: 'the server answered 400: bad model',
  },
  {
    says: '401',
    steps: [{ status: 401 }],
    requests: 1,
    failure: 'the server answered 401 (check the API key): no reason given',
  },
  {
    says: '404 with a page',
    steps: [{ status: 404, body: '<html>\u001b[31mnot here' }],
    requests: 1,
    failure:
      'the server answered 404: <html> [31mnot here (a server without /responses may have Chat Completions: set wire_api = "chat" in [model_providers.mock])',
  },
  {
    says: 'a redirect',
    steps: [{ status: 307, headers: { location: 'http://127.0.0.1:1/' } }],
    requests: 1,
    failure: 'the server answered 307: redirects are not followed',
  },
  {
    says: '429 because the quota is gone',
    steps: [{ status: 429, body: { error: { code: 'insufficient_quota', message: 'no money' } } }],
    requests: 1,
    failure: 'the server answered 429: no money',
  },
  { says: 'a connection cut in the middle of an event, once', steps: [cut, done], requests: 2 },
  {
    says: 'a connection cut every time',
    steps: [cut, cut, cut],
    requests: 3,
    failure: /^the connection broke before response\.completed: .* \(gave up after 3 attempts\)$/,
  },
  {
    says: 'a stream that ends without response.completed',
    steps: [{ items: [say('half')], completed: false }, done],
    requests: 2,
  },
  {
    says: 'a stream that ends inside an event',
    steps: [{ items: [say('half')], endAfterBytes: 120 }, done],
    requests: 2,
  },
  {
    says: 'a silent stream',
    steps: [idle, idle, idle],
    args: impatient,
    requests: 3,
    failure: 'no event for 1.5 s (gave up after 3 attempts)',
  },
  {
    says: 'a server that never answers',
    steps: [{ ...done, delayMs: 60_000 }, done],
    args: lessImpatient,
    requests: 2,
  },
  {
    says: 'comments without an end',
    steps: [{ raw: ': hi\n\n', repeat: ': hi\n\n' }, done],
    args: lessImpatient,
    requests: 2,
  },
  {
    says: 'a line without an end',
    steps: [{ raw: 'data: ', repeat: 'x'.repeat(65_536) }, done],
    requests: 2,
  },
  {
    says: 'an event without an end',
    steps: [{ raw: '', repeat: `data: ${'x'.repeat(65_536)}\n` }, done],
    requests: 2,
  },
  {
    says: 'events without an end',
    steps: [{ raw: '', repeat: `data: {"type":"x","pad":"${'x'.repeat(65_536)}"}\n\n` }, done],
    requests: 2,
  },
  { says: 'garbage', steps: [{ raw: new Uint8Array([0, 255, 254, 13, 10, 128]) }, done], requests: 2 },
  { says: 'events that are not JSON', steps: [{ raw: 'data: {"type": \n\n' }, done], requests: 2 },
  {
    says: 'a web page',
    steps: [{ raw: '<html>', headers: { 'content-type': 'text/html' } }, done],
    requests: 2,
  },
  {
    says: 'a rate limit inside the stream',
    steps: [{ failed: { code: 'rate_limit_exceeded', message: 'try again in 0.01s' } }, done],
    requests: 2,
  },
  {
    says: 'a context that is too long',
    steps: [{ failed: { code: 'context_length_exceeded', message: 'too long' } }],
    requests: 1,
    failure: 'too long',
  },
  {
    says: 'an incomplete response',
    steps: [{ items: [append('c1')], incomplete: 'max_output_tokens' }],
    requests: 1,
    failure: 'the response is incomplete: max_output_tokens',
  },
];

describe('the model server answers with', () => {
  for (const { says, steps, requests, failure, args = [] } of rows)
    it.concurrent(
      `${says}: ${failure === undefined ? 'the turn goes on' : 'the turn fails with one sentence'}`,
      async () => {
        await using bench = await createBench(steps);
        const run = await bench.run({ args });
        const last = run.events().at(-1);
        expect(bench.server.requests.length).toBe(requests);
        if (failure === undefined) {
          expect([run.status, run.events().map(({ type }) => type)]).toEqual([
            0,
            ['thread.started', 'turn.started', 'model.retry', 'item.completed', 'turn.completed'],
          ]);
          expect(run.stderr).toMatch(/^cordon exec: .*; trying again in [\d.]+ s \(1 of 2\)\n$/);
        } else {
          expect(run.status).toBe(1);
          expect(last).toEqual({
            type: 'turn.failed',
            error: {
              kind: 'model',
              message: typeof failure === 'string' ? failure : expect.stringMatching(failure),
            },
          });
        }
        expect(existsSync(join(bench.lab.workspace, 'count'))).toBe(false);
      },
    );

  it('retry-after: it is left alone as long as it asks', async () => {
    await using bench = await createBench([
      { status: 429, headers: { 'retry-after': '1' } },
      { status: 503, headers: { 'retry-after-ms': '700' } },
      done,
    ]);
    const run = await bench.run();
    const [first, second, third] = bench.server.requests.map(({ at }) => at);
    expect([run.status, run.stderr]).toEqual([
      0,
      'cordon exec: the server answered 429: no reason given; trying again in 1 s (1 of 2)\n' +
        'cordon exec: the server answered 503: no reason given; trying again in 0.7 s (2 of 2)\n',
    ]);
    // Timers may fire a little early by the clock; never by a tenth of a second.
    expect((second ?? 0) - (first ?? 0)).toBeGreaterThan(900);
    expect((third ?? 0) - (second ?? 0)).toBeGreaterThan(600);
  });
});

describe.concurrent('a command', () => {
  /** The answers each request carried, in order. */
  const answers = (server: ModelServer): (string | undefined)[][] =>
    server.requests.map(({ body }) =>
      body.input.filter(({ type }) => type === 'function_call_output').map(({ output }) => output),
    );

  it('of a response that was cut has not run, and runs once when it comes again', async () => {
    const cutCall: ModelStep = { items: [append('c1')], completed: false };
    await using bench = await createBench([cutCall, { items: [append('c1')] }, done]);
    const run = await bench.run({ args: open });
    expect([
      run.status,
      readFileSync(join(bench.lab.workspace, 'count'), 'utf8'),
      run.commands().length,
    ]).toEqual([0, 'x\n', 1]);
  });

  it('that ran is not run again when a server repeats it after a reconnect, and is a new call in the response after that', async () => {
    await using bench = await createBench([
      { items: [append('c1')] },
      { items: [say('half')], cutAfterBytes: 100 },
      { items: [append('c1')] },
      { items: [append('c1'), append('c2')] },
      done,
    ]);
    const run = await bench.run({ args: open });
    expect([run.status, readFileSync(join(bench.lab.workspace, 'count'), 'utf8')]).toEqual([0, 'x\nx\nx\n']);
    expect(run.commands().map(({ call_id }) => call_id)).toEqual(['c1', 'c1', 'c2']);
    expect(run.stderr).toContain('call c1 came again: answered from the record, not run again\n');
    const told = answers(bench.server);
    expect(told.map(({ length }) => length)).toEqual([0, 1, 1, 2, 4]);
    expect(new Set(told[4]?.slice(0, 2)).size).toBe(1);
  });

  it('under an id that the response before used, too, is a new call', async () => {
    const numbered = (command: string): ModelStep => ({
      items: [call('call_0', 'exec_command', { cmd: command })],
    });
    await using bench = await createBench([
      numbered('cat count'),
      numbered('echo new > count'),
      numbered('cat count'),
      done,
    ]);
    writeFileSync(join(bench.lab.workspace, 'count'), 'old\n');
    const run = await bench.run({ args: open });
    expect([run.status, run.commands().map(({ aggregated_output }) => aggregated_output)]).toEqual([
      0,
      ['old\n', '', 'new\n'],
    ]);
  });
});

describe('a limit', () => {
  it('of turns stops a model that only repeats itself', async () => {
    await using bench = await createBench(
      Array.from({ length: 9 }, (_, index) => ({ items: [append(`c${index}`)] })),
    );
    const run = await bench.run({ args: [...open, '--max-turns', '3'] });
    expect([run.status, bench.server.requests.length, run.commands().length]).toEqual([1, 3, 3]);
    expect(run.events().at(-1)).toEqual({
      type: 'turn.failed',
      error: {
        kind: 'max_turns',
        message: 'the model still asks for commands after 3 responses (--max-turns)',
      },
    });
  });

  it('of time ends a run that waits for the model', async () => {
    await using bench = await createBench([{ ...done, delayMs: 60_000 }]);
    const run = await bench.run({ args: ['--timeout', '0.5'] });
    expect([run.status, run.events().map(({ type }) => type)]).toEqual([
      124,
      ['thread.started', 'turn.started', 'turn.failed'],
    ]);
    expect(run.events().at(-1)).toEqual({
      type: 'turn.failed',
      error: { kind: 'deadline', message: 'the run took longer than 0.5 s (--timeout)' },
    });
  });

  it('of time ends a run in the middle of a command, and the command with it', async () => {
    const name = uniqueName();
    await using bench = await createBench([
      {
        items: [
          call('c1', 'shell', { command: ['bash', '-c', `exec -a ${name} sleep 600`], timeout_ms: 600_000 }),
        ],
      },
    ]);
    const run = await bench.run({ args: [...open, '--timeout', '3'] });
    expect([run.status, run.commands()]).toMatchObject([124, [{ status: 'failed', exit_code: null }]]);
    expect(run.events().map(({ type }) => type)).toEqual([
      'thread.started',
      'turn.started',
      'item.started',
      'item.completed',
      'turn.failed',
    ]);
    expect(processesNamed(name)).toEqual([]);
  });
});

describe.concurrent('a signal', () => {
  for (const [signal, status] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
    ['SIGQUIT', 131],
  ] as const)
    it(`${signal} in the middle of a command ends it, completes its item, and exits ${status}`, async () => {
      const name = uniqueName();
      await using bench = await createBench([
        {
          items: [
            call('c1', 'shell', {
              command: ['bash', '-c', `exec -a ${name} sleep 600`],
              timeout_ms: 600_000,
            }),
          ],
        },
        { items: [append('c2')] },
      ]);
      let sent = false;
      const run = await bench.run({
        args: open,
        onStdout: (text, child) => {
          if (sent || !text.includes('"in_progress"')) return;
          sent = true;
          child.kill(signal);
        },
      });
      expect([run.status, run.signal]).toEqual([status, null]);
      expect(run.events().map(({ type }) => type)).toEqual([
        'thread.started',
        'turn.started',
        'item.started',
        'item.completed',
        'turn.interrupted',
      ]);
      expect(run.events().at(-1)).toEqual({
        type: 'turn.interrupted',
        error: { kind: 'interrupted', message: `the run was interrupted by ${signal}` },
      });
      expect([processesNamed(name), existsSync(join(bench.lab.workspace, 'count'))]).toEqual([[], false]);
    });
});

describe('a reader that has seen enough', () => {
  it('ends the run quietly at the next line, and whatever was started since', async () => {
    const name = uniqueName();
    await using bench = await createBench([
      {
        items: [
          call('c1', 'shell', { command: ['true'] }),
          call('c2', 'shell', { command: ['bash', '-c', `exec -a ${name} sleep 600`] }),
        ],
      },
    ]);
    const run = await bench.run({
      args: open,
      onStdout: (_text, child) => child.stdout?.destroy(),
    });
    expect([run.status, run.signal, run.stderr]).toEqual([141, null, '']);
    await expect.poll(() => processesNamed(name), { timeout: 20_000 }).toEqual([]);
  });

  it('ends it quietly when it is head, with a status that says the turn is not done', async () => {
    await using bench = await createBench([
      { items: Array.from({ length: 500 }, () => say('x'.repeat(1000))) },
    ]);
    const provider = `model_providers.mock={ base_url = "${bench.server.baseUrl}" }`;
    const program = new URL('../bin/cordon.js', import.meta.url).pathname;
    const shell = spawn(
      'bash',
      [
        '-c',
        '"$0" "$1" exec --json -c model_provider=mock -c "$2" go | head -1; exit ${PIPESTATUS[0]}',
        process.execPath,
        program,
        provider,
      ],
      {
        cwd: bench.lab.workspace,
        env: { PATH: process.env['PATH'] ?? '', HOME: bench.lab.home, CORDON_HOME: bench.lab.home },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    let told = '';
    shell.stderr.on('data', (chunk: Buffer) => (told += chunk.toString()));
    shell.stdout.resume();
    const [status] = await once(shell, 'close');
    expect([status, told]).toEqual([141, '']);
  });
});
