// Threads of `cordon exec`: kept, resumed, forgotten, and whole after an end at any moment.
import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { call, createBench, type ExecBench, type ExecRun, say } from './support/mock-model-server.ts';

const open = ['-s', 'danger-full-access'];
const program = fileURLToPath(new URL('../bin/cordon.js', import.meta.url));

const threadOf = (run: ExecRun): string => {
  const [first] = run.events();
  return first?.type === 'thread.started' ? first.thread_id : 'none';
};
const textsOf = (bench: ExecBench, request: number): (string | undefined)[] =>
  (bench.server.requests[request]?.body.input ?? []).map(
    ({ type, content, output }) => content?.[0]?.text ?? output ?? type,
  );

function sessions(
  bench: ExecBench,
  ...args: string[]
): { status: number | null; stdout: string; stderr: string } {
  const env = { PATH: process.env['PATH'] ?? '', HOME: bench.lab.home, CORDON_HOME: bench.lab.home };
  return spawnSync(process.execPath, [program, 'sessions', ...args], { env, encoding: 'utf8' });
}

describe.concurrent('a thread', () => {
  it('goes on where it ended, by its id and as the last of its workspace', async () => {
    await using bench = await createBench([
      { items: [call('c1', 'exec_command', { cmd: 'echo one' })] },
      { items: [say('first')] },
      { items: [say('second')] },
      { items: [say('third')] },
    ]);
    const first = await bench.run({ args: open, prompt: 'remember this' });
    const id = threadOf(first);
    const second = await bench.run({ args: [...open, 'resume', id], prompt: 'and now' });
    const third = await bench.run({ args: [...open, 'resume', '--last'], prompt: 'once more' });
    expect([first, second, third].map((run) => [run.status, threadOf(run)])).toEqual([
      [0, id],
      [0, id],
      [0, id],
    ]);
    const said = textsOf(bench, 3).map((text) => (text ?? '').split('\n')[0]);
    expect(said.filter((text) => !(text ?? '').startsWith('<environment'))).toEqual([
      'remember this',
      'function_call',
      expect.stringMatching(/^Chunk ID/),
      'first',
      'and now',
      'second',
      'once more',
    ]);
  });

  it('that is not there is an error, and asks the model nothing', async () => {
    await using bench = await createBench([]);
    const run = await bench.run({ args: ['resume', 'no-such-thread'] });
    const last = await bench.run({ args: ['resume', '--last'] });
    const path = await bench.run({ args: ['resume', '../config'] });
    expect(
      [run, last, path].map(({ status, stdout, stderr }) => [status, stdout, stderr.split('\n')[0]]),
    ).toEqual([
      [1, '', 'cordon exec: There is no thread no-such-thread'],
      [1, '', `cordon exec: There is no thread of ${bench.lab.workspace} to resume`],
      [1, '', 'cordon exec: Cannot use "../config": it is no id of a thread'],
    ]);
    expect(bench.server.requests.length).toBe(0);
  });

  it('that lost its last line goes on without it, and says so', async () => {
    await using bench = await createBench([{ items: [say('first')] }, { items: [say('second')] }]);
    const id = threadOf(await bench.run());
    appendFileSync(join(bench.lab.home, 'sessions', `${id}.jsonl`), '{"kind":"respo');
    const run = await bench.run({ args: ['resume', id] });
    expect([run.status, run.stderr]).toEqual([
      0,
      `cordon exec: the last line of thread ${id} was never finished and is dropped (14 bytes)\n`,
    ]);
  });

  it('that was killed in the middle of a call runs nothing twice', async () => {
    await using bench = await createBench([
      { items: [call('c1', 'exec_command', { cmd: 'echo x >> count; sleep 600', yield_time_ms: 30_000 })] },
      { items: [say('second')] },
    ]);
    const count = join(bench.lab.workspace, 'count');
    const killed = await bench.run({
      args: open,
      onStart: (child) => {
        const timer = setInterval(() => {
          if (!existsSync(count)) return;
          clearInterval(timer);
          child.kill('SIGKILL');
        }, 20);
        child.once('exit', () => clearInterval(timer));
      },
    });
    const run = await bench.run({ args: [...open, 'resume', threadOf(killed)], prompt: 'go on' });
    expect([killed.signal, run.status, run.stderr, readFileSync(count, 'utf8')]).toEqual([
      'SIGKILL',
      0,
      'cordon exec: the thread ended in the middle of a call: not run again\n',
      'x\n',
    ]);
    expect(textsOf(bench, 1)).toContain(
      'The run ended before this call was answered. It may have run, in part or whole: look before you try again.',
    );
  });

  it('that is ephemeral leaves nothing behind', async () => {
    await using bench = await createBench([{ items: [say('ok')] }]);
    const run = await bench.run({ args: ['--ephemeral'] });
    expect([run.status, existsSync(join(bench.lab.home, 'sessions'))]).toEqual([0, false]);
  });

  it('that cannot be kept still runs, and says so', async () => {
    await using bench = await createBench([{ items: [say('ok')] }]);
    writeFileSync(join(bench.lab.home, 'sessions'), 'in the way');
    const run = await bench.run();
    expect([run.status, run.stderr]).toEqual([
      0,
      'cordon exec: this thread cannot be resumed later: it is not kept (EEXIST)\n',
    ]);
  });

  it('is listed, shown and removed', async () => {
    await using bench = await createBench([{ items: [say('hello \u001b[31mred')] }]);
    const id = threadOf(await bench.run());
    const listed = sessions(bench, 'list');
    const shown = sessions(bench, 'show', id);
    const removed = sessions(bench, 'rm', id);
    const gone = sessions(bench, 'show', id);
    expect(listed.stdout).toMatch(
      new RegExp(`^${id} {2}\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d {2}${bench.lab.workspace}\\n$`),
    );
    expect(shown.stdout).toContain('user    go\n');
    expect(shown.stdout).not.toContain('\u001b');
    expect([removed.status, gone.status, gone.stderr.split('\n')[0]]).toEqual([
      0,
      1,
      `cordon sessions: There is no thread ${id}`,
    ]);
    expect(readdirSync(join(bench.lab.home, 'sessions'))).toEqual([]);
  });
});

describe.concurrent('what goes along with a prompt', () => {
  it('is a schema, sent to the server and held here: one more chance, then the turn fails', async () => {
    const files = {
      'workspace/schema.json': '{"type":"object","properties":{"n":{"type":"integer"}},"required":["n"]}',
    };
    await using bench = await createBench([{ items: [say('hello')] }, { items: [say('{"n":1}')] }], files);
    const mended = await bench.run({ args: ['--output-schema', 'schema.json'] });
    expect([mended.status, mended.events().at(-2)]).toMatchObject([0, { item: { text: '{"n":1}' } }]);
    expect(JSON.parse(JSON.stringify(bench.server.requests[0]?.body)).text).toMatchObject({
      format: { type: 'json_schema', strict: true, schema: { required: ['n'] } },
    });
    await using stubborn = await createBench([{ items: [say('hello')] }, { items: [say('again')] }], files);
    const spoilt = await stubborn.run({ args: ['--output-schema', 'schema.json'] });
    expect([spoilt.status, spoilt.events().at(-1)]).toEqual([
      1,
      { type: 'turn.failed', error: { kind: 'output_schema', message: 'it is not JSON' } },
    ]);
  });

  it('is a picture, and never another file', async () => {
    const png = Buffer.from('89504e470d0a1a0a0000', 'hex');
    await using bench = await createBench([{ items: [say('ok')] }], {
      'workspace/a.png': png,
      'workspace/key.png': 'secret',
    });
    const run = await bench.run({ args: ['--image', 'a.png'] });
    expect([run.status, bench.server.requests[0]?.body.input.at(-1)?.content]).toEqual([
      0,
      [
        { type: 'input_text', text: 'go' },
        { type: 'input_image', image_url: `data:image/png;base64,${png.toString('base64')}` },
      ],
    ]);
    const key = await bench.run({ args: ['--image', 'key.png'] });
    expect([key.status, key.stdout, bench.server.requests.length]).toEqual([1, '', 1]);
    expect(key.stderr).toContain('it is no PNG, JPEG, GIF or WebP picture');
  });
});

describe('calls of one response', () => {
  it('run side by side, and are answered in the order the model wrote them', async () => {
    // Each waits for what the other makes: one after the other they would wait for ever.
    const waits = (mine: string, other: string): string =>
      `touch ${mine}; until [ -e ${other} ]; do sleep 0.05; done; echo ${mine}`;
    await using bench = await createBench([
      {
        items: [
          call('c1', 'shell', { command: ['sh', '-c', waits('a', 'b')], timeout_ms: 60_000 }),
          call('c2', 'shell', { command: ['sh', '-c', waits('b', 'a')], timeout_ms: 60_000 }),
        ],
      },
      { items: [say('ok')] },
    ]);
    const run = await bench.run({ args: open });
    const answers = bench.server.requests[1]?.body.input.flatMap(({ call_id, output }) =>
      output === undefined ? [] : [[call_id, (JSON.parse(output) as { output: string }).output]],
    );
    expect([run.status, answers]).toEqual([
      0,
      [
        ['c1', 'a\n'],
        ['c2', 'b\n'],
      ],
    ]);
  });
});
