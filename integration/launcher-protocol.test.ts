// The launcher as a program starter: what it runs, what it says, and what it does with a host that talks nonsense or
// dies. No sandbox here; launcher-sandbox.test.ts has that.
import { existsSync } from 'node:fs';
import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { encodeFrame, encodeStart, hostFrame } from '../src/launcher/launcher-frames.ts';
import type { LauncherFrame } from '../src/launcher/launcher-reports.ts';
import {
  launch,
  launcher,
  Launched,
  makeDirectory,
  processesWith,
  removeDirectory,
  sh,
  supervise,
  until,
} from './support/launcher-rig.ts';
import { requireCapability } from './support/require-capability.ts';

const directory = makeDirectory();
afterAll(() => {
  removeDirectory(directory);
});

const isBuilt = requireCapability(
  'the launcher',
  existsSync(launcher)
    ? { kind: 'present' }
    : { kind: 'missing', what: 'it is not built', hint: 'npm run build:native' },
  process.env,
);

/** Frames in a shape a row of a table can hold: numbers that differ from run to run are left out. */
function kinds(frames: readonly LauncherFrame[]): readonly unknown[] {
  return frames.map((frame) => {
    if (frame.kind === 'failed') return { failed: frame.failure.stage, errno: frame.failure.errno };
    if (frame.kind === 'exited') return frame.end;
    return frame.kind;
  });
}

describe.skipIf(!isBuilt)('the launcher', () => {
  interface Ending {
    readonly says: string;
    readonly argv: Parameters<typeof supervise>[0];
    readonly frames: readonly unknown[];
    readonly status: number;
  }
  const script = join(directory, 'no-first-line');
  writeFileSync(script, 'echo from a script "$1"', { mode: 0o755 });
  writeFileSync(join(directory, 'plain'), 'not for execution', { mode: 0o644 });
  mkdirSync(join(directory, 'closed'));
  const ran = (end: unknown): readonly unknown[] => ['hello', 'started', end, 'gone'];

  const endings: readonly Ending[] = [
    { says: 'success', argv: ['true'], frames: ran({ kind: 'exited', code: 0 }), status: 0 },
    { says: 'an exit status', argv: sh('exit 7'), frames: ran({ kind: 'exited', code: 7 }), status: 7 },
    {
      says: 'a signal, as a signal',
      argv: sh('kill -SEGV $$'),
      frames: ran({ kind: 'signalled', signal: 11 }),
      status: 139,
    },
    {
      says: 'a program that is nowhere on PATH',
      argv: ['no-such-program'],
      frames: ['hello', { failed: 'exec', errno: 'ENOENT' }],
      status: 125,
    },
    {
      says: 'a file that is not executable',
      argv: [join(directory, 'plain')],
      frames: ['hello', { failed: 'exec', errno: 'EACCES' }],
      status: 125,
    },
    {
      says: 'a directory',
      argv: [directory],
      frames: ['hello', { failed: 'exec', errno: 'EACCES' }],
      status: 125,
    },
    {
      says: 'an argument the kernel finds too long',
      argv: ['true', 'x'.repeat(200_000)],
      frames: ['hello', { failed: 'exec', errno: 'E2BIG' }],
      status: 125,
    },
    {
      says: 'a script without an interpreter line, which the shell runs',
      argv: [script, 'word'],
      frames: ran({ kind: 'exited', code: 0 }),
      status: 0,
    },
  ];
  for (const { says, argv, frames, status } of endings) {
    it(`reports ${says}`, async () => {
      const end = await launch(supervise(argv)).end;
      expect(kinds(end.frames)).toEqual(frames);
      expect(end.status).toBe(status);
    });
  }

  it('reports a directory that does not exist as its own stage', async () => {
    const end = await launch(supervise(['true'], { cwd: join(directory, 'gone') })).end;
    expect(kinds(end.frames)).toEqual(['hello', { failed: 'chdir', errno: 'ENOENT' }]);
  });

  it('says what the run used, and enforces nothing when nothing was asked for', async () => {
    const run = launch(supervise(sh('i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done')));
    const { usage } = await run.frame('exited');
    await run.end;
    expect((await run.frame('started')).enforcement).toEqual({
      level: 'none',
      layers: [],
      landlockAbi: undefined,
      missing: [],
    });
    expect(usage.userMicroseconds + usage.systemMicroseconds).toBeGreaterThan(0);
    expect(usage.maxResidentKib).toBeGreaterThan(100);
  });

  it('gives the command exactly the environment, directory and argv of the policy', async () => {
    const env = new Map([
      ['A', '1'],
      ['EMPTY', ''],
      ['LINES', 'one\ntwo'],
    ]);
    const argv = [
      '/usr/bin/python3',
      '-c',
      'import os,sys; print(sorted(os.environ.items()), os.getcwd(), sys.argv)',
      'ä b',
      '',
    ] as const;
    const end = await launch(supervise(argv, { cwd: directory, env })).end;
    // The interpreter adds LC_CTYPE by itself.
    expect(end.stdout.replace("('LC_CTYPE', 'C.UTF-8'), ", '').replace(", ('LC_CTYPE', 'C.UTF-8')", '')).toBe(
      `[('A', '1'), ('EMPTY', ''), ('LINES', 'one\\ntwo')] ${directory} ['-c', 'Ã¤ b', '']\n`,
    );
  });

  it('hands over streams that can be opened again by name', async () => {
    const run = launch(
      supervise(
        sh('cat /dev/stdin; echo out > /dev/stdout; echo err > /dev/stderr; echo both | tee /dev/stderr'),
      ),
      { stdin: 'in\n' },
    );
    const end = await run.end;
    expect({ stdout: end.stdout, stderr: end.stderr }).toEqual({
      stdout: 'in\nout\nboth\n',
      stderr: 'err\nboth\n',
    });
  });

  it('loses no byte of a large output, however slowly it is read', async () => {
    const run = launch(supervise(sh('head -c 9000000 /dev/zero; head -c 1000000 /dev/zero >&2')));
    run.child.stdout?.pause();
    await until(() => run.frames.length >= 2);
    run.child.stdout?.resume();
    const end = await run.end;
    expect({ stdout: end.bytes, stderr: end.stderr.length }).toEqual({
      stdout: 9_000_000,
      stderr: 1_000_000,
    });
  });

  it('passes a large input on, and its end', async () => {
    const end = await launch(supervise(['wc', '-c']), { stdin: Buffer.alloc(3_000_000) }).end;
    expect(end.stdout.trim()).toBe('3000000');
  });

  it('lets a program that nobody listens to die of SIGPIPE', async () => {
    const run = launch(supervise(sh('exec yes')));
    await run.printed('y');
    run.child.stdout?.destroy();
    expect((await run.frame('exited')).end).toEqual({ kind: 'signalled', signal: 13 });
  });

  it('starts the command with default signals, nothing blocked, and no descriptor but three', async () => {
    const run = launch(supervise(sh('grep -E "^Sig(Blk|Ign)" /proc/self/status; ls /proc/self/fd')), {
      wrapper: ['/bin/sh', '-c', 'trap "" PIPE USR1; exec 7</etc/passwd 9>/dev/null; exec "$@"', 'sh'],
    });
    const end = await run.end;
    // `ls` itself has the directory open as 3.
    expect(end.stdout).toBe('SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n0\n1\n2\n3\n');
  });

  it('gives the command a session of its own', async () => {
    const end = await launch(supervise(sh('ps -o pid=,sid=,tty= -p $$'))).end;
    const [pid, session, terminal] = end.stdout.trim().split(/\s+/u);
    expect({ leads: pid === session, terminal }).toEqual({ leads: true, terminal: '?' });
  });

  it('waits a moment for what runs in the background, and kills the rest', async () => {
    const mark = `left-${String(process.pid)}-${String(Date.now())}`;
    const script = `(sleep 0.05; echo soon) & (exec -a ${mark} sleep 300) & setsid -f bash -c 'exec -a ${mark} sleep 300'; exit 3`;
    const run = launch(supervise(['/bin/bash', '-c', script], { lingerMs: 1000 }));
    const end = await run.end;
    expect(end.stdout).toBe('soon\n');
    expect(kinds(end.frames)).toEqual(['hello', 'started', { kind: 'exited', code: 3 }, 'gone']);
    expect(processesWith(mark)).toEqual([]);
  });

  it('ends the tree when the host dies, whatever it was doing', async () => {
    const mark = `orphan-${String(process.pid)}-${String(Date.now())}`;
    const run = launch(
      supervise([
        '/bin/bash',
        '-c',
        `trap "" TERM HUP INT; setsid -f bash -c 'exec -a ${mark} sleep 300'; (exec -a ${mark} sleep 300) & echo ready; while :; do sleep 1; done`,
      ]),
    );
    await run.printed('ready');
    await until(() => processesWith(mark).length > 0);
    run.closeChannel();
    await run.end;
    expect(processesWith(mark)).toEqual([]);
  });

  it('survives a command that forks as fast as it can, and outlives it', async () => {
    const mark = `storm-${String(process.pid)}-${String(Date.now())}`;
    const run = launch(
      supervise([
        '/bin/bash',
        '-c',
        `: ${mark}; f() { ( sleep 0.05; f ) & ( sleep 0.07; f ) & }; f; echo ready; sleep 300`,
      ]),
    );
    await run.printed('ready');
    run.closeChannel();
    await run.end;
    expect(processesWith(mark)).toEqual([]);
  });

  it('sends a signal to every process of the tree', async () => {
    const run = launch(
      supervise(
        sh(
          'trap "echo parent" USR1; (trap "echo child; exit" USR1; echo c; while :; do sleep 0.05; done) & echo p; wait; wait',
        ),
      ),
    );
    await until(() => run.stdout.includes('c\n') && run.stdout.includes('p\n'));
    run.signal(10);
    const end = await run.end;
    expect(
      end.stdout
        .split('\n')
        .filter((line) => line.length > 1)
        .sort(),
    ).toEqual(['child', 'parent']);
  });

  it('ends its tree when it is asked to go itself', async () => {
    const mark = `asked-${String(process.pid)}-${String(Date.now())}`;
    const run = launch(supervise(['/bin/bash', '-c', `(exec -a ${mark} sleep 300) & echo ready; wait`]));
    await run.printed('ready');
    process.kill(run.pid, 'SIGTERM');
    const end = await run.end;
    expect(kinds(end.frames).at(-2)).toEqual({ kind: 'signalled', signal: 9 });
    expect(processesWith(mark)).toEqual([]);
  });

  describe('refuses', () => {
    const good = encodeStart(supervise(['/bin/sh', '-c', `touch ${join(directory, 'ran')}`]));
    const record = (tag: number, ...bytes: readonly number[]): Uint8Array =>
      Uint8Array.of(tag & 255, tag >> 8, bytes.length, 0, 0, 0, ...bytes);
    const withRecord = (...added: readonly Uint8Array[]): Uint8Array =>
      encodeFrame(hostFrame.start, Buffer.concat([good, ...added]));
    const text = (value: string): number[] => [...Buffer.from(value)];

    const nonsense: readonly { readonly says: string; readonly raw: Uint8Array }[] = [
      { says: 'a first frame that is not START', raw: encodeFrame(hostFrame.release, new Uint8Array(0)) },
      { says: 'an unknown frame type', raw: encodeFrame(99, good) },
      { says: 'a START of four gigabytes', raw: Uint8Array.of(255, 255, 255, 255, 1) },
      { says: 'an empty policy', raw: encodeFrame(hostFrame.start, new Uint8Array(0)) },
      { says: 'an unknown record', raw: withRecord(record(999, 1)) },
      { says: 'record zero', raw: withRecord(record(0)) },
      { says: 'a setting given twice', raw: withRecord(record(4, 0)) },
      { says: 'an unknown mode', raw: encodeFrame(hostFrame.start, record(4, 9)) },
      { says: 'a second directory', raw: withRecord(record(3, ...text('/'))) },
      { says: 'NUL inside a word', raw: withRecord(record(1, 97, 0, 98)) },
      { says: 'a variable without a name', raw: withRecord(record(2, ...text('=x'))) },
      { says: 'a variable without a value', raw: withRecord(record(2, ...text('NAME'))) },
      {
        says: 'a record that claims more than there is',
        raw: withRecord(Uint8Array.of(1, 0, 255, 255, 0, 0)),
      },
      { says: 'half a record', raw: withRecord(Uint8Array.of(1, 0, 1)) },
      { says: 'a writable root for a mode without any', raw: withRecord(record(7, 2, ...text('/tmp'))) },
      { says: 'a limit it does not know', raw: withRecord(record(12, 77, 1, 0, 0, 0, 0, 0, 0, 0)) },
      {
        says: 'a directory with ..',
        raw: encodeFrame(
          hostFrame.start,
          Buffer.concat([record(4, 0), record(1, 97), record(3, ...text('/a/../b'))]),
        ),
      },
      {
        says: 'a sandbox without its settings',
        raw: encodeFrame(hostFrame.start, Buffer.concat([record(4, 1), record(1, 97), record(3, 47)])),
      },
    ];
    for (const { says, raw } of nonsense) {
      it(`${says}, and runs nothing`, async () => {
        const end = await new Launched(raw, {}).end;
        expect(end.frames.map(({ kind }) => kind)).toEqual(['hello', 'failed']);
        expect(end.frames.at(-1)).toMatchObject({ failure: { stage: 'launcher' } });
        expect({ status: end.status, ran: existsSync(join(directory, 'ran')) }).toEqual({
          status: 125,
          ran: false,
        });
      });
    }

    it('a channel that ends inside START', async () => {
      const run = new Launched(withRecord().subarray(0, 40), {});
      await run.frame('hello');
      run.closeChannel();
      const end = await run.end;
      expect({ status: end.status, ran: existsSync(join(directory, 'ran')) }).toEqual({
        status: 125,
        ran: false,
      });
    });

    it('nonsense while a command runs, by ending the command', async () => {
      const run = launch(supervise(sh('echo ready; sleep 300')));
      await run.printed('ready');
      run.send(encodeFrame(hostFrame.start, good));
      expect((await run.end).status).toBe(137);
    });

    for (const { says, argv } of [
      { says: 'no address', argv: [] },
      { says: 'a descriptor that is not open', argv: ['fd:77'] },
      { says: 'a descriptor that is no socket', argv: ['fd:0'] },
      { says: 'a word too many', argv: ['fd:3', 'token'] },
      { says: 'an address of another kind', argv: ['tcp:localhost'] },
    ]) {
      it(`${says}, with one sentence`, async () => {
        const { spawnSync } = await import('node:child_process');
        const run = spawnSync(launcher, argv, { encoding: 'utf8' });
        expect(run.status).toBe(125);
        expect(run.stderr).toMatch(/^cordon-launcher: Cannot [^\n]+\n$/u);
      });
    }
  });

  // Root may trace everything.
  it.runIf(process.getuid?.() === 0)(
    'cannot be traced by its own user while it waits for a command',
    async () => {
      const { spawn } = await import('node:child_process');
      const child = spawn(launcher, ['fd:3'], {
        uid: 65_534,
        gid: 65_534,
        stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
      });
      try {
        await new Promise((resolve, reject) => {
          child.once('error', reject);
          child.once('exit', () => reject(new Error('it ended before it said anything')));
          child.stdio[3]?.once('data', resolve);
        });
        // Files of a process that may not be traced are root's.
        await vi.waitFor(() => expect(statSync(`/proc/${String(child.pid)}/environ`).uid).toBe(0));
      } finally {
        child.stdio[3]?.destroy();
      }
      await new Promise((resolve) => child.once('exit', resolve));
      expect(child.exitCode).toBe(125);
    },
  );
});
