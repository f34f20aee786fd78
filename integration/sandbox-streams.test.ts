// The caller's own standard streams: a command writes to them, and gets no more than that.
import { spawnSync } from 'node:child_process';
import { chownSync, closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hasFullSandbox, makeDirectory, removeDirectory } from './support/launcher-rig.ts';
import { reachableCordon } from './support/reachable.ts';

const cordon = reachableCordon();
const isRoot = process.getuid?.() === 0;
const users = isRoot ? (['root', 'nobody'] as const) : (['this user'] as const);

describe.skipIf(!(await hasFullSandbox()))("the caller's streams", () => {
  let base: string;
  beforeEach(() => {
    base = makeDirectory();
    mkdirSync(join(base, 'w'));
  });
  afterEach(() => {
    removeDirectory(base);
  });

  for (const user of users) {
    function run(
      command: readonly string[],
      {
        stdout = 'pipe',
        stderr = 'pipe',
      }: { readonly stdout?: number | 'pipe'; readonly stderr?: number | 'pipe' } = {},
    ): string {
      if (user === 'nobody') for (const path of [base, join(base, 'w')]) chownSync(path, 65534, 65534);
      const done = spawnSync(process.execPath, [cordon, 'sandbox', '--private-tmp', '--', ...command], {
        cwd: join(base, 'w'),
        env: { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: base, CORDON_HOME: join(base, 'home') },
        stdio: ['ignore', stdout, stderr],
        encoding: 'utf8',
        ...(user === 'nobody' ? { uid: 65534, gid: 65534 } : {}),
      });
      // A stream that went to a file is null here, whatever its type says.
      const said = [done.stdout, done.stderr].map((text: string | null) => (text ?? '').trimEnd()).join('');
      return `${said} ${String(done.status)}`;
    }

    describe(`for ${user}`, () => {
      for (const flags of ['a', 'w'] as const) {
        it(`keep what a file opened with ${flags === 'a' ? '>>' : '>'} held before the command`, () => {
          const log = join(base, 'log');
          if (flags === 'a') writeFileSync(log, 'before\n');
          const fd = openSync(log, flags);
          const script = [
            'import os',
            'def quietly(call):',
            '  try: call()',
            '  except OSError: pass',
            'for fd in (1, 2): quietly(lambda: os.ftruncate(fd, 0))',
            'for path in ("/dev/stdout", "/proc/self/fd/1", "/dev/stderr"):',
            '  quietly(lambda: os.open(path, os.O_WRONLY | os.O_TRUNC))',
            '  quietly(lambda: os.truncate(path, 0))',
            'quietly(lambda: os.pwrite(1, b"OVER", 0))',
            'os.write(1, b"one\\n"); os.write(2, b"two\\n"); os.write(1, b"three\\n")',
          ].join('\n');
          expect(run(['python3', '-c', script], { stdout: fd, stderr: fd })).toBe(' 0');
          closeSync(fd);
          expect(readFileSync(log, 'utf8')).toBe(`${flags === 'a' ? 'before\n' : ''}one\ntwo\nthree\n`);
        });
      }

      it('take everything a command writes, and can be reopened for writing', () => {
        const log = join(base, 'log');
        const fd = openSync(log, 'a');
        expect(run(['bash', '-c', 'seq 1 200000; echo end > /dev/stdout'], { stdout: fd })).toBe(' 0');
        closeSync(fd);
        const lines = readFileSync(log, 'utf8').trimEnd().split('\n');
        expect([lines.length, lines[0], lines.at(-1)]).toEqual([200_001, '1', 'end']);
      });

      it('a script without a first line that names its shell runs under bash', () => {
        writeFileSync(join(base, 'w', 'script'), 'a=(1 2 3)\n[[ ${#a[@]} == 3 ]] && echo "bash $1"\n', {
          mode: 0o755,
        });
        expect(run(['./script', 'x'])).toBe('bash x 0');
      });
    });
  }
});
