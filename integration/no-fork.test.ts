// A host forks for its launch server, and for no command: each fork would copy its page tables while its event loop
// stands still. Counted from below, in the C library, whoever in the process does it.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { fixture, tempDirectory } from './support/run-process.ts';
import { hasRuntimeSandbox } from './support/runtime-sandbox.ts';

const usable = await hasRuntimeSandbox('what a command costs its host');
const scratch = mkdtempSync(join(tempDirectory, 'cordon-forks-'));
afterAll(() => {
  rmSync(scratch, { recursive: true });
});
const library = join(scratch, 'counts-forks.so');
const flags = ['-shared', '-fPIC', '-w', '-D_GNU_SOURCE'];
const isBuilt =
  spawnSync('cc', [...flags, fixture('counts-forks.c'), '-o', library, '-ldl'], { stdio: 'ignore' })
    .status === 0;

describe.skipIf(!usable || !isBuilt)('the host', () => {
  it('makes no process for a command: not to run it, not to read what it wrote, not to commit that', () => {
    const log = join(scratch, 'log');
    const dist = fileURLToPath(new URL('../dist', import.meta.url));
    const seen = execFileSync(process.execPath, [fixture('hosts/counts-forks.mjs'), dist, log], {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], LD_PRELOAD: library, CORDON_TEST_FORKS: log },
    });
    expect(JSON.parse(seen)).toEqual({
      'a bare spawn': { forks: 5 },
      'exec that reads': { forks: 0, became: 'exited, 0 changed, 0 held' },
      'exec that writes': { forks: 0, became: 'exited, 1 changed, 0 held' },
      'exec whose changes are held': { forks: 0, became: 'exited, 0 changed, 1 held' },
      'a session on pipes': { forks: 0, became: 'exited' },
      'a session on a terminal': { forks: 0, became: 'exited' },
    });
  });
});
