// Two thousand commands of every kind through the whole library, in a host of its own: afterwards the host is as it was.
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, expect, it } from 'vitest';
import { fixture, processesNamed, uniqueName } from './support/run-process.ts';

interface Report {
  readonly hasSandbox: boolean;
  readonly wrong: readonly string[];
  readonly ends: Readonly<Record<string, number>>;
  readonly left: Readonly<Record<string, unknown>>;
  readonly childrenAtTheEnd: number;
  readonly grownMib: Readonly<Record<'rss' | 'heap' | 'buffers', number>>;
}

const home = mkdtempSync(join(tmpdir(), 'cordon-soak-'));
afterAll(() => {
  rmSync(home, { recursive: true });
});

it.runIf(process.platform === 'linux')(
  '2,000 mixed executions leave nothing behind',
  async () => {
    const name = uniqueName();
    const dist = fileURLToPath(new URL('../dist', import.meta.url));
    const temporary = join(home, 'tmp');
    mkdirSync(temporary);
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--expose-gc', fixture('hosts/soak.mjs'), dist, '2000', name],
      { env: { ...process.env, SOAK_HOME: home, TMPDIR: temporary } },
    );
    const { wrong, left, ends, childrenAtTheEnd, grownMib, hasSandbox } = JSON.parse(stdout) as Report;
    expect(wrong).toEqual([]);
    expect(left).toEqual({ zombies: 0, strays: 0, descriptors: 0, children: 0, temporaryFiles: [] });
    expect(childrenAtTheEnd).toBe(0);
    expect(processesNamed(name)).toEqual([]);
    expect(Math.max(grownMib.rss, grownMib.heap + grownMib.buffers)).toBeLessThan(20);
    expect(Object.keys(ends)).toEqual(
      expect.arrayContaining([
        'exited 0',
        'exited 9',
        'signalled SIGKILL',
        'timed-out',
        'cancelled',
        'spawn-failed',
      ]),
    );
    if (process.env['REQUIRE_SANDBOX'] === '1') expect(hasSandbox).toBe(true);
  },
  300_000,
);
