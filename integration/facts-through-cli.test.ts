// The built program: a command that a rule forbids does not run, however it is written. A row counts only if its script
// leaves the file `M` when no rule is there.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { stoppedRows } from './fixtures/stopped-rows.ts';

const cordon = fileURLToPath(new URL('../bin/cordon.js', import.meta.url));
const base = mkdtempSync(join(tmpdir(), 'cordon-stopped-'));
afterAll(() => rmSync(base, { recursive: true, force: true }));

describe.skipIf(process.platform !== 'linux')('a forbidden command does not run', () => {
  for (const [index, { says, script, rules }] of stoppedRows.entries()) {
    it.concurrent(says, async () => {
      const seen = await leavesFile(`${String(index)}-rules`, script, rules ?? forbidsTouch);
      const without = await leavesFile(`${String(index)}-control`, script, '');
      expect({ script, seen, without }).toEqual({ script, seen: false, without: true });
    });
  }
});

const forbidsTouch = 'prefix_rule(pattern=["touch"], decision="forbidden")\n';

async function leavesFile(name: string, script: string, rules: string): Promise<boolean> {
  const work = join(base, name, 'work');
  const home = join(base, name, 'home');
  mkdirSync(work, { recursive: true });
  mkdirSync(join(home, 'rules'), { recursive: true });
  writeFileSync(join(home, 'rules', 'x.rules'), rules);
  const args = [
    'run',
    '--sandbox',
    'danger-full-access',
    '--ask-for-approval',
    'never',
    '--',
    'bash',
    '-c',
    script,
  ];
  const child = spawn(process.execPath, [cordon, ...args], {
    cwd: work,
    env: { PATH: process.env['PATH'], HOME: home, CORDON_HOME: home, LANG: 'C.UTF-8' },
    stdio: 'ignore',
  });
  await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  return existsSync(join(work, 'M'));
}
