// Every way a program can end, started directly and under the launcher.
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Argv } from '../src/domain/index.ts';
import { processRunner } from '../src/runtime/process/index.ts';
import {
  fixture,
  hasLauncher,
  launcherPath,
  type Manner,
  prepare,
  run,
  show,
  tempDirectory,
  type Way,
  type Wish,
} from './support/run-process.ts';

const home = mkdtempSync(join(tempDirectory, 'cordon-process-'));
const runner = processRunner({ platform: process.platform, tempDirectory: home });
beforeAll(() => {
  writeFileSync(join(home, 'not-executable'), '#!/bin/sh\n');
  mkdirSync(join(home, 'directory'));
  writeFileSync(join(home, '.bashrc'), 'echo "read the start-up file"\n');
  writeFileSync(join(home, 'bad-interpreter'), '#!/no/such/interpreter\n');
  chmodSync(join(home, 'bad-interpreter'), 0o755);
});
afterAll(async () => {
  await runner.close();
  rmSync(home, { recursive: true });
});

const sh = (script: string): Argv => ['sh', '-c', script];
const text = (bytes: string): Manner => ({
  stdin: { kind: 'bytes', bytes: new TextEncoder().encode(bytes) },
});

interface Row extends Wish {
  readonly says: string;
  readonly manner?: Manner;
  readonly want: Record<string, unknown>;
  readonly only?: Way;
}

const rows: readonly Row[] = [
  {
    says: 'a program that ends well',
    argv: ['true'],
    want: { kind: 'exited', exitCode: 0, stdout: '', stderr: '' },
  },
  {
    says: 'a status, and both streams apart',
    argv: sh('echo out; echo err >&2; exit 3'),
    want: { kind: 'exited', exitCode: 3, stdout: 'out\n', stderr: 'err\n' },
  },
  {
    says: 'the largest status',
    argv: sh('exit 255'),
    want: { kind: 'exited', exitCode: 255, stdout: '', stderr: '' },
  },
  {
    says: 'a signal as a signal, with what was written before',
    argv: sh('echo before; kill -SEGV $$'),
    want: { kind: 'signalled', signal: 'SIGSEGV', stdout: 'before\n', stderr: '' },
  },
  {
    says: 'a real-time signal, which has no name',
    argv: ['bash', '-c', 'kill -40 $$'],
    want: { kind: 'signalled', signal: 'SIG40', stdout: '', stderr: '' },
    only: 'launched', // Node itself reports this death as status 0.
  },
  {
    says: 'a status that speaks of a signal as a status',
    argv: sh('exit 137'),
    want: { kind: 'exited', exitCode: 137, stdout: '', stderr: '' },
  },
  {
    says: 'an end of file on stdin at once',
    argv: sh('cat; echo $?'),
    want: { kind: 'exited', exitCode: 0, stdout: '0\n', stderr: '' },
  },
  {
    says: 'bytes on stdin',
    argv: ['cat'],
    manner: text('grüße\n'),
    want: { kind: 'exited', exitCode: 0, stdout: 'grüße\n', stderr: '' },
  },
  {
    says: 'no bytes on stdin',
    argv: ['cat'],
    manner: text(''),
    want: { kind: 'exited', exitCode: 0, stdout: '', stderr: '' },
  },
  {
    says: 'input that can be opened again by name',
    argv: ['cat', '/dev/stdin'],
    manner: text('again'),
    want: { kind: 'exited', exitCode: 0, stdout: 'again', stderr: '' },
  },
  {
    says: 'ten megabytes for a program that does not read',
    argv: ['true'],
    manner: { stdin: { kind: 'bytes', bytes: new Uint8Array(10 * 1024 * 1024) } },
    want: { kind: 'exited', exitCode: 0, stdout: '', stderr: '' },
  },
  {
    says: 'no start-up file of bash for a script with input',
    argv: ['bash', '-c', '--', 'cat'],
    env: { HOME: home },
    manner: text('input only\n'),
    want: { kind: 'exited', exitCode: 0, stdout: 'input only\n', stderr: '' },
  },
  {
    says: 'an environment that is exactly the one given',
    argv: ['env'],
    env: { PATH: '/usr/bin:/bin', ODD: 'a=b c' },
    want: { kind: 'exited', exitCode: 0, stdout: 'PATH=/usr/bin:/bin\nODD=a=b c\n', stderr: '' },
  },
  {
    says: 'a working directory',
    argv: ['pwd'],
    cwd: '/usr/bin',
    want: { kind: 'exited', exitCode: 0, stdout: '/usr/bin\n', stderr: '' },
  },
  {
    says: 'arguments byte for byte',
    argv: ['printf', '<%s>', '', 'a b', '$HOME', '*', 'ü\n😀', '--'],
    want: { kind: 'exited', exitCode: 0, stdout: '<><a b><$HOME><*><ü\n😀><-->', stderr: '' },
  },
  {
    says: 'a program that does not exist',
    argv: ['no-such-program-anywhere'],
    want: { kind: 'spawn-failed', stage: 'exec', errno: 'ENOENT' },
  },
  {
    says: 'a file that may not be executed',
    argv: [join(home, 'not-executable')],
    want: { kind: 'spawn-failed', stage: 'exec', errno: 'EACCES' },
  },
  {
    says: 'a script whose interpreter is gone',
    argv: [join(home, 'bad-interpreter')],
    want: { kind: 'spawn-failed', stage: 'exec', errno: 'ENOENT' },
  },
  {
    says: 'a directory that does not exist',
    argv: ['true'],
    cwd: join(home, 'gone'),
    want: { kind: 'spawn-failed', stage: 'chdir', errno: 'ENOENT' },
  },
  {
    says: 'a directory that is a file',
    argv: ['true'],
    cwd: join(home, 'not-executable'),
    want: { kind: 'spawn-failed', stage: 'chdir', errno: 'ENOTDIR' },
  },
  {
    says: 'an argument too long for the kernel',
    argv: ['true', 'x'.repeat(200_000)],
    want: { kind: 'spawn-failed', stage: 'exec', errno: 'E2BIG' },
  },
  {
    says: 'an environment too long for the kernel',
    argv: ['true'],
    env: { BIG: 'x'.repeat(200_000) },
    want: { kind: 'spawn-failed', stage: 'exec', errno: 'E2BIG' },
  },
  {
    says: 'a NUL in an argument',
    argv: ['true', 'a\0b'],
    want: { kind: 'spawn-failed', stage: 'exec', errno: 'EINVAL' },
    only: 'direct', // Cannot be encoded for the launcher.
  },
];

describe.each<Way>(['direct', 'launched'])('a program started %s', (way) => {
  const skip = way === 'launched' && !hasLauncher && process.env['REQUIRE_SANDBOX'] !== '1';
  describe.skipIf(skip)('reports', () => {
    for (const { says, manner, want, only, ...wish } of rows) {
      it.skipIf(only !== undefined && only !== way)(says, async () => {
        expect(show(await run(runner, prepare(way, wish), manner))).toEqual(want);
      });
    }

    it('every byte value, on the stream it was written to', async () => {
      const outcome = await run(runner, prepare(way, { argv: [fixture('writes-binary.sh')] }));
      if (outcome.kind !== 'exited') throw new Error(outcome.kind);
      const { stdout, stderr } = outcome.output;
      expect([...stdout.head, ...stdout.tail]).toEqual(Array.from({ length: 256 }, (_, value) => value));
      expect([...stderr.head, ...stderr.tail]).toEqual([0xff, 0xfe]);
    });

    it('both streams in the order they arrived', async () => {
      const script = 'for i in 1 2 3; do echo "out $i"; sleep 0.05; echo "err $i" >&2; sleep 0.05; done';
      const outcome = await run(runner, prepare(way, { argv: sh(script) }));
      if (outcome.kind !== 'exited') throw new Error(outcome.kind);
      const { head, tail } = outcome.output.aggregated;
      expect(Buffer.concat([head, tail]).toString()).toBe('out 1\nerr 1\nout 2\nerr 2\nout 3\nerr 3\n');
    });

    it('the start before any output, and output as it comes', async () => {
      const seen: string[] = [];
      await run(runner, prepare(way, { argv: sh('echo a; echo b >&2') }), {
        onStarted: (enforcement, pid) => seen.push(`started ${enforcement.level} ${typeof pid}`),
        onOutput: (stream, bytes) => void seen.push(`${stream} ${Buffer.from(bytes).toString()}`),
      });
      expect(seen[0]).toBe('started none number');
      expect(seen.slice(1).toSorted()).toEqual(['stderr b\n', 'stdout a\n']);
    });

    it('a clean world to the program', async () => {
      const outcome = await run(runner, prepare(way, { argv: [fixture('shows-its-world.sh')] }));
      expect(show(outcome)).toEqual({
        kind: 'exited',
        exitCode: 0,
        stdout: [
          'descriptor 1',
          'descriptor 2',
          'terminal no',
          'session and group of its own',
          'SigBlk: 0000000000000000',
          'SigIgn: 0000000000000000',
          'PATH=/usr/local/bin:/usr/bin:/bin',
          '',
        ].join('\n'),
        stderr: '',
      });
    });
  });
});

it.skipIf(!hasLauncher)(
  'a program without a sandbox is supervised when there is a launcher for it',
  async () => {
    const supervising = processRunner({
      platform: process.platform,
      tempDirectory: home,
      supervisor: () => Promise.resolve(launcherPath),
    });
    const command = prepare('direct', { argv: ['bash', '-c', 'kill -40 $$'] });
    expect(show(await run(supervising, command))).toEqual({
      kind: 'signalled',
      signal: 'SIG40',
      stdout: '',
      stderr: '',
    });
    await supervising.close();
  },
);
