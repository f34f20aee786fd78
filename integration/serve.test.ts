// `cordon serve` from outside: the built program on standard input and output, driven by the example client.
import { existsSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import type {
  CommandApprovalAnswer,
  CommandApprovalParams,
  ExecCommandApprovalAnswer,
} from 'cordon/protocol';
import { type Handlers, type ServeClient, ServeError } from '../examples/serve-client.ts';
import { hasRuntimeSandbox } from './support/runtime-sandbox.ts';
import { serveGround, unsandboxed } from './support/serve.ts';

const ground = serveGround(
  'prefix_rule(pattern=["touch"], decision="prompt")\nprefix_rule(pattern=["ln"], decision="forbidden")\n',
);
const { workspace, home } = ground;
const hasSandbox = await hasRuntimeSandbox('a JSON-RPC client that narrows the sandbox');
const untrusted = [...unsandboxed, '--ask-for-approval', 'untrusted'];

afterAll(async () => await ground.cleanUp());
afterEach(() => rmSync(join(workspace, 'made'), { force: true, recursive: true }));

/** For tests that change nothing. */
const shared = once(async () => await ground.connect());

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return async () => await (made ??= make());
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');
/** The word of the error, or that there was none. */
async function failure(asked: Promise<unknown>): Promise<string> {
  try {
    await asked;
    return 'it was served';
  } catch (error) {
    return error instanceof ServeError ? error.body.data.kind : String(error);
  }
}

describe('command/exec', () => {
  it('answers with both streams and how it ended', async () => {
    const client = await ground.connect();
    expect(
      await client.request('command/exec', { command: ['sh', '-c', 'echo o; echo e >&2; exit 3'] }),
    ).toEqual({
      exitCode: 3,
      stdout: 'o\n',
      stderr: 'e\n',
      status: 'exited',
      succeeded: false,
      signal: null,
      sandbox: 'none',
      denied: null,
      sandboxDenied: false,
      refusal: null,
      reason: null,
      changes: [],
      changeSetId: null,
    });
    const rows = [
      [
        { command: ['sleep', '60'], timeoutMs: 200 },
        { exitCode: 124, status: 'timed-out' },
      ],
      [{ command: 'kill -9 $$' }, { exitCode: 137, status: 'signalled', signal: 'SIGKILL' }],
      [{ command: ['/nonesuch'] }, { exitCode: 127, status: 'failed' }],
      [
        { command: ['ln', '-s', 'a', 'b'] },
        { exitCode: 126, status: 'not-run', refusal: 'forbidden-by-policy' },
      ],
      [{ command: 'echo $A$B', env: { A: 'x', B: null } }, { stdout: 'x\n' }],
      [{ command: ['printf', '%s', 'ééé'], outputBytesCap: 3 }, { stdout: 'é' }],
    ] as const;
    for (const [params, result] of rows)
      expect(await client.request('command/exec', params)).toMatchObject(result);
  });

  it('streams what a command writes, takes what is typed, and ends its input', async () => {
    const told: unknown[] = [];
    const client = await ground.connect({
      answers: {},
      told: (method, params) => void told.push([method, params]),
    });
    const named = { processId: 'p' };
    const ended = client.request('command/exec', {
      ...named,
      command: ['cat'],
      streamStdin: true,
      streamStdoutStderr: true,
    });
    // Right behind it, without waiting.
    await client.request('command/exec/write', { ...named, deltaBase64: base64('hi\n'), closeStdin: true });
    expect(await ended).toMatchObject({ exitCode: 0, stdout: '' });
    const delta = { ...named, stream: 'stdout', deltaBase64: base64('hi\n'), capReached: false, seq: 1 };
    expect(told).toEqual([['command/exec/outputDelta', delta]]);
    expect(await failure(client.request('command/exec/write', { ...named, deltaBase64: base64('x') }))).toBe(
      'stdin-closed',
    );
  });

  it('stops telling a stream at its cap, and says so once', async () => {
    const told: { deltaBase64: string; capReached: boolean }[] = [];
    const client = await ground.connect({
      answers: {},
      told: (_, params) => void told.push(params as never),
    });
    await client.request('command/exec', {
      processId: 'p',
      command: 'printf 123; sleep 0.2; printf 456; sleep 0.2; printf 789',
      streamStdoutStderr: true,
      outputBytesCap: 5,
    });
    expect(told.map(({ deltaBase64 }) => Buffer.from(deltaBase64, 'base64').toString()).join('')).toBe(
      '12345',
    );
    expect(told.map(({ capReached }) => capReached).filter(Boolean)).toEqual([true]);
  });

  it('has a terminal with a size that can change', async () => {
    const client = await ground.connect();
    const named = { processId: 't' };
    const ended = client.request('command/exec', {
      ...named,
      command: 'stty size; read line; echo "got $line"; stty size',
      tty: true,
      size: { rows: 5, cols: 9 },
    });
    const output: string[] = [];
    const reading = (async () => {
      for await (const { chunk } of client.output('t')) output.push(Buffer.from(chunk, 'base64').toString());
    })();
    await expect.poll(() => output.join(''), { timeout: 60_000 }).toContain('5 9');
    await client.request('command/exec/resize', { ...named, size: { rows: 12, cols: 22 } });
    // A character in two writes.
    const [first = 0, ...rest] = Buffer.from('é\n');
    for (const bytes of [[first], rest])
      await client.request('command/exec/write', {
        ...named,
        deltaBase64: Buffer.from(bytes).toString('base64'),
      });
    expect(await ended).toMatchObject({ exitCode: 0 });
    await reading;
    expect(output.join('')).toContain('got é\r\n12 22\r\n');
  });

  it('ends a command with everything it started', async () => {
    const client = await ground.connect();
    const ended = client.request('command/exec', {
      processId: 'q',
      command: 'sleep 600 & echo $!; wait',
      disableTimeout: true,
    });
    let pid = 0;
    for await (const { chunk } of client.output('q')) {
      pid = Number(Buffer.from(chunk, 'base64').toString());
      await client.request('command/exec/terminate', { processId: 'q' });
    }
    expect(await ended).toMatchObject({ status: 'cancelled' });
    await expect.poll(() => existsSync(`/proc/${String(pid)}`), { timeout: 20_000 }).toBe(false);
  });

  it.each([
    ['without a name', { command: ['cat'], streamStdin: true }, 'bad-params'],
    ['a size without a terminal', { command: ['cat'], size: { rows: 1, cols: 1 } }, 'bad-params'],
    ['two deadlines', { command: ['cat'], timeoutMs: 5, disableTimeout: true }, 'bad-params'],
    ['a misspelled field', { command: ['cat'], timeout: 5 }, 'bad-params'],
    ['a NUL', { command: ['a\0b'] }, 'bad-params'],
    ['no words', { command: [] }, 'bad-params'],
    ['a profile', { command: ['cat'], permissionProfile: 'x' }, 'bad-params'],
    ['an address elsewhere', { command: ['cat'], cwd: 'file://elsewhere/tmp' }, 'bad-params'],
  ])('refuses %s', async (_, params, kind) => {
    const client = await shared();
    expect(await failure(client.request('command/exec', params as never))).toBe(kind);
  });
});

describe('numbered output', () => {
  it('reaches a reader that is cut at random points every byte once', async () => {
    const client = await ground.connect();
    const wanted = Array.from({ length: 3_000 }, (_, index) => `line ${String(index)}\n`).join('');
    writeFileSync(join(workspace, 'text'), wanted);
    const started = await client.request('process/start', {
      processId: 'r',
      argv: ['bash', '-c', 'while IFS= read -r line; do echo "$line"; done < text'],
    });
    expect(started).toEqual({ processId: 'r', sandboxType: 'none' });
    let text = '';
    let after = 0;
    let cuts = 0;
    let random = 7;
    while (text.length < wanted.length) {
      random = (Math.imul(random, 1_103_515_245) + 12_345) >>> 0;
      const keep = (random >>> 8) % 5;
      let taken = 0;
      // Left in the middle of what was read: the next reader begins behind the last piece that was taken.
      for await (const { seq, chunk, offset } of client.output('r', after)) {
        expect([seq, offset]).toEqual([after + 1, text.length]);
        text += Buffer.from(chunk, 'base64').toString();
        after = seq;
        taken += 1;
        if (taken > keep) break;
      }
      cuts += 1;
    }
    expect(text).toBe(wanted);
    expect(cuts).toBeGreaterThan(1);
  });

  it('says by its offsets exactly how much fell out', async () => {
    const client = await ground.connect();
    await client.request('command/exec', {
      processId: 'big',
      command: 'head -c 3000000 /dev/zero; sleep 0.2; echo end',
    });
    const { chunks, closed, nextSeq } = await client.request('command/read', { processId: 'big' });
    const [first] = chunks;
    expect([closed, (first?.seq ?? 0) > 1, (first?.offset ?? 0) > 1_000_000]).toEqual([true, true, true]);
    let offset = first?.offset ?? 0;
    for await (const piece of client.output('big')) {
      expect(piece.offset).toBe(offset);
      offset += Buffer.from(piece.chunk, 'base64').length;
    }
    expect(offset).toBe(3_000_004);
    expect(nextSeq).toBeGreaterThan(first?.seq ?? 0);
  });

  it('is waited for, and only as long as wanted', async () => {
    const client = await ground.connect();
    await client.request('process/start', { processId: 'w', argv: ['cat'], pipeStdin: true });
    const nothing = await client.request('process/read', { processId: 'w', waitMs: 1 });
    expect(nothing).toMatchObject({ chunks: [], nextSeq: 1, exited: false, exitCode: null, closed: false });
    const waiting = client.request('process/read', { processId: 'w', waitMs: 60_000 });
    await client.request('process/write', { processId: 'w', writeId: '1', chunk: base64('a') });
    expect((await waiting).chunks).toMatchObject([{ seq: 1, chunk: base64('a') }]);
  });
});

describe('process/*', () => {
  it('starts, is told, and writes each write once', async () => {
    const told: unknown[] = [];
    const client = await ground.connect({
      answers: {},
      told: (method, params) => void told.push([method, params]),
    });
    const named = { processId: 'p' };
    await client.request('process/start', { ...named, argv: ['cat'], cwd: 'file:///tmp', pipeStdin: true });
    const write = { ...named, writeId: 'w1', chunk: base64('hi\n') };
    for (const status of ['accepted', 'accepted'])
      expect(await client.request('process/write', write)).toEqual({ status });
    await expect.poll(() => told.length, { timeout: 60_000 }).toBe(1);
    expect(await client.request('process/terminate', named)).toEqual({ running: true });
    await expect.poll(() => told.length, { timeout: 60_000 }).toBe(3);
    expect(told).toMatchObject([
      ['process/output', { ...named, seq: 1, stream: 'stdout', chunk: base64('hi\n'), offset: 0 }],
      ['process/exited', { ...named, seq: 2, sandboxDenied: false }],
      ['process/closed', { ...named, seq: 3 }],
    ]);
    expect(await client.request('process/read', { ...named, afterSeq: 0 })).toMatchObject({
      chunks: [{ seq: 1 }],
      nextSeq: 4,
      exited: true,
      closed: true,
      result: { status: 'cancelled' },
    });
    expect(await client.request('process/write', { ...write, writeId: 'w2' })).toEqual({
      status: 'stdinClosed',
    });
    expect(await client.request('process/write', { ...write, processId: 'zz' })).toEqual({
      status: 'unknownProcess',
    });
    expect(await client.request('process/terminate', { processId: 'zz' })).toEqual({ running: false });
    expect(await failure(client.request('process/read', { processId: 'zz' }))).toBe('unknown-process');
  });

  it.each([
    ['a refusal', ['ln', 'a', 'b'], 'refused'],
    ['a program that is not there', ['/nonesuch'], 'spawn-failed'],
  ])('answers %s with an error', async (_, argv, kind) => {
    const client = await shared();
    expect(await failure(client.request('process/start', { processId: 'p', argv }))).toBe(kind);
  });

  it('interrupts what has a terminal', async () => {
    const client = await ground.connect();
    const argv = ['bash', '-c', 'trap "echo caught; exit 0" INT; echo ready; while :; do sleep 0.05; done'];
    await client.request('process/start', { processId: 'i', argv, tty: true });
    let text = '';
    for await (const { chunk } of client.output('i')) {
      text += Buffer.from(chunk, 'base64').toString();
      if (text.endsWith('ready\r\n'))
        await client.request('process/signal', { processId: 'i', signal: 'interrupt' });
    }
    expect(text).toContain('caught');
  });

  it('takes a name once while it runs, and again afterwards', async () => {
    const client = await ground.connect();
    const start = async (argv: readonly string[]): Promise<unknown> =>
      await failure(client.request('process/start', { processId: 'n', argv }));
    expect(await Promise.all([start(['sleep', '600']), start(['sleep', '600'])])).toEqual([
      'it was served',
      'duplicate-process',
    ]);
    await client.request('process/terminate', { processId: 'n' });
    const over = async (): Promise<boolean> =>
      (await client.request('process/read', { processId: 'n' })).closed;
    await expect.poll(over, { timeout: 60_000 }).toBe(true);
    expect(await start(['true'])).toBe('it was served');
  });
});

describe('a question', () => {
  const touch = { command: ['touch', 'made'] };
  const made = (): boolean => existsSync(join(workspace, 'made'));
  const answering = (answer: CommandApprovalAnswer, seen: CommandApprovalParams[] = []): Handlers => ({
    answers: {
      'item/commandExecution/requestApproval': (question) => {
        seen.push(question);
        return answer;
      },
    },
  });

  it('has the command, the place, the reason and the answers that count', async () => {
    const seen: CommandApprovalParams[] = [];
    const client = await ground.connect(answering({ decision: 'accept' }, seen));
    expect(await client.request('command/exec', { ...touch, processId: 'mine' })).toMatchObject({
      exitCode: 0,
    });
    expect(seen).toMatchObject([
      {
        processId: 'mine',
        kind: 'command',
        purpose: 'first-run',
        command: 'touch made',
        argv: ['touch', 'made'],
        cwd: workspace,
        tty: false,
        risk: null,
        allow_prefix: null,
        grant: null,
        availableDecisions: ['accept', 'acceptForSession', 'decline', 'cancel'],
      },
    ]);
    expect(seen[0]?.reason).toContain('touch');
  });

  const rows: readonly (readonly [string, CommandApprovalAnswer, boolean, string | null])[] = [
    ['accepted', { decision: 'accept' }, true, null],
    ['declined', { decision: 'decline', message: 'not now' }, false, 'denied-by-reviewer'],
    [
      'declined with a message',
      { decision: { decline: { message: 'not now' } } },
      false,
      'denied-by-reviewer',
    ],
    ['cancelled', { decision: 'cancel' }, false, 'aborted'],
    ['answered with what is none', { decision: 'yes' } as never, false, 'denied-by-reviewer'],
    ['answered with what was not on offer', { decision: 'acceptUnsandboxed' }, false, 'denied-by-reviewer'],
    [
      'answered with a rule where none was on offer',
      { decision: 'acceptWithExecpolicyAmendment' },
      false,
      'denied-by-reviewer',
    ],
  ];
  let given: CommandApprovalAnswer = { decision: 'decline' };
  const asked = once(
    async () => await ground.connect({ answers: { 'item/commandExecution/requestApproval': () => given } }),
  );
  it.each(rows)('is %s', async (_, answer, ran, refusal) => {
    given = answer;
    const client = await asked();
    expect(await client.request('command/exec', touch)).toMatchObject({ refusal });
    expect(made()).toBe(ran);
  });

  it.each([
    ['acceptForSession', { decision: 'acceptForSession' }],
    ['the older settings', { decision: 'accept', accept_settings: { for_session: true } }],
  ] as const)('is asked once for the session, by %s', async (_, answer) => {
    const seen: CommandApprovalParams[] = [];
    const client = await ground.connect(answering(answer, seen));
    for (let index = 0; index < 2; index += 1)
      expect(await client.request('command/exec', touch)).toMatchObject({ exitCode: 0 });
    expect(seen.length).toBe(1);
  });

  it.each([
    [
      'in words',
      { decision: { acceptWithExecpolicyAmendment: { execpolicy_amendment: ['mkdir', 'made'] } } },
    ],
    ['by name', { decision: 'acceptWithExecpolicyAmendment' }],
    // The older shape: the prefix wins over the session.
    ['by settings', { decision: 'accept', accept_settings: { for_session: true, allow_prefix_rule: true } }],
  ] as const)(
    'saves its prefix %s: the file gains the rule, and the next call does not ask',
    async (_, answer) => {
      const saved = join(home, 'rules', 'default.rules');
      rmSync(saved, { force: true });
      const seen: CommandApprovalParams[] = [];
      const mkdir = { command: ['mkdir', 'made'] };
      const client = await ground.connect(answering(answer, seen), untrusted);
      expect(await client.request('command/exec', mkdir)).toMatchObject({ exitCode: 0 });
      expect(seen).toMatchObject([
        { allow_prefix: ['mkdir', 'made'], proposedExecpolicyAmendment: ['mkdir', 'made'] },
      ]);
      expect(readFileSync(saved, 'utf8')).toContain('pattern=["mkdir", "made"]');
      rmSync(join(workspace, 'made'), { recursive: true });
      expect(await client.request('command/exec', mkdir)).toMatchObject({ exitCode: 0 });
      expect(seen.length).toBe(1);
      // Another client, another server: the file is what counts.
      rmSync(join(workspace, 'made'), { recursive: true });
      const other = await ground.connect(answering({ decision: 'decline' }, seen), untrusted);
      expect(await other.request('command/exec', mkdir)).toMatchObject({ exitCode: 0 });
      expect(seen.length).toBe(1);
      rmSync(saved);
    },
  );

  const older: readonly (readonly [ExecCommandApprovalAnswer['decision'], string | null])[] = [
    ['approved', null],
    ['denied', 'denied-by-reviewer'],
    [{ denied: { rejection: 'no' } }, 'denied-by-reviewer'],
    ['timed_out', 'denied-by-reviewer'],
    ['abort', 'aborted'],
    ['approved_allow_prefix', 'denied-by-reviewer'],
    ['approved_for_session', null],
    // For the session: not asked again.
    ['denied', null],
  ];
  it('comes as execCommandApproval to a client that wants it so', async () => {
    const seen: unknown[] = [];
    let decision: ExecCommandApprovalAnswer['decision'] = 'abort';
    const client = await ground.connect(
      {
        answers: {
          execCommandApproval: (question) => {
            seen.push(question);
            return { decision };
          },
        },
      },
      unsandboxed,
      { approvals: 'execCommandApproval' },
    );
    for (const [answer, refusal] of older) {
      decision = answer;
      expect([answer, await client.request('command/exec', touch)]).toMatchObject([answer, { refusal }]);
    }
    expect(seen.length).toBe(older.length - 1);
    expect(seen[0]).toMatchObject({ command: ['touch', 'made'], cwd: workspace, allow_prefix: null });
  });

  it.each([
    ['has no such method', {}, 'cannot answer'],
    ['answers no questions', { approvals: 'none' }, 'answers no questions'],
  ])('is a refusal that says why for a client that %s', async (_, capabilities, why) => {
    const client = await ground.connect({ answers: {} }, unsandboxed, capabilities);
    const { refusal, reason } = await client.request('command/exec', touch);
    expect([refusal, reason]).toEqual(['denied-by-reviewer', expect.stringContaining(why)]);
  });

  it('is withdrawn with its command, and the client hears of it', async () => {
    const told: unknown[] = [];
    const asked: CommandApprovalParams[] = [];
    const client: ServeClient = await ground.connect({
      answers: {
        'item/commandExecution/requestApproval': async (question) => {
          asked.push(question);
          await client.request('command/exec/terminate', { processId: 'p' });
          return { decision: 'accept' };
        },
      },
      told: (method) => void told.push(method),
    });
    expect(await client.request('command/exec', { ...touch, processId: 'p' })).toMatchObject({
      refusal: 'aborted',
    });
    await expect.poll(() => told).toEqual(['serverRequest/resolved']);
    expect([asked.length, made()]).toEqual([1, false]);
  });

  it.runIf(hasSandbox)('about leaving the sandbox takes the answer of that name', async () => {
    const wish = {
      command: 'echo out',
      sandboxPermissions: 'require_escalated',
      justification: 'please',
    } as const;
    const seen: CommandApprovalParams[] = [];
    const bare = await ground.connect(answering({ decision: 'accept' }, seen), []);
    expect(await bare.request('command/exec', wish)).toMatchObject({ refusal: 'denied-by-reviewer' });
    expect(seen[0]?.availableDecisions).toEqual(['acceptUnsandboxed', 'decline', 'cancel']);
    const named = await ground.connect(answering({ decision: 'acceptUnsandboxed' }), []);
    expect(await named.request('command/exec', wish)).toMatchObject({ stdout: 'out\n', sandbox: 'none' });
  });

  it.runIf(hasSandbox).each([
    ['accept', true],
    ['decline', false],
    ['drop', false],
  ] as const)('about a file that was held back is answered %s', async (decision, kept) => {
    const seen: unknown[] = [];
    const client = await ground.connect(
      {
        answers: {
          'item/fileChange/requestApproval': (question) => {
            seen.push(question);
            return { decision };
          },
        },
      },
      [],
    );
    await client.request('command/exec', { command: 'echo x > .envrc' });
    expect([seen, existsSync(join(workspace, '.envrc'))]).toMatchObject([
      [
        {
          path: join(workspace, '.envrc'),
          diff: expect.arrayContaining(['+x']) as never,
          command: 'echo x > .envrc',
        },
      ],
      kept,
    ]);
    rmSync(join(workspace, '.envrc'), { force: true });
  });
});

describe('sessions', () => {
  it('are opened, typed to, listed, interrupted and ended', async () => {
    const client = await ground.connect();
    const opened = await client.request('session/open', {
      command: 'read a; echo "got $a"; cat',
      stdin: 'open',
      yieldMs: 250,
    });
    expect(opened).toMatchObject({ status: 'running', result: null });
    const sessionId = opened.sessionId ?? 0;
    const typed = await client.request('session/write', { sessionId, chars: 'it\n', yieldMs: 2_000 });
    expect(typed).toMatchObject({ status: 'running', output: 'got it\n' });
    expect(await client.request('session/list', {})).toMatchObject({
      sessions: [{ sessionId, cwd: workspace, tty: false }],
    });
    await client.request('session/interrupt', { sessionId });
    expect(await client.request('session/write', { sessionId, until: 'exit' })).toMatchObject({
      status: 'finished',
      result: { status: 'signalled', signal: 'SIGINT' },
    });
    const second = await client.request('session/open', { command: 'cat', tty: true, yieldMs: 250 });
    await client.request('session/resize', { sessionId: second.sessionId ?? 0, size: { rows: 3, cols: 4 } });
    expect(await client.request('session/terminate', { sessionId: second.sessionId ?? 0 })).toMatchObject({
      status: 'cancelled',
    });
    expect(await failure(client.request('session/write', { sessionId: 999 }))).toBe('unknown-session');
    expect(await client.request('session/open', { command: 'ln a b' })).toMatchObject({
      status: 'not-run',
      sessionId: null,
      result: { refusal: 'forbidden-by-policy' },
    });
  });
});

describe.runIf(hasSandbox)('the sandbox of the server', () => {
  const sandboxed = once(async () => await ground.connect(undefined, []));

  it('may be narrowed by a client', async () => {
    const client = await ground.connect(undefined, []);
    const write = { command: 'echo x > made' };
    const readOnly = { sandboxPolicy: { type: 'readOnly' } } as const;
    expect(await client.request('command/exec', { ...write, ...readOnly })).toMatchObject({
      sandbox: 'landlock',
    });
    expect(existsSync(join(workspace, 'made'))).toBe(false);
    await client.request('command/exec', { ...write, sandboxPolicy: { type: 'workspaceWrite' } });
    expect(existsSync(join(workspace, 'made'))).toBe(true);
  });

  it.each([
    ['none at all', { type: 'dangerFullAccess' }],
    ['the network', { type: 'workspaceWrite', networkAccess: true }],
    ['the network, read-only', { type: 'readOnly', networkAccess: true }],
    ['another root', { type: 'workspaceWrite', writableRoots: ['/usr/local'] }],
    ['a root behind a link', { type: 'workspaceWrite', writableRoots: ['link'] }],
  ] as const)('is not widened: %s', async (_, sandboxPolicy) => {
    rmSync(join(workspace, 'link'), { force: true });
    symlinkSync('/usr/local', join(workspace, 'link'));
    const client = await sandboxed();
    expect(await failure(client.request('command/exec', { command: ['true'], sandboxPolicy }))).toBe(
      'wider-sandbox',
    );
    expect(await failure(client.request('changeSet/open', { sandboxPolicy }))).toBe('wider-sandbox');
  });

  it('keeps changes in a set until they are committed', async () => {
    const client = await ground.connect(undefined, []);
    const { changeSetId } = await client.request('changeSet/open', {});
    const wrote = await client.request('changeSet/exec', {
      changeSetId,
      command: 'echo one > made; echo two > other',
    });
    expect(wrote).toMatchObject({
      result: { exitCode: 0, changeSetId },
      changes: [
        { path: join(workspace, 'made'), kind: 'create', held: [] },
        { path: join(workspace, 'other'), kind: 'create' },
      ],
      omitted: 0,
      forbidden: null,
    });
    expect(existsSync(join(workspace, 'made'))).toBe(false);
    const { lines } = await client.request('changeSet/diff', { changeSetId, only: ['made'] });
    expect(lines).toContain('+one');
    expect(await failure(client.request('changeSet/commit', { changeSetId, only: ['nonesuch'] }))).toBe(
      'bad-params',
    );
    expect(await client.request('changeSet/commit', { changeSetId, only: ['made'] })).toMatchObject({
      status: 'committed',
      count: 1,
    });
    expect(readFileSync(join(workspace, 'made'), 'utf8')).toBe('one\n');
    expect(existsSync(join(workspace, 'other'))).toBe(false);
    expect(await failure(client.request('changeSet/discard', { changeSetId }))).toBe('unknown-change-set');
    const held = await client.request('command/exec', { command: 'echo three > other', changes: 'hold' });
    await client.request('changeSet/discard', { changeSetId: held.changeSetId ?? '' });
    expect(existsSync(join(workspace, 'other'))).toBe(false);
  });
});
