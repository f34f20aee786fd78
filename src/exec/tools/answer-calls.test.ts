import { describe, expect, it } from 'vitest';
import { type Evaluation, type Refusal, RuntimeError } from '../../domain/index.ts';
import { ItemLog } from '../report/item-log.ts';
import type { ThreadEvent } from '../report/thread-event.ts';
import {
  blocked,
  captured,
  type FakeRuntime,
  fakeRuntime,
  notRun,
  output,
  ran,
  type Script,
} from '../testdata/fake-runtime.ts';
import { oneShotSessions } from '../testdata/one-shot-sessions.ts';
import { type CallAnswerer, createCallAnswerer } from './answer-calls.ts';
import type { ModelCall } from './model-call.ts';
import type { SessionTools } from './session-tools.ts';

interface Bench {
  readonly answerer: CallAnswerer;
  readonly runtime: FakeRuntime;
  readonly events: ThreadEvent[];
  readonly replays: string[];
  ask(name: string, args: unknown, callId?: string): Promise<string>;
}

function bench(script: Script, sessions?: SessionTools): Bench {
  const runtime = fakeRuntime(script);
  const events: ThreadEvent[] = [];
  const replays: string[] = [];
  const answerer = createCallAnswerer({
    runtime,
    sessions: sessions ?? oneShotSessions(runtime, { timeoutMs: 10_000 }),
    items: new ItemLog((event) => events.push(event)),
    workspace: '/ws',
    env: { TERM: 'dumb' },
    showsPictures: false,
    chunkId: () => '0a1b2c',
    onReplay: (call) => replays.push(call.callId),
  });
  const ask = async (name: string, args: unknown, callId = 'c1'): Promise<string> => {
    const answer = await answerer.answer(call(name, args, callId), new AbortController().signal);
    if (typeof answer !== 'string') throw new Error('an answer that is no text');
    return answer;
  };
  return { answerer, runtime, events, replays, ask };
}

function call(name: string, args: unknown, callId: string): ModelCall {
  return {
    callId,
    name,
    arguments: name === 'local_shell' ? args : JSON.stringify(args),
    answerType: 'function_call_output',
  };
}

const exited = (exitCode: number, text: string): ReturnType<Script> =>
  ran({ kind: 'exited', exitCode, output: output(text) });

const started = {
  id: 'item_0',
  type: 'command_execution',
  command: 'echo hi',
  aggregated_output: '',
  exit_code: null,
  status: 'in_progress',
  call_id: 'c1',
  cwd: '/ws',
  duration_ms: null,
  timed_out: false,
  signal: null,
  sandbox: null,
  denied: null,
} as const;

const sandbox = {
  kind: 'landlock',
  level: 'partial',
  layers: ['landlock', 'seccomp'],
  missing: [{ restriction: 'processes', because: 'no namespaces here' }],
} as const;

describe('a call', () => {
  it('of shell starts an item, runs, completes the item and answers JSON', async () => {
    const { ask, runtime, events } = bench(() => exited(0, 'hi\n'));
    expect(await ask('shell', { command: ['echo', 'hi'], timeout_ms: 50 })).toBe(
      '{"output":"hi\\n","metadata":{"exit_code":0,"duration_seconds":0.0}}',
    );
    expect(runtime.inputs).toEqual([
      {
        callId: 'item_0',
        command: ['echo', 'hi'],
        login: false,
        cwd: '/ws',
        env: { TERM: 'dumb' },
        access: { kind: 'default' },
        timeoutMs: 50,
      },
    ]);
    expect(events).toEqual([
      { type: 'item.started', item: started },
      {
        type: 'item.completed',
        item: {
          ...started,
          aggregated_output: 'hi\n',
          exit_code: 0,
          status: 'completed',
          duration_ms: 6,
          sandbox,
        },
      },
    ]);
  });

  it('of shell_command answers plainly and shows the script it ran', async () => {
    const { ask, events } = bench(() => exited(3, 'no\n'));
    expect(await ask('shell_command', { command: "echo 'it'", workdir: 'sub' })).toBe(
      'Exit code: 3\nWall time: 0 seconds\nOutput:\nno\n',
    );
    expect(events.at(-1)).toMatchObject({
      item: { command: `bash -c 'echo '\\''it'\\'''`, cwd: '/ws/sub', exit_code: 3, status: 'failed' },
    });
  });

  it('of exec_command answers in chunks, and may run as long as it is waited for', async () => {
    const { ask, runtime } = bench(() => exited(0, 'hello 7\n'));
    expect(await ask('exec_command', { cmd: 'echo hello 7', yield_time_ms: 30_000, shell: 'sh' })).toBe(
      'Chunk ID: 0a1b2c\nWall time: 0.0064 seconds\nProcess exited with code 0\nOriginal token count: 2\nOutput:\nhello 7\n',
    );
    expect(runtime.inputs).toEqual([
      {
        callId: 'item_0',
        command: 'echo hello 7',
        shell: 'sh',
        login: false,
        cwd: '/ws',
        env: { TERM: 'dumb' },
        access: { kind: 'default' },
        timeoutMs: 30_000,
      },
    ]);
  });

  it('counts lines that were not kept', async () => {
    const bytes = Buffer.from('line\n'.repeat(20_000));
    const { ask, runtime } = bench((input) => {
      runtime.emit({ type: 'output.chunk', callId: input.callId as never, stream: 'stdout', bytes });
      runtime.emit({ type: 'output.chunk', callId: 'another' as never, stream: 'stdout', bytes });
      return ran({
        kind: 'exited',
        exitCode: 0,
        output: {
          ...output(''),
          aggregated: {
            head: bytes.subarray(0, 30_000),
            tail: bytes.subarray(-30_000),
            omittedBytes: 40_000,
            totalBytes: 100_000,
          },
        },
      });
    });
    expect(await ask('shell_command', { command: 'x' })).toMatch(
      /\nTotal output lines: 20000\nOutput:\nline\n/,
    );
  });

  it('that is repeated is answered from the record and runs once', async () => {
    const { answerer, ask, runtime, events, replays } = bench(() =>
      exited(0, `run ${runtime.inputs.length}\n`),
    );
    const first = await ask('shell', { command: ['sh'] });
    expect(await ask('shell', { command: ['sh'] })).toBe(first);
    expect([runtime.inputs.length, events.length, replays]).toEqual([1, 2, ['c1']]);
    answerer.beginResponse('again');
    await ask('shell', { command: ['sh'] });
    expect([runtime.inputs.length, replays]).toEqual([1, ['c1', 'c1']]);
    answerer.beginResponse('first');
    expect(await ask('shell', { command: ['sh'] })).not.toBe(first);
    expect(runtime.inputs.length).toBe(2);
  });

  it('with a used id and another command is another call', async () => {
    const { ask, runtime } = bench(() => exited(0, ''));
    await ask('shell', { command: ['a'] });
    await ask('shell', { command: ['b'] });
    expect(runtime.inputs.map(({ command }) => command)).toEqual([['a'], ['b']]);
  });

  const ends: readonly { says: string; result: ReturnType<Script>; answer: string; item: object }[] = [
    {
      says: 'that times out is told so, with 124',
      result: ran({ kind: 'timed-out', afterMs: 301, output: output('partial') }),
      answer: 'command timed out after 301 milliseconds\npartial',
      item: {
        exit_code: 124,
        status: 'failed',
        timed_out: true,
        signal: null,
        aggregated_output: 'command timed out after 301 milliseconds\npartial',
      },
    },
    {
      says: 'that dies of a signal is told which, with 128 + N',
      result: ran({ kind: 'signalled', signal: 'SIGKILL', output: output('x') }),
      answer: 'command was killed by SIGKILL\nx',
      item: { exit_code: 137, status: 'failed', timed_out: false, signal: 'SIGKILL' },
    },
    {
      says: 'of a missing program is told so, with 127',
      result: ran({
        kind: 'spawn-failed',
        failure: { stage: 'exec', errno: 'ENOENT', message: 'Cannot run nope: there is no such program' },
      }),
      answer: 'Cannot run nope: there is no such program\n',
      item: { exit_code: 127, status: 'failed', denied: null },
    },
    {
      says: 'in a missing directory gets 126',
      result: ran({
        kind: 'spawn-failed',
        failure: { stage: 'chdir', errno: 'ENOENT', message: 'Cannot enter /gone' },
      }),
      answer: 'Cannot enter /gone\n',
      item: { exit_code: 126, status: 'failed' },
    },
    {
      says: 'whose sandbox cannot be set up gets 125',
      result: ran({
        kind: 'spawn-failed',
        failure: { stage: 'sandbox', errno: 'EPERM', message: 'Cannot set up the sandbox: landlock' },
      }),
      answer: 'Cannot set up the sandbox: landlock\n',
      item: { exit_code: 125, status: 'failed' },
    },
    {
      says: 'that is cancelled has no status',
      result: ran({ kind: 'cancelled', output: output('') }),
      answer: 'command was cancelled\n',
      item: { exit_code: null, status: 'failed' },
    },
    {
      says: 'stopped by the kernel keeps its output and names what was denied',
      result: blocked('touch: cannot touch\n', 1, '/etc/x'),
      answer: 'touch: cannot touch\n',
      item: {
        exit_code: 1,
        status: 'failed',
        denied: {
          by: 'sandbox',
          rule: null,
          path: '/etc/x',
          reason: 'the sandbox stopped it (file-write: /etc/x)',
        },
      },
    },
    {
      says: 'stopped by the kernel is failed even when it exits 0',
      result: blocked('', 0, '/etc/x'),
      answer: '',
      item: { exit_code: 0, status: 'failed' },
    },
  ];
  for (const { says, result, answer, item } of ends)
    it(says, async () => {
      const { ask, events } = bench(() => result);
      expect(JSON.parse(await ask('shell', { command: ['x'] })).output).toBe(answer);
      expect(events).toMatchObject([{ type: 'item.started' }, { type: 'item.completed', item }]);
    });
});

describe('a refusal', () => {
  const evaluation = {
    verdict: 'forbidden',
    decidedBy: {
      kind: 'rule',
      decision: 'forbidden',
      source: { kind: 'file', file: '/home/rules/a.rules', line: 3 },
    },
  } as unknown as Evaluation;
  const heuristic = { ...evaluation, decidedBy: { kind: 'heuristic' } } as unknown as Evaluation;

  const rows: readonly { says: string; refusal: Refusal; answer: string; denied: object }[] = [
    {
      says: 'by a rule names its place',
      refusal: { kind: 'forbidden-by-policy', reason: 'echo is forbidden', evaluation },
      answer:
        'Not run: echo is forbidden; do something else, or ask the user to change the rule (/home/rules/a.rules:3)',
      denied: { by: 'policy', rule: '/home/rules/a.rules:3', path: null, reason: 'echo is forbidden' },
    },
    {
      says: 'by a rule does not name its place twice',
      refusal: { kind: 'forbidden-by-policy', reason: 'forbidden by /home/rules/a.rules:3', evaluation },
      answer:
        'Not run: forbidden by /home/rules/a.rules:3; do something else, or ask the user to change the rule',
      denied: {
        by: 'policy',
        rule: '/home/rules/a.rules:3',
        path: null,
        reason: 'forbidden by /home/rules/a.rules:3',
      },
    },
    {
      says: 'by a heuristic has no place',
      refusal: { kind: 'forbidden-by-policy', reason: 'it looks dangerous', evaluation: heuristic },
      answer: 'Not run: it looks dangerous; do something else, or ask the user to change the rule',
      denied: { by: 'policy', rule: null, path: null, reason: 'it looks dangerous' },
    },
    {
      says: 'for want of a person is one of approval, with the rule that asked',
      refusal: { kind: 'approval-needed-but-nobody-to-ask', reason: 'a rule asks first', evaluation },
      answer:
        'Not run: a rule asks first; use a command that needs no approval, or tell the user which allow rule would permit it (/home/rules/a.rules:3)',
      denied: { by: 'approval', rule: '/home/rules/a.rules:3', path: null, reason: 'a rule asks first' },
    },
    {
      says: 'to leave the sandbox is one of approval',
      refusal: { kind: 'escalation-not-possible', reason: 'nobody can approve it' },
      answer:
        'Not run: nobody can approve it; repeat the command without asking for more access, or tell the user why it is needed',
      denied: { by: 'approval', rule: null, path: null, reason: 'nobody can approve it' },
    },
    {
      says: 'for want of a sandbox says how to get one',
      refusal: { kind: 'sandbox-unavailable', reason: 'there is no sandbox', hint: 'install gcc' },
      answer:
        'Not run: there is no sandbox (install gcc); tell the user that this host cannot sandbox commands (`cordon doctor` says why)',
      denied: { by: 'sandbox', rule: null, path: null, reason: 'there is no sandbox. install gcc' },
    },
    {
      says: 'of a request that makes no sense',
      refusal: { kind: 'bad-request', reason: 'the directory is not there' },
      answer: 'Not run: the directory is not there; correct the call and try again',
      denied: { by: 'request', rule: null, path: null, reason: 'the directory is not there' },
    },
  ];
  for (const { says, refusal, answer, denied } of rows)
    it(says, async () => {
      const { ask, events } = bench(() => notRun(refusal));
      expect(await ask('shell', { command: ['echo', 'hi'] })).toBe(answer);
      expect(events).toEqual([
        { type: 'item.started', item: started },
        {
          type: 'item.completed',
          item: { ...started, aggregated_output: answer, status: 'declined', denied },
        },
      ]);
    });

  it('is the same sentence for exec_command', async () => {
    const { ask } = bench(() => notRun({ kind: 'bad-request', reason: 'no' }));
    expect(await ask('exec_command', { cmd: 'x' })).toBe('Not run: no; correct the call and try again');
  });

  const unreadable: readonly {
    says: string;
    name: string;
    args: unknown;
    answer: string;
    command: string;
  }[] = [
    {
      says: 'of an unknown tool is an item too',
      name: 'update_plan',
      args: {},
      answer: 'unsupported call: update_plan',
      command: 'update_plan',
    },
    {
      says: 'of an empty command is an item too',
      name: 'shell',
      args: { command: [] },
      answer: 'command args are empty',
      command: 'shell',
    },
    {
      says: 'of a session that is not there is an item too',
      name: 'write_stdin',
      args: { session_id: 999_999 },
      answer: 'write_stdin failed: Unknown process id 999999',
      command: 'write_stdin 999999',
    },
  ];
  for (const { says, name, args, answer, command } of unreadable)
    it(says, async () => {
      const { ask, events, runtime } = bench(() => exited(0, ''));
      expect(await ask(name, args)).toBe(answer);
      expect(runtime.inputs).toEqual([]);
      expect(events).toEqual([
        { type: 'item.started', item: { ...started, command } },
        {
          type: 'item.completed',
          item: {
            ...started,
            command,
            aggregated_output: answer,
            status: 'declined',
            denied: { by: 'request', rule: null, path: null, reason: answer },
          },
        },
      ]);
    });

  it('is what becomes of a request the runtime calls malformed', async () => {
    const { ask, events } = bench(() =>
      Promise.reject(new RuntimeError('E_BAD_OPTION', 'cwd contains a NUL')),
    );
    expect(await ask('shell', { command: ['x'] })).toBe('cwd contains a NUL');
    expect(events.at(-1)).toMatchObject({
      item: {
        status: 'declined',
        denied: { by: 'request', rule: null, path: null, reason: 'cwd contains a NUL' },
      },
    });
  });

  it('is not what becomes of a broken promise: that ends the turn, with the item closed', async () => {
    const { ask, events } = bench(() => Promise.reject(new RuntimeError('E_INVARIANT', 'two ends')));
    await expect(ask('shell', { command: ['x'] })).rejects.toThrow('two ends');
    expect(events.at(-1)).toMatchObject({ type: 'item.completed', item: { status: 'failed', denied: null } });
  });
});

describe('a session', () => {
  const chunk = { output: captured('> '), lineBreaks: 0, wallMs: 250 };

  function sessions(answers: {
    write?: Awaited<ReturnType<SessionTools['write']>>;
    closed?: Awaited<ReturnType<SessionTools['closeAll']>>;
  }): SessionTools {
    return {
      open: () => Promise.resolve({ kind: 'running', sessionId: 47_991, chunk }),
      write: () => Promise.resolve(answers.write ?? { kind: 'running', sessionId: 47_991, chunk }),
      closeAll: () => Promise.resolve(answers.closed ?? []),
    };
  }
  const running =
    'Chunk ID: 0a1b2c\nWall time: 0.2500 seconds\nProcess running with session ID 47991\nOriginal token count: 1\nOutput:\n> ';

  it('leaves its item open while it runs', async () => {
    const { ask, events } = bench(() => exited(0, ''), sessions({}));
    expect(await ask('exec_command', { cmd: 'python3', tty: true })).toBe(running);
    expect(await ask('write_stdin', { session_id: 47_991, chars: '1\n' }, 'c2')).toBe(running);
    expect(events).toMatchObject([
      { type: 'item.started' },
      {
        type: 'item.updated',
        item: { status: 'in_progress', interaction: { call_id: 'c2', chars: '1\n', output: '> ' } },
      },
    ]);
  });

  it('is waited for again under the same id while it runs, and typed to once', async () => {
    const { ask, replays } = bench(() => exited(0, ''), sessions({}));
    await ask('exec_command', { cmd: 'python3' });
    await ask('write_stdin', { session_id: 47_991 }, 'c2');
    await ask('write_stdin', { session_id: 47_991 }, 'c2');
    expect(replays).toEqual([]);
    await ask('write_stdin', { session_id: 47_991, chars: '1\n' }, 'c3');
    await ask('write_stdin', { session_id: 47_991, chars: '1\n' }, 'c3');
    expect(replays).toEqual(['c3']);
  });

  it('completes its item when it ends in a later call', async () => {
    const result = await exited(0, 'all of it\n');
    const { ask, events } = bench(() => result, sessions({ write: { kind: 'finished', result, chunk } }));
    await ask('exec_command', { cmd: 'python3' });
    expect(await ask('write_stdin', { session_id: 47_991, chars: '1\n' }, 'c2')).toBe(
      'Chunk ID: 0a1b2c\nWall time: 0.2500 seconds\nProcess exited with code 0\nOriginal token count: 1\nOutput:\n> ',
    );
    expect(events).toMatchObject([
      { type: 'item.started', item: { call_id: 'c1' } },
      { type: 'item.updated', item: { id: 'item_0', interaction: { call_id: 'c2' } } },
      {
        type: 'item.completed',
        item: { id: 'item_0', call_id: 'c1', aggregated_output: 'all of it\n', status: 'completed' },
      },
    ]);
  });

  it('completes its item when the turn ends first', async () => {
    const result = ran({ kind: 'cancelled', output: output('so far\n') });
    const { ask, answerer, events } = bench(
      () => result,
      sessions({ closed: [{ sessionId: 47_991, result }] }),
    );
    await ask('exec_command', { cmd: 'sleep 60' });
    await answerer.close();
    expect(events).toMatchObject([
      { type: 'item.started' },
      {
        type: 'item.completed',
        item: {
          aggregated_output: 'the turn ended while it was running\nso far\n',
          exit_code: null,
          status: 'failed',
          end: 'turn_ended',
        },
      },
    ]);
  });

  it('is told about before its output when there are nearly too many', async () => {
    const warned = { ...chunk, warning: '60 sessions are open' };
    const { ask } = bench(
      () => exited(0, ''),
      sessions({ write: { kind: 'running', sessionId: 47_991, chunk: warned } }),
    );
    expect(await ask('write_stdin', { session_id: 47_991 })).toBe(
      running.replace('Output:\n', 'Output:\n60 sessions are open\n'),
    );
  });

  it('answers with the reason when something cannot be done with it', async () => {
    const reason = 'stdin is closed for this session';
    const { ask } = bench(() => exited(0, ''), sessions({ write: { kind: 'rejected', reason } }));
    expect(await ask('write_stdin', { session_id: 1, chars: 'x' })).toBe(`write_stdin failed: ${reason}`);
  });
});
