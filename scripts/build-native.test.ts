import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const script = fileURLToPath(new URL('build-native.mjs', import.meta.url));
const compilers = ['gcc', 'clang'].filter((name) => spawnSync(name, ['--version']).status === 0);

describe.skipIf(process.platform !== 'linux' || compilers.length === 0)('the launcher', () => {
  let out: string;
  beforeEach(() => {
    out = mkdtempSync(join(tmpdir(), 'cordon-build-'));
  });
  afterEach(() => {
    rmSync(out, { recursive: true, force: true });
  });

  const programs = [
    { says: 'of this system', flags: [] },
    { says: 'of systems without namespaces', flags: ['--portable'] },
  ];
  for (const compiler of compilers) {
    it.each(programs)(
      `$says compiles with ${compiler} without a warning`,
      { timeout: 60_000 },
      ({ flags }) => {
        const ran = spawnSync(process.execPath, [script, '--strict', '--out', out, ...flags], {
          encoding: 'utf8',
          env: { ...process.env, CC: compiler },
        });
        expect({ status: ran.status, said: ran.stderr }).toEqual({ status: 0, said: '' });
      },
    );
  }
});
