// What the library does to and for the process that uses it: nothing survives its death, its memory stays bounded, its
// descriptors stay its own. Each test starts a host of its own from the built package.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { reachable } from './support/reachable.ts';
import {
  fixture,
  hasLauncher,
  launcherPath,
  processesNamed,
  uniqueName,
  type Way,
} from './support/run-process.ts';

const dist = fileURLToPath(new URL('../dist', import.meta.url));
const execute = promisify(execFile);

describe.each<Way | 'served'>(['direct', 'launched', 'served'])('a host of programs started %s', (way) => {
  const skip = way !== 'direct' && !hasLauncher && process.env['REQUIRE_SANDBOX'] !== '1';

  it.skipIf(skip)('takes every program along when it is killed', async () => {
    const name = uniqueName();
    const script = fixture('hosts/runs-until-killed.mjs');
    const host = spawn(process.execPath, [script, dist, launcherPath, way, name], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      const ended = once(host, 'exit').then(() => [Buffer.from('it ended')]);
      const [said] = (await Promise.race([once(host.stdout, 'data'), ended])) as [Buffer];
      expect(said.toString()).toBe('running\n');
      expect(processesNamed(name).length).toBeGreaterThan(8);
    } finally {
      host.kill('SIGKILL');
    }
    await vi.waitFor(
      () => {
        // The daemon that left every group, session and parent behind needs the launcher to be found.
        expect(processesNamed(name).length).toBeLessThanOrEqual(way === 'direct' ? 1 : 0);
      },
      { timeout: 10_000 },
    );
    for (const pid of processesNamed(name)) process.kill(pid, 'SIGKILL');
  });

  it.skipIf(skip)('reads 200 MB in bounded memory and accounts for each byte', async () => {
    const script = fixture('hosts/reads-a-flood.mjs');
    const { stdout } = await execute(process.execPath, [script, dist, launcherPath, way, '200000000']);
    const { grownMib, accounted } = JSON.parse(stdout) as { grownMib: number; accounted: number };
    expect(accounted).toBe(200_000_000);
    expect(grownMib).toBeLessThan(64);
  });
});

it.runIf(process.platform === 'linux')('a program is not given descriptors its host inherited', async () => {
  const script = fixture('hosts/shows-the-world-of-a-child.mjs');
  const { stdout } = await execute('bash', [
    '-c',
    'exec "$0" "$@" 7</etc/hostname',
    process.execPath,
    script,
    dist,
  ]);
  expect(stdout.split('\n').filter((line) => line.startsWith('descriptor'))).toEqual([
    'descriptor 1',
    'descriptor 2',
  ]);
});

describe.skipIf(!hasLauncher)('a host with a launcher that waits', () => {
  const workspaces: string[] = [];
  const workspace = (): string => {
    const made = mkdtempSync('/var/tmp/cordon-host-');
    chmodSync(made, 0o777);
    workspaces.push(made);
    return made;
  };
  afterAll(() => {
    for (const each of workspaces) rmSync(each, { recursive: true });
  });

  it.runIf(process.getuid?.() === 0)('runs nothing with the privileges it has given up', async () => {
    const script = fixture('hosts/drops-its-privileges.mjs');
    // The second command also proves that a host may end although it never closed the runtime.
    const { stdout } = await execute(process.execPath, [
      script,
      `${dist}/index.js`,
      workspace(),
      reachable(launcherPath),
    ]);
    expect(stdout).toBe('0\n65534\n');
  });
});
