// A launcher that is missing, hangs, lies or dies: a typed end within bounds, and never a claim of success.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { type AbsolutePath, noEnforcement, type PreparedCommand } from '../src/domain/index.ts';
import { protocolVersion } from '../src/launcher/launcher-frames.ts';
import { maxStartBytes } from '../src/launcher/record-writer.ts';
import { processRunner } from '../src/runtime/process/index.ts';
import { fixture, openDescriptors, processesNamed, run, show, tempDirectory } from './support/run-process.ts';

const home = mkdtempSync(join(tempDirectory, 'cordon-launcher-'));
const runnerFor = (startLimitMs: number): ReturnType<typeof processRunner> =>
  processRunner({ platform: process.platform, tempDirectory: home, killGraceMs: 200, startLimitMs });
/** A shell that says something may take its time on a busy machine; one that never does is not waited for. */
const runner = runnerFor(30_000);
const hasty = runnerFor(700);
const launchers = fixture('launchers');

beforeAll(() => {
  writeFileSync(join(home, 'not-executable'), '');
  writeFileSync(join(home, 'not-a-program'), 'no program at all\n\0');
  chmodSync(join(home, 'not-a-program'), 0o755);
});
afterEach(async () => {
  await vi.waitFor(() => {
    expect(processesNamed(launchers)).toEqual([]);
  });
});
afterAll(async () => {
  await Promise.all([runner.close(), hasty.close()]);
  rmSync(home, { recursive: true });
});

function launchedBy(launcher: string, startBytes = 10): PreparedCommand {
  return {
    kind: 'launched',
    launcher: launcher as AbsolutePath,
    start: new Uint8Array(startBytes),
    enforcement: noEnforcement,
  };
}

const broken = { kind: 'spawn-failed', stage: 'launcher', errno: undefined };
const rows = [
  {
    says: 'is missing',
    launcher: join(home, 'nowhere'),
    want: { kind: 'spawn-failed', stage: 'launcher', errno: 'ENOENT' },
  },
  {
    says: 'may not be executed',
    launcher: join(home, 'not-executable'),
    want: { kind: 'spawn-failed', stage: 'launcher', errno: 'EACCES' },
  },
  { says: 'ends well without a word', launcher: join(launchers, 'says-nothing.sh'), want: broken },
  { says: 'is another program', launcher: '/bin/true', want: broken },
  { says: 'is no program', launcher: join(home, 'not-a-program'), want: broken },
  { says: 'echoes what it is told', launcher: join(launchers, 'echoes.sh'), want: broken },
  { says: 'says garbage', launcher: join(launchers, 'says-garbage.sh'), want: broken },
  { says: 'speaks another version', launcher: join(launchers, 'speaks-another-version.sh'), want: broken },
  { says: 'hangs before the start', launcher: join(launchers, 'hangs-before-start.sh'), want: broken },
  {
    says: 'reports an end without a start',
    launcher: join(launchers, 'reports-an-end-first.sh'),
    want: broken,
  },
  {
    says: 'ends in the middle of a report',
    launcher: join(launchers, 'breaks-off-in-a-report.sh'),
    want: broken,
  },
  {
    says: 'names a stranger as the program',
    launcher: join(launchers, 'lies-about-the-pid.sh'),
    want: broken,
  },
  {
    says: 'is killed while the program runs',
    launcher: join(launchers, 'dies-while-running.sh'),
    want: { kind: 'signalled', signal: 'SIGKILL', stdout: 'partial\n', stderr: '' },
  },
  {
    says: 'ends well while the program runs',
    launcher: join(launchers, 'ends-while-running.sh'),
    want: { kind: 'signalled', signal: 'SIGKILL', stdout: 'partial\n', stderr: '' },
  },
  {
    says: 'closes the channel and stays',
    launcher: join(launchers, 'closes-the-channel.sh'),
    want: { kind: 'signalled', signal: 'SIGKILL', stdout: 'partial\n', stderr: '' },
  },
  {
    says: 'does not go away after the end',
    launcher: join(launchers, 'stays-after-the-end.sh'),
    want: { kind: 'exited', exitCode: 5, stdout: 'whole\n', stderr: '' },
  },
];

describe('a launcher that', () => {
  for (const { says, launcher, want } of rows) {
    it(says, async () => {
      const by = says.startsWith('hangs') ? hasty : runner;
      expect(show(await run(by, launchedBy(launcher)))).toEqual(want);
    });
  }

  it('speaks another version, is told apart from one that broke off', async () => {
    expect(await run(runner, launchedBy(join(launchers, 'speaks-another-version.sh')))).toEqual({
      kind: 'spawn-failed',
      failure: {
        stage: 'launcher',
        errno: undefined,
        message: `Cannot start the program: the launcher speaks version 99 of its protocol, and this library version ${protocolVersion}`,
        hint: 'Build the launcher of this version with `npm rebuild cordon`.',
      },
    });
  });

  it('hangs, is ended by a cancel', async () => {
    const controller = new AbortController();
    const pending = run(runner, launchedBy(join(launchers, 'hangs-before-start.sh')), {
      signal: controller.signal,
    });
    setTimeout(() => controller.abort(), 100);
    expect(show(await pending)).toEqual({ kind: 'cancelled', stdout: '', stderr: '' });
  });

  it('hangs, is ended by the deadline', async () => {
    const outcome = await run(runner, launchedBy(join(launchers, 'hangs-before-start.sh')), {
      timeoutMs: 100,
    });
    expect(outcome.kind).toBe('timed-out');
  });

  it('hangs, does not deliver output that was never announced', async () => {
    const seen: string[] = [];
    await run(hasty, launchedBy(join(launchers, 'hangs-before-start.sh')), {
      onStarted: () => seen.push('started'),
      onOutput: () => void seen.push('output'),
    });
    expect(seen).toEqual([]);
  });

  it('would be told too much is not started', async () => {
    const outcome = await run(runner, launchedBy('/bin/true', maxStartBytes + 1));
    expect(show(outcome)).toEqual({ kind: 'spawn-failed', stage: 'exec', errno: 'E2BIG' });
  });

  it('fails in whatever way leaves no descriptor behind', async () => {
    const before = openDescriptors();
    for (const { launcher } of rows.filter(({ says }) => !says.startsWith('hangs')))
      await run(runner, launchedBy(launcher));
    await vi.waitFor(() => {
      expect(openDescriptors()).toBe(before);
    });
  });
});
