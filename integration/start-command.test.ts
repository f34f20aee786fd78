// A command whose caller watches it: its own events, input while it runs, a stop, and the same result.
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  createShellRuntime,
  type ExecEvent,
  renderCaptured,
  type ExecResult,
  type ShellRuntime,
  type ShellRuntimeOptions,
} from '../src/index.ts';

const root = realpathSync(mkdtempSync('/var/tmp/cordon-start-'));
const runtimes: ShellRuntime[] = [];
beforeAll(() => mkdirSync(join(root, 'workspace')));
afterEach(async () => {
  await Promise.all(runtimes.splice(0).map((runtime) => runtime.close()));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

async function start(options: Partial<ShellRuntimeOptions> = {}): Promise<ShellRuntime> {
  const runtime = await createShellRuntime({
    workspace: join(root, 'workspace'),
    sandbox: 'danger-full-access',
    rules: { home: join(root, 'home'), system: join(root, 'none') },
    baseEnv: { PATH: '/usr/bin:/bin' },
    ...options,
  });
  runtimes.push(runtime);
  return runtime;
}

function said(result: ExecResult): string {
  if (result.kind === 'not-run' || !('output' in result.outcome)) throw new Error('it did not run');
  return renderCaptured(result.outcome.output.aggregated);
}

describe('a started command', () => {
  it('gives the events of its own call, and the result that exec would give', async () => {
    const runtime = await start();
    const other = runtime.exec({ command: 'echo other' });
    await using command = runtime.start({ command: 'echo one; exit 3' });
    const seen: ExecEvent[] = [];
    for await (const event of command.events) seen.push(event);
    await other;
    expect(new Set(seen.map(({ callId }) => callId))).toEqual(new Set([command.callId]));
    expect([seen[0]?.type, seen.at(-1)?.type]).toEqual(['exec.evaluated', 'exec.finished']);
    expect(await command.result).toMatchObject({ kind: 'ran', outcome: { kind: 'exited', exitCode: 3 } });
    expect(said(await command.result)).toBe('one\n');
  });

  it('reads what is written while it runs, and what was written before it did, up to the end', async () => {
    const runtime = await start();
    await using command = runtime.start({ command: ['cat'], stdin: { kind: 'open' } });
    const { stdin } = command;
    if (stdin === undefined) throw new Error('no input');
    const early = stdin.write('before\n');
    for await (const event of command.events) {
      if (event.type !== 'output.chunk') continue;
      expect(await early).toBe('written');
      expect(await stdin.write(Buffer.from('after\n'))).toBe('written');
      await stdin.end();
      break;
    }
    expect(said(await command.result)).toBe('before\nafter\n');
    expect(await stdin.write('late')).toBe('closed');
  });

  it('keeps its deadline with open input, and is over when its signal fires or it is cancelled', async () => {
    const runtime = await start();
    const stdin = { kind: 'open' } as const;
    const late = runtime.start({ command: ['cat'], stdin, timeoutMs: 200 });
    expect(await late.result).toMatchObject({ kind: 'ran', outcome: { kind: 'timed-out' } });
    for (const input of [{ command: ['cat'], stdin } as const, { command: 'sleep 60' } as const]) {
      const gone = new AbortController();
      const one = runtime.start(input, gone.signal);
      const two = runtime.start(input);
      for await (const event of one.events) if (event.type === 'attempt.started') break;
      for await (const event of two.events) if (event.type === 'attempt.started') break;
      gone.abort();
      two.cancel();
      expect(await one.result).toMatchObject({ kind: 'ran', outcome: { kind: 'cancelled' } });
      expect(await two.result).toMatchObject({ kind: 'ran', outcome: { kind: 'cancelled' } });
    }
  });

  it('ends with its scope, and with the runtime', async () => {
    const runtime = await start();
    let left: Promise<ExecResult>;
    {
      await using command = runtime.start({ command: ['cat'], stdin: { kind: 'open' } });
      for await (const event of command.events) if (event.type === 'attempt.started') break;
      left = command.result;
    }
    expect(await left).toMatchObject({ outcome: { kind: 'cancelled' } });
    const open = runtime.start({ command: ['cat'], stdin: { kind: 'open' } });
    for await (const event of open.events) if (event.type === 'attempt.started') break;
    await runtime.close();
    expect(await open.result).toMatchObject({ outcome: { kind: 'cancelled' } });
    const closed = runtime.start({ command: 'true' });
    await expect(closed.result).rejects.toThrow('the runtime is closed');
    for await (const event of closed.events) throw new Error(`an event after the end: ${event.type}`);
  });

  it('refuses what is malformed at once, and an id that is in use', async () => {
    const runtime = await start();
    expect(() => runtime.start({ command: 'ls', timeout: 5 } as never)).toThrow('did you mean `timeoutMs`?');
    const one = runtime.start({ command: ['cat'], stdin: { kind: 'open' }, callId: 'mine' });
    expect(() => runtime.start({ command: 'ls', callId: 'mine' })).toThrow('still running');
    one.cancel();
    await one.result;
  });

  it('takes undefined for every optional field, like a field that is not there', async () => {
    const runtime = await start({ reviewer: undefined, hooks: undefined, environment: undefined });
    const result = await runtime.exec({
      command: 'echo ok',
      cwd: undefined,
      timeoutMs: undefined,
      env: undefined,
    });
    expect(said(result)).toBe('ok\n');
  });
});

describe('a dry run', () => {
  it('says that a command would run, and leaves nothing behind', async () => {
    const runtime = await start();
    const seen: string[] = [];
    runtime.onEvent(({ type }) => seen.push(type));
    expect(runtime.evaluate({ command: 'touch made' })).toMatchObject({ kind: 'would-run' });
    expect(runtime.evaluate({ command: 'ls', cwd: '/nonesuch' })).toMatchObject({
      kind: 'refused',
      refusal: { kind: 'bad-request' },
    });
    expect(() => readFileSync(join(root, 'workspace', 'made'))).toThrow('ENOENT');
    expect([seen, runtime.approvals.audit()]).toEqual([[], []]);
  });
});

describe('several runtimes in one process', () => {
  it('know nothing of each other', async () => {
    const [one, two] = [await start(), await start({ baseEnv: { PATH: '/usr/bin:/bin', WHO: 'two' } })];
    const heard: string[] = [];
    one.onEvent(({ type }) => heard.push(type));
    const long = two.sessions.open({ command: 'read line; echo "$WHO $line"', stdin: 'open', yieldMs: 250 });
    await one.close();
    const opened = await long;
    if (!opened.ok || opened.value.kind !== 'running') throw new Error('not running');
    const { sessionId } = opened.value;
    const read = await two.sessions.write({ sessionId, chars: 'goes on\n', until: 'exit' });
    expect(read).toMatchObject({ ok: true, value: { kind: 'finished', text: 'two goes on\n' } });
    expect(heard).toEqual([]);
  });
});

describe('a poll of a session', () => {
  it('needs no characters, and may be as short as the caller wants', async () => {
    const runtime = await start();
    const opened = await runtime.sessions.open({ command: ['cat'], stdin: 'open', yieldMs: 250 });
    if (!opened.ok) throw new Error(opened.error.reason);
    const read = await runtime.sessions.write({ sessionId: opened.value.sessionId, yieldMs: 10 });
    if (!read.ok) throw new Error(read.error.reason);
    expect(read.value.kind).toBe('running');
    expect(read.value.waitedMs).toBeLessThan(5_000);
  });
});
