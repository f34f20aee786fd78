// The runtime as an embedder holds it: what it starts it ends, what it says is in order, and what it cannot do safely
// it does not do.
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  createShellRuntime,
  type ExecEvent,
  type ExecResult,
  renderCaptured,
  type ReviewDecision,
  RuntimeError,
  type ShellRuntime,
  type ShellRuntimeOptions,
} from '../src/index.ts';
import { hasRuntimeSandbox } from './support/runtime-sandbox.ts';

const hasSandbox = await hasRuntimeSandbox('the runtime on the real sandbox');

let root: string;
let workspace: string;
const open: ShellRuntime[] = [];

beforeEach(() => {
  root = realpathSync(mkdtempSync('/var/tmp/cordon-orchestrator-'));
  workspace = join(root, 'work');
  for (const name of ['work', 'outside', 'home/rules']) mkdirSync(join(root, name), { recursive: true });
});

afterEach(async () => {
  await Promise.all(open.splice(0).map((runtime) => runtime.close()));
  rmSync(root, { recursive: true, force: true });
});

async function start(options: Partial<ShellRuntimeOptions> = {}): Promise<ShellRuntime> {
  const runtime = await createShellRuntime({
    workspace,
    sandbox: 'danger-full-access',
    excludeSlashTmp: true,
    excludeTmpdir: true,
    rules: { home: join(root, 'home'), system: join(root, 'none') },
    baseEnv: { PATH: '/usr/bin:/bin' },
    ...options,
  });
  open.push(runtime);
  return runtime;
}

const always = (decision: ReviewDecision) => ({ review: () => Promise.resolve(decision) });

function said(result: ExecResult): string {
  if (result.kind === 'not-run') throw new Error(`Not run: ${result.refusal.reason}`);
  return 'output' in result.outcome ? renderCaptured(result.outcome.output.stdout) : '';
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return !/^State:\s+Z/mu.test(readFileSync(`/proc/${String(pid)}/status`, 'utf8'));
  } catch {
    return false;
  }
};

/** A command that writes its pid and then waits, and the pid. */
async function waiting(
  runtime: ShellRuntime,
  signal?: AbortSignal,
): Promise<{ readonly result: Promise<ExecResult>; readonly pid: number }> {
  const file = join(workspace, 'pid');
  const result = runtime.exec(
    { command: ['bash', '-c', `echo $$ > ${file}; sleep 300 & wait`], timeoutMs: 'none' },
    signal,
  );
  await vi.waitFor(() => expect(readFileSync(file, 'utf8')).toMatch(/\d\n/u), { timeout: 10_000 });
  return { result, pid: Number(readFileSync(file, 'utf8')) };
}

describe('a runtime that is closed', () => {
  it('ends what it started, and waits for it', async () => {
    const runtime = await start();
    const { result, pid } = await waiting(runtime);
    await runtime.close();
    expect(isAlive(pid)).toBe(false);
    expect(await result).toMatchObject({ kind: 'ran', outcome: { kind: 'cancelled' } });
  });

  it('withdraws its questions', async () => {
    const reviewer = { review: () => new Promise<ReviewDecision>(() => undefined) };
    const runtime = await start({ approvalPolicy: 'untrusted', reviewer });
    const asked = new Promise<void>((resolve) => {
      runtime.onEvent((event) => {
        if (event.type === 'approval.requested') resolve();
      });
    });
    const result = runtime.exec({ command: 'touch made' });
    await asked;
    await runtime.close();
    expect(await result).toMatchObject({ refusal: { kind: 'aborted' } });
    expect(existsSync(join(workspace, 'made'))).toBe(false);
  });

  it('takes no more calls, and can be closed again', async () => {
    const runtime = await start();
    await runtime.close();
    await runtime.close();
    const refused = runtime.exec({ command: 'true' });
    await expect(refused).rejects.toBeInstanceOf(RuntimeError);
    await expect(refused).rejects.toMatchObject({ code: 'E_RUNTIME_CLOSED' });
  });
});

describe('a call', () => {
  it('that is cancelled ends its whole tree', async () => {
    const runtime = await start();
    const cancel = new AbortController();
    const { result, pid } = await waiting(runtime, cancel.signal);
    cancel.abort();
    expect(await result).toMatchObject({ kind: 'ran', outcome: { kind: 'cancelled' } });
    expect(isAlive(pid)).toBe(false);
  });

  it('that was cancelled before it began starts nothing', async () => {
    const runtime = await start();
    const result = await runtime.exec({ command: 'touch made' }, AbortSignal.abort());
    expect(result).toMatchObject({ refusal: { kind: 'aborted' } });
    expect(existsSync(join(workspace, 'made'))).toBe(false);
  });

  it('has an id of its own while it runs', async () => {
    const runtime = await start();
    const first = runtime.exec({ command: 'true', callId: 'same' });
    await expect(runtime.exec({ command: 'true', callId: 'same' })).rejects.toMatchObject({
      code: 'E_BAD_OPTION',
    });
    expect((await first).callId).toBe('same');
    expect((await runtime.exec({ command: 'true', callId: 'same' })).kind).toBe('ran');
  });

  it('does not spend its deadline on waiting for an answer', async () => {
    const reviewer = {
      review: async (): Promise<ReviewDecision> => {
        await pause(3_200);
        return { kind: 'approved' };
      },
    };
    const runtime = await start({ approvalPolicy: 'untrusted', reviewer });
    const result = await runtime.exec({ command: 'touch made', timeoutMs: 3_000 });
    expect(result).toMatchObject({ kind: 'ran', outcome: { kind: 'exited', exitCode: 0 } });
  });

  it('starts in the real directory, whatever link led there', async () => {
    symlinkSync(workspace, join(root, 'link'));
    const runtime = await start({ workspace: join(root, 'link') });
    expect(said(await runtime.exec({ command: 'pwd; echo $PWD' }))).toBe(`${workspace}\n${workspace}\n`);
  });

  it('sees no variable that would change the meaning of its first word', async () => {
    const trap = join(root, 'trap.sh');
    writeFileSync(trap, 'touch trapped\n');
    const runtime = await start({
      baseEnv: { PATH: '/usr/bin:/bin', BASH_ENV: trap, API_TOKEN: 'x', KEPT: 'y' },
    });
    expect(
      said(await runtime.exec({ command: 'echo $BASH_ENV$API_TOKEN$KEPT', env: { BASH_ENV: trap } })),
    ).toBe('y\n');
    expect(existsSync(join(workspace, 'trapped'))).toBe(false);
    expect(runtime.removedVariables).toEqual([
      { name: 'API_TOKEN', step: 'default-excludes' },
      { name: 'BASH_ENV', step: 'shell-safety' },
    ]);
  });
});

describe('a host without a sandbox', () => {
  it('refuses every confined command with the reason, and runs none', async () => {
    const runtime = await start({ sandbox: 'workspace-write', launcher: join(root, 'no-such-launcher') });
    const result = await runtime.exec({ command: 'touch made' });
    expect(result).toMatchObject({
      refusal: { kind: 'sandbox-unavailable', reason: expect.stringContaining('does not exist') as string },
    });
    expect(existsSync(join(workspace, 'made'))).toBe(false);
    expect(runtime.sandbox.selection.kind).toBe('unavailable');
  });

  it('still runs what was asked to run without one', async () => {
    const runtime = await start({ launcher: join(root, 'no-such-launcher') });
    expect(await runtime.exec({ command: 'true' })).toMatchObject({ kind: 'ran' });
  });
});

describe('a broken rule file', () => {
  it('is reported by its place, and makes nothing more generous', async () => {
    writeFileSync(join(root, 'home/rules/good.rules'), 'prefix_rule(pattern=["ln"], decision="forbidden")\n');
    writeFileSync(join(root, 'home/rules/bad.rules'), 'prefix_rule(pattern=["touch"], decision="maybe")\n');
    const runtime = await start();
    expect(runtime.policyErrors).toMatchObject([{ file: join(root, 'home/rules/bad.rules'), line: 1 }]);
    expect(await runtime.exec({ command: 'ln -s a b' })).toMatchObject({
      refusal: { kind: 'forbidden-by-policy' },
    });
  });
});

describe('events', () => {
  const size = 6_000_000;
  const flood = { command: ['head', '-c', String(size), '/dev/zero'], timeoutMs: 'none' } as const;

  it('hold a command back while a consumer lags, and lose nothing', async () => {
    const runtime = await start();
    let emitted = 0;
    runtime.onEvent((event) => {
      if (event.type === 'output.chunk') emitted += event.bytes.length;
    });
    const events = runtime.events({ whenFull: 'wait' });
    const result = runtime.exec(flood);
    await vi.waitFor(() => expect(emitted).toBeGreaterThan(1024 * 1024), { timeout: 10_000 });
    await pause(300);
    expect(emitted).toBeLessThan(size / 2);
    let seen = 0;
    for await (const event of events) {
      if (event.type === 'output.chunk') seen += event.bytes.length;
      if (event.type === 'exec.finished') break;
    }
    expect(seen).toBe(size);
    expect(said(await result)).toContain('bytes omitted');
  });

  it('that nobody reads hold no command up, and say how much was dropped', async () => {
    const runtime = await start();
    const events = runtime.events({ maxBytes: 1024 * 1024 });
    expect(await runtime.exec({ ...flood, timeoutMs: 20_000 })).toMatchObject({
      kind: 'ran',
      outcome: { kind: 'exited', output: { stdout: { totalBytes: size } } },
    });
    expect(events.dropped.outputBytes).toBeGreaterThan(size / 2);
  });

  it('let a command go on when its consumer leaves', async () => {
    const runtime = await start();
    const events = runtime.events({ whenFull: 'wait' });
    const result = runtime.exec(flood);
    for await (const event of events) if (event.type === 'output.chunk') break;
    expect(await result).toMatchObject({
      kind: 'ran',
      outcome: { output: { stdout: { totalBytes: size } } },
    });
  });

  it('come in order for each of many calls at once, each begin with its end', async () => {
    const runtime = await start();
    const byCall = new Map<string, ExecEvent['type'][]>();
    runtime.onEvent(({ callId, type }) => {
      const types = byCall.get(callId) ?? [];
      if (type !== 'output.chunk') byCall.set(callId, [...types, type]);
    });
    const commands = ['true', 'false', 'nonesuch-program', 'kill -9 $$', 'sleep 60'];
    await Promise.all(
      Array.from({ length: 25 }, (_, index) =>
        runtime.exec({ command: commands[index % commands.length] ?? 'true', timeoutMs: 400 }),
      ),
    );
    const whole = ['exec.evaluated', 'attempt.started', 'attempt.finished', 'exec.finished'];
    expect([...byCall.values()]).toEqual(Array.from({ length: 25 }, () => whole));
  });
});

describe.runIf(hasSandbox)('the markers', () => {
  const show = { command: 'echo $CORDON_SANDBOX,$CORDON_SANDBOX_NETWORK_DISABLED' };

  it('tell the truth about the sandbox of the attempt', async () => {
    const inside = await start({ sandbox: 'workspace-write' });
    expect(said(await inside.exec(show))).toMatch(/^(?:landlock|seatbelt),1\n$/u);
    const online = await start({ sandbox: 'workspace-write', network: 'full' });
    expect(said(await online.exec(show))).toMatch(/^(?:landlock|seatbelt),\n$/u);
    const outside = await start();
    expect(said(await outside.exec(show))).toBe('none,\n');
  });

  it('tell the truth about an attempt that left the sandbox, and cannot be inherited', async () => {
    const runtime = await start({
      sandbox: 'workspace-write',
      reviewer: always({ kind: 'approved-unsandboxed' }),
      baseEnv: { PATH: '/usr/bin:/bin', CORDON_SANDBOX_NETWORK_DISABLED: '1', CORDON_SANDBOX: 'landlock' },
    });
    const access = { kind: 'unsandboxed', justification: 'test' } as const;
    expect(said(await runtime.exec({ ...show, access }))).toBe('none,\n');
  });
});

describe.runIf(hasSandbox)('the rules', () => {
  it('cannot be changed by a command, also where they lie inside the workspace', async () => {
    const home = join(workspace, 'home');
    mkdirSync(join(home, 'rules'), { recursive: true });
    const extra = join(workspace, 'team.rules');
    writeFileSync(extra, 'prefix_rule(pattern=["ln"], decision="forbidden")\n');
    const runtime = await start({
      sandbox: 'workspace-write',
      rules: { home, system: join(root, 'none'), files: [extra] },
    });
    for (const file of [join(home, 'rules', 'x.rules'), extra]) {
      const result = await runtime.exec({ command: `echo 'prefix_rule(pattern=["ln"])' >> ${file}` });
      expect(result.kind === 'not-run' ? undefined : result.held?.map(({ path }) => path)).toEqual([file]);
    }
    const swap = await runtime.exec({ command: ['mv', extra, join(workspace, 'gone')] });
    expect(swap.kind === 'not-run' ? undefined : swap.held?.map(({ path }) => path)).toEqual([extra]);
    expect(readFileSync(extra, 'utf8')).toBe('prefix_rule(pattern=["ln"], decision="forbidden")\n');
    expect(existsSync(join(home, 'rules', 'x.rules'))).toBe(false);
  });
});

describe.runIf(hasSandbox)('the examples', () => {
  const example = (name: string): string =>
    execFileSync(
      process.execPath,
      [
        '--import',
        import.meta.resolve('tsx'),
        fileURLToPath(new URL(`../examples/${name}`, import.meta.url)),
      ],
      { cwd: workspace, encoding: 'utf8', env: { PATH: '/usr/bin:/bin', HOME: root } },
    );

  it('run one command', () => {
    expect(example('run-one-command.ts')).toBe('hello\n 0\n');
  });

  it('ask a reviewer of their own', () => {
    const lines = example('custom-reviewer.ts').split('\n');
    expect(lines.slice(0, 2)).toEqual(['touch one: ran', 'touch one: ran']);
    expect(lines[2]).toContain('only touch is fine here');
    expect(lines.slice(-3)).toEqual(['answered: true, again: false', 'ran', '']);
  });
});
