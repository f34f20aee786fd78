// The bytes that were approved as a program's input are the bytes it reads, whoever else writes in the temporary directory.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { processRunner } from '../src/runtime/process/index.ts';
import { openDescriptors, prepare, run, show, tempDirectory } from './support/run-process.ts';

const home = mkdtempSync(join(tempDirectory, 'cordon-input-'));
const runner = processRunner({ platform: process.platform, tempDirectory: home });
afterAll(async () => {
  await runner.close();
  rmSync(home, { recursive: true, force: true });
});

const input = (text: string): { readonly kind: 'bytes'; readonly bytes: Uint8Array } => ({
  kind: 'bytes',
  bytes: new TextEncoder().encode(text),
});

// What a background session did in $TMPDIR: whatever appears there becomes its own script.
const rewrites = `
import os, sys
print('up', flush=True)
while True:
  for name in os.listdir('.'):
    try:
      os.chmod(name, 0o600)
      with open(name, 'r+') as file: file.write('echo ATTACKED; exit 1 #')
    except OSError: pass
    try: os.rename(name, 'taken'); open(name, 'x').write('echo ATTACKED; exit 1 #')
    except OSError: pass
`;

it('is not what somebody writes into the temporary directory meanwhile', async () => {
  const attacker = spawn('python3', ['-c', rewrites], { cwd: home, stdio: ['ignore', 'pipe', 'ignore'] });
  await once(attacker.stdout, 'data');
  try {
    const said = new Set<string>();
    for (let round = 0; round < 40; round++) {
      const script = `echo approved ${'# '.repeat(2000)}`;
      const outcome = await run(runner, prepare('direct', { argv: ['bash'] }), { stdin: input(script) });
      said.add(JSON.stringify(show(outcome)));
    }
    expect([...said]).toEqual([
      JSON.stringify({ kind: 'exited', exitCode: 0, stdout: 'approved\n', stderr: '' }),
    ]);
  } finally {
    attacker.kill('SIGKILL');
    await once(attacker, 'close');
  }
});

it.skipIf(process.platform !== 'linux')(
  'never has a name, and leaves neither file nor descriptor',
  async () => {
    const clean = join(home, 'clean');
    mkdirSync(clean);
    const watched = processRunner({ platform: process.platform, tempDirectory: clean });
    const before = openDescriptors();
    const script =
      'import os; print(os.readlink("/proc/self/fd/0").startswith(os.getcwd() + "/#"), os.listdir("."))';
    const argv = ['python3', '-c', script] as const;
    const outcome = await run(watched, prepare('direct', { argv, cwd: clean }), { stdin: input('x') });
    expect([show(outcome), readdirSync(clean)]).toEqual([
      { kind: 'exited', exitCode: 0, stdout: 'True []\n', stderr: '' },
      [],
    ]);
    await watched.close();
    expect(openDescriptors()).toBe(before);
  },
);

it.skipIf(process.platform !== 'linux')(
  'is kept elsewhere when the temporary directory cannot hold it',
  async () => {
    const away = processRunner({ platform: process.platform, tempDirectory: '/proc' });
    const outcome = await run(away, prepare('direct', { argv: ['cat', '/dev/stdin'] }), {
      stdin: input('kept'),
    });
    expect([show(outcome), existsSync('/proc/self')]).toEqual([
      { kind: 'exited', exitCode: 0, stdout: 'kept', stderr: '' },
      true,
    ]);
    await away.close();
  },
);
