// Other programs work in the directories a command may write, /tmp first of all: what vanishes between the search for
// what to protect and the command's start is looked for again, and refuses nothing.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hasRuntimeSandbox } from './support/runtime-sandbox.ts';

const bin = fileURLToPath(new URL('../bin/cordon.js', import.meta.url));
let base: string;
let busy: ChildProcess | undefined;

beforeEach(() => {
  base = realpathSync(mkdtempSync('/var/tmp/cordon-churn-'));
  for (const name of ['work', 'home']) mkdirSync(join(base, name));
});
afterEach(() => {
  busy?.kill('SIGKILL');
  busy = undefined;
  spawnSync('sh', ['-c', 'rm -rf /tmp/cordon-churn-*']);
  rmSync(base, { recursive: true, force: true });
});

const hasSandbox = await hasRuntimeSandbox('a busy /tmp');

describe.skipIf(!hasSandbox)('a busy /tmp', () => {
  it('refuses no command', { timeout: 120_000 }, () => {
    const loop =
      'while :; do d=$(mktemp -d /tmp/cordon-churn-XXXXXX); mkdir -p $d/a/.git/hooks $d/b/.git; rm -rf $d; done';
    busy = spawn('sh', ['-c', loop], { stdio: 'ignore' });
    const ends = Array.from({ length: 25 }, () => {
      const run = spawnSync(
        process.execPath,
        [bin, 'run', '--sandbox', 'workspace-write', '--ask-for-approval', 'never', '--', 'true'],
        {
          cwd: join(base, 'work'),
          env: { PATH: process.env['PATH'], HOME: join(base, 'home') },
          encoding: 'utf8',
        },
      );
      return [run.status, run.stderr];
    });
    expect(ends).toEqual(Array.from({ length: 25 }, () => [0, '']));
  });
});
