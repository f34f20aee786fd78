// The launcher that waits for the next command: it saves time, and must change nothing else.
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type ProcessRunner, processRunner } from '../src/runtime/process/index.ts';
import { hasLauncher, prepare, run, show, tempDirectory } from './support/run-process.ts';

const home = mkdtempSync(join(tempDirectory, 'cordon-spare-'));
afterAll(() => {
  rmSync(home, { recursive: true });
});

/** Launchers that are children of this process, ended ones that nobody collected included. */
function launchers(): readonly number[] {
  return readdirSync('/proc')
    .filter((pid) => /^\d+$/u.test(pid))
    .filter((pid) => {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
        const parent = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1];
        return parent === String(process.pid) && stat.includes('(cordon-launcher)');
      } catch {
        return false;
      }
    })
    .map(Number);
}

async function theWaitingOne(): Promise<number> {
  return await vi.waitFor(() => {
    const found = launchers();
    expect(found).toHaveLength(1);
    return found[0] ?? 0;
  });
}

const parentOfItsShell = ['sh', '-c', 'cat /proc/$PPID/comm; echo $PPID'] as const;

describe.skipIf(!hasLauncher)('a launcher that waits', () => {
  const open: { runner: ProcessRunner | undefined } = { runner: undefined };
  let runner: ProcessRunner;
  beforeEach(() => {
    runner = processRunner({ platform: process.platform, tempDirectory: home, spareLauncher: true });
    open.runner = runner;
  });
  afterEach(async () => {
    await open.runner?.close();
    expect(launchers()).toEqual([]);
  });

  async function say(text: string): Promise<unknown> {
    return show(await run(runner, prepare('launched', { argv: ['echo', text] })));
  }
  const said = (text: string): unknown => ({ kind: 'exited', exitCode: 0, stdout: `${text}\n`, stderr: '' });

  it('is not there before the first command', async () => {
    expect(launchers()).toEqual([]);
    expect(await say('first')).toEqual(said('first'));
    await theWaitingOne();
  });

  it('runs the next command, and another one waits', async () => {
    await say('first');
    const waiting = await theWaitingOne();
    const outcome = show(await run(runner, prepare('launched', { argv: parentOfItsShell })));
    expect(outcome).toEqual({
      kind: 'exited',
      exitCode: 0,
      stdout: `cordon-launcher\n${waiting}\n`,
      stderr: '',
    });
    expect(await theWaitingOne()).not.toBe(waiting);
  });

  it('is missed by nobody when somebody killed it', async () => {
    await say('first');
    const waiting = await theWaitingOne();
    process.kill(waiting, 'SIGKILL');
    await vi.waitFor(() => {
      expect(launchers()).toEqual([]);
    });
    expect(await say('second')).toEqual(said('second'));
  });

  it('serves one of many commands that start at once', async () => {
    await say('first');
    await theWaitingOne();
    const texts = Array.from({ length: 8 }, (_, index) => `number ${index}`);
    expect(await Promise.all(texts.map(say))).toEqual(texts.map(said));
    await theWaitingOne();
  });

  it('is left alone by a command that reads its input', async () => {
    await say('first');
    const waiting = await theWaitingOne();
    const stdin = { kind: 'bytes', bytes: Buffer.from('typed') } as const;
    const outcome = show(await run(runner, prepare('launched', { argv: ['cat'] }), { stdin }));
    expect(outcome).toEqual({ kind: 'exited', exitCode: 0, stdout: 'typed', stderr: '' });
    expect(await theWaitingOne()).toBe(waiting);
  });

  it('keeps the deadline of the command it gets', async () => {
    await say('first');
    await theWaitingOne();
    const outcome = await run(runner, prepare('launched', { argv: ['sleep', '600'] }), { timeoutMs: 200 });
    expect(show(outcome)).toEqual({ kind: 'timed-out', afterMs: 200, stdout: '', stderr: '' });
  });

  it('is another program when the command asks for one', async () => {
    await say('first');
    const waiting = await theWaitingOne();
    const command = { ...prepare('launched', { argv: ['true'] }), launcher: '/bin/false' } as never;
    expect((await run(runner, command)).kind).toBe('spawn-failed');
    expect(launchers()).not.toContain(waiting);
  });

  it('does not wait in a runner that was not asked to keep one', async () => {
    await runner.close();
    runner = processRunner({ platform: process.platform, tempDirectory: home });
    open.runner = runner;
    await say('first');
    expect(launchers()).toEqual([]);
  });
});
