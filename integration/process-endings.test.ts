// Deadlines, cancels, background processes: a command never hangs, never outlives its end, never loses what was read.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { processRunner } from '../src/runtime/process/index.ts';
import {
  fixture,
  hasLauncher,
  openDescriptors,
  prepare,
  prepareMarked,
  processesNamed,
  run,
  show,
  tempDirectory,
  uniqueName,
  type Way,
  zombieChildren,
} from './support/run-process.ts';

const home = mkdtempSync(join(tempDirectory, 'cordon-endings-'));
// A grace that a loaded machine can keep, and short enough for a suite.
const runner = processRunner({ platform: process.platform, tempDirectory: home, killGraceMs: 300 });
const name = uniqueName();

afterEach(async () => {
  await vi.waitFor(() => {
    expect(processesNamed(name)).toEqual([]);
    expect(zombieChildren()).toEqual([]);
  });
});
afterAll(async () => {
  await runner.close();
  rmSync(home, { recursive: true });
});

/** A signal for `run` that fires when the program has written `text`. */
function cancelOn(text: string): { signal: AbortSignal; onOutput: (_: unknown, bytes: Uint8Array) => void } {
  const controller = new AbortController();
  let seen = '';
  return {
    signal: controller.signal,
    onOutput: (_, bytes) => {
      seen += Buffer.from(bytes).toString();
      if (seen.includes(text)) controller.abort();
    },
  };
}

/**
 * A list of processes never shows what outruns it; the kernel knows whether its group has a member. What should have
 * been gone and is not is killed, because it would burn a core for ever.
 */
function watchGroup(): {
  onStarted: (_: unknown, pid: number | undefined) => void;
  groupIsGone(): Promise<void>;
} {
  let group = 0;
  const isGone = (): boolean => {
    try {
      return !process.kill(-group, 0);
    } catch {
      return true;
    }
  };
  return {
    onStarted: (_, pid = 0) => {
      group = pid;
    },
    groupIsGone: async () => {
      expect(group).toBeGreaterThan(1);
      try {
        // Members that died wait for init, which takes its time.
        await vi.waitFor(() => expect(isGone()).toBe(true), { timeout: 10_000 });
      } finally {
        if (!isGone()) process.kill(-group, 'SIGKILL');
      }
    },
  };
}

describe.each<Way>(['direct', 'launched'])('a program started %s', (way) => {
  const skip = way === 'launched' && !hasLauncher && process.env['REQUIRE_SANDBOX'] !== '1';
  const prepared = (script: string, ...args: string[]) =>
    prepareMarked(way, { argv: [fixture(script), ...args] });

  describe.skipIf(skip)('at its deadline', () => {
    it('ends although it ignores TERM, and its children with it', async () => {
      const outcome = await run(runner, prepared('ignores-term.sh', name), { timeoutMs: 400 });
      expect(show(outcome)).toEqual({ kind: 'timed-out', afterMs: 400, stdout: 'ready\n', stderr: '' });
    });

    it('may say goodbye, and is heard', async () => {
      const outcome = await run(runner, prepared('talks-on-term.sh', name), { timeoutMs: 400 });
      expect(show(outcome)).toEqual({
        kind: 'timed-out',
        afterMs: 400,
        stdout: 'ready\ngoodbye\n',
        stderr: '',
      });
    });

    it('takes everything it started along: groups, sessions, daemons, stopped ones', async () => {
      const outcome = await run(runner, prepared('scatters-processes.sh', name), { timeoutMs: 600 });
      expect(show(outcome)).toMatchObject({ kind: 'timed-out', stdout: 'ready\n' });
      expect(processesNamed(name)).toEqual([]);
    });

    it('takes along a child that left it, hears no TERM and carries no mark', async () => {
      const command = prepare(way, { argv: [fixture('loses-a-child.sh'), name] });
      const outcome = await run(runner, command, { timeoutMs: 400 });
      expect(show(outcome)).toMatchObject({ kind: 'timed-out', stdout: 'ready\n' });
      expect(processesNamed(name)).toEqual([]);
    });

    it('takes along what starts a successor and ends, faster than anybody can look', async () => {
      const { groupIsGone, onStarted } = watchGroup();
      const command = prepared('outruns-its-killer.sh', name, 'stays');
      const outcome = await run(runner, command, { timeoutMs: 400, onStarted });
      expect(show(outcome)).toMatchObject({ kind: 'timed-out', stdout: 'ready\n' });
      await groupIsGone();
    });

    it('is not late when it ended in time and only the event loop was', async () => {
      const pending = run(runner, prepareMarked(way, { argv: ['sh', '-c', 'echo in time'] }), {
        timeoutMs: 900,
        onStarted: () => {
          const until = performance.now() + 1200;
          while (performance.now() < until);
        },
      });
      expect(show(await pending)).toEqual({ kind: 'exited', exitCode: 0, stdout: 'in time\n', stderr: '' });
    });

    it('may be more than a month away', async () => {
      const outcome = await run(runner, prepareMarked(way, { argv: ['true'] }), { timeoutMs: 2 ** 40 });
      expect(outcome.kind).toBe('exited');
    });

    it('may be now', async () => {
      const outcome = await run(runner, prepared('ignores-term.sh', name), { timeoutMs: 0 });
      expect(outcome.kind).toBe('timed-out');
    });

    it('may not be nonsense', async () => {
      await expect(
        run(runner, prepareMarked(way, { argv: ['true'] }), { timeoutMs: Number.NaN }),
      ).rejects.toMatchObject({ code: 'E_BAD_OPTION' });
    });
  });

  describe.skipIf(skip)('when cancelled', () => {
    it('ends with everything it started, and keeps what it wrote', async () => {
      const outcome = await run(runner, prepared('scatters-processes.sh', name), cancelOn('ready'));
      expect(show(outcome)).toEqual({ kind: 'cancelled', stdout: 'ready\n', stderr: '' });
      expect(processesNamed(name)).toEqual([]);
    });

    it('does not start when it was cancelled before', async () => {
      const file = join(home, uniqueName());
      const outcome = await run(runner, prepareMarked(way, { argv: ['touch', file] }), {
        signal: AbortSignal.abort(),
      });
      expect(show(outcome)).toEqual({ kind: 'cancelled', stdout: '', stderr: '' });
      expect(existsSync(file)).toBe(false);
    });

    it('has ended when it is cancelled the moment it starts', async () => {
      const controller = new AbortController();
      const pending = run(runner, prepared('ignores-term.sh', name), { signal: controller.signal });
      controller.abort();
      expect((await pending).kind).toBe('cancelled');
    });

    it('stops waiting for a background process', async () => {
      const outcome = await run(runner, prepared('leaves-grandchild.sh', name, 'chatty'), cancelOn('late'));
      expect(['exited', 'cancelled']).toContain(outcome.kind);
    });
  });

  describe.skipIf(skip)('with a background process that keeps its output open', () => {
    it('ends, keeps what was read, and leaves nobody behind', async () => {
      const outcome = await run(runner, prepared('leaves-grandchild.sh', name));
      expect(show(outcome)).toEqual({ kind: 'exited', exitCode: 0, stdout: 'done\n', stderr: '' });
      await vi.waitFor(() => {
        expect(processesNamed(name)).toEqual([]);
      });
    });

    it('catches one that starts a successor and ends, faster than anybody can look', async () => {
      const { groupIsGone, onStarted } = watchGroup();
      const outcome = await run(runner, prepared('outruns-its-killer.sh', name), { onStarted });
      expect(show(outcome)).toMatchObject({ kind: 'exited', exitCode: 0 });
      await groupIsGone();
    });

    it('ends even when that one never stops writing', async () => {
      const outcome = await run(runner, prepared('leaves-grandchild.sh', name, 'chatty'));
      expect(show(outcome)).toMatchObject({ kind: 'exited', exitCode: 0 });
    });
  });

  describe.skipIf(skip)('whose output is slow, large or closed', () => {
    it('is waited for after it closed its output', async () => {
      const file = join(home, uniqueName());
      const pending = run(runner, prepared('closes-output.sh', file));
      writeFileSync(file, '');
      expect(show(await pending)).toEqual({ kind: 'exited', exitCode: 7, stdout: '', stderr: '' });
    });

    it.each([0, 1, 5_000, 65_536, 200_000, 3_000_000])(
      'loses none of %i bytes written right before its end, with the event loop blocked',
      async (size) => {
        const outcome = await run(runner, prepared('floods-stdout.sh', String(size), '777'), {
          onStarted: () => {
            const until = performance.now() + 100;
            while (performance.now() < until);
          },
        });
        if (outcome.kind !== 'exited') throw new Error(outcome.kind);
        const { stdout, stderr, aggregated } = outcome.output;
        expect([stdout.totalBytes, stderr.totalBytes, aggregated.totalBytes]).toEqual([
          size,
          777,
          size + 777,
        ]);
      },
    );

    it('accounts for every byte it was shown and every byte it was not', async () => {
      const size = 20_000_000;
      let delivered = 0;
      const outcome = await run(runner, prepared('floods-stdout.sh', String(size)), {
        onOutput: (_, bytes) => void (delivered += bytes.length),
      });
      if (outcome.kind !== 'exited') throw new Error(outcome.kind);
      const { head, tail, omittedBytes, totalBytes } = outcome.output.stdout;
      expect([delivered, totalBytes, head.length + omittedBytes + tail.length]).toEqual([size, size, size]);
    });

    it('waits while its consumer does, and then goes on', async () => {
      const size = 30_000_000;
      let delivered = 0;
      let letGo = (): void => undefined;
      const consumer = new Promise<void>((resolve) => (letGo = resolve));
      let pid: number | undefined;
      const pending = run(runner, prepared('floods-stdout.sh', String(size)), {
        onStarted: (_, started) => (pid = started),
        onOutput: (_, bytes) => {
          delivered += bytes.length;
          return consumer;
        },
      });
      await vi.waitFor(() => {
        expect(delivered).toBeGreaterThan(0);
      });
      // Standing still: the same count in many looks, while the program is alive and far from its end.
      let looks = 0;
      let before = -1;
      await vi.waitFor(() => {
        looks = delivered === before ? looks + 1 : 0;
        before = delivered;
        expect(looks).toBeGreaterThan(10);
      });
      expect(existsSync(`/proc/${pid ?? 0}`)).toBe(true);
      expect(delivered).toBeLessThan(1_000_000);
      letGo();
      expect((await pending).kind).toBe('exited');
      expect(delivered).toBe(size);
    });

    it('ends at its deadline although its consumer never comes back', async () => {
      const outcome = await run(runner, prepared('floods-stdout.sh', '30000000'), {
        timeoutMs: 300,
        onOutput: () => new Promise(() => undefined),
      });
      expect(outcome.kind).toBe('timed-out');
    });

    it('is ended when its consumer throws, and the throw arrives', async () => {
      const pending = run(runner, prepared('ignores-term.sh', name), {
        onOutput: () => {
          throw new Error('consumer broke');
        },
      });
      await expect(pending).rejects.toThrow('consumer broke');
    });

    it('leaves no descriptor behind', async () => {
      await run(runner, prepareMarked(way, { argv: ['true'] }));
      const before = openDescriptors();
      for (let round = 0; round < 5; round += 1) {
        await run(runner, prepareMarked(way, { argv: ['sh', '-c', 'echo x'] }), {
          stdin: { kind: 'bytes', bytes: new Uint8Array(10) },
        });
        await run(runner, prepareMarked(way, { argv: ['/no/such/program'] }));
      }
      await vi.waitFor(() => {
        expect(openDescriptors()).toBe(before);
      });
    });
  });
});

describe('the spill file', () => {
  it('holds the whole output of a command that wrote more than is kept', async () => {
    const spillDirectory = join(home, 'spill');
    const spilling = processRunner({
      platform: process.platform,
      tempDirectory: home,
      retainBytes: 1000,
      spillDirectory,
    });
    const outcome = await run(spilling, prepareMarked('direct', { argv: ['seq', '1', '100000'] }));
    const quiet = await run(spilling, prepareMarked('direct', { argv: ['echo', 'little'] }));
    await spilling.close();
    if (outcome.kind !== 'exited' || quiet.kind !== 'exited') throw new Error(outcome.kind);
    const whole = Array.from({ length: 100_000 }, (_, index) => `${index + 1}\n`).join('');
    expect(await readFile(outcome.output.spillFile ?? '', 'utf8')).toBe(whole);
    expect(outcome.output.spillProblem).toBeUndefined();
    expect(quiet.output.spillFile).toBeUndefined();
  });
});
