// The launch server: commands are forked by it and not by this process, whatever happens to it nothing is claimed that
// did not happen, and nobody but its host gets anything from it.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { getPriority, setPriority } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createShellRuntime } from '../src/index.ts';
import { LaunchServer } from '../src/launcher/index.ts';
import { type ProcessRunner, processRunner } from '../src/runtime/process/index.ts';
import { reachable } from './support/reachable.ts';
import {
  fixture,
  hasLauncher,
  launcherPath,
  openDescriptors,
  prepare,
  run,
  show,
  tempDirectory,
  uniqueName,
} from './support/run-process.ts';

const dist = fileURLToPath(new URL('../dist', import.meta.url));
const home = mkdtempSync(join(tempDirectory, 'cordon-server-'));
afterAll(() => {
  rmSync(home, { recursive: true });
});

interface Entry {
  readonly pid: number;
  readonly parent: number;
}

/** Launchers on this host, ended ones that nobody collected included. */
function launchers(): readonly Entry[] {
  return readdirSync('/proc')
    .filter((pid) => /^\d+$/u.test(pid))
    .flatMap((pid) => {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
        const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
        return stat.includes('(cordon-launcher)') ? [{ pid: Number(pid), parent }] : [];
      } catch {
        return [];
      }
    });
}

/** The servers this process has started. */
function servers(): readonly number[] {
  return launchers()
    .filter(({ parent }) => parent === process.pid)
    .map(({ pid }) => pid);
}

function runsOf(server: number): readonly number[] {
  return launchers()
    .filter(({ parent }) => parent === server)
    .map(({ pid }) => pid);
}

async function theServer(): Promise<number> {
  return await vi.waitFor(() => {
    expect(servers()).toHaveLength(1);
    return servers()[0] ?? 0;
  });
}

async function readyRuns(server: number, count = 2): Promise<readonly number[]> {
  return await vi.waitFor(() => {
    expect(runsOf(server)).toHaveLength(count);
    return runsOf(server);
  });
}

const isRoot = process.getuid?.() === 0;

const said = (text: string): unknown => ({ kind: 'exited', exitCode: 0, stdout: `${text}\n`, stderr: '' });

describe.skipIf(!hasLauncher)('the launch server', () => {
  let source: LaunchServer;
  let runner: ProcessRunner;
  function open(options: ConstructorParameters<typeof LaunchServer>[0] = {}): void {
    source = new LaunchServer(options);
    runner = processRunner({ platform: process.platform, tempDirectory: home, launchers: source });
  }
  beforeEach(() => {
    open();
  });
  afterEach(async () => {
    await runner.close();
    await source.close();
    expect(servers()).toEqual([]);
  });
  const outcomeOf = async (
    argv: Parameters<typeof prepare>[1]['argv'],
    manner?: Parameters<typeof run>[2],
  ): Promise<unknown> => show(await run(runner, prepare('launched', { argv }), manner));
  const say = async (text: string): Promise<unknown> => await outcomeOf(['echo', text]);

  it('is not there before the first command, and then serves every one', async () => {
    expect(servers()).toEqual([]);
    expect(await say('first')).toEqual(said('first'));
    const server = await theServer();
    const parents = 'ps -o ppid= -p $PPID | tr -d " "';
    expect(await outcomeOf(['sh', '-c', parents])).toEqual(said(String(server)));
    expect(await outcomeOf(['sh', '-c', parents])).toEqual(said(String(server)));
  });

  it('has a run ready for the next command, and soon another', async () => {
    await say('first');
    const server = await theServer();
    const ready = await readyRuns(server);
    const outcome = (await outcomeOf(['sh', '-c', 'echo $PPID'])) as { readonly stdout: string };
    expect(ready).toContain(Number(outcome.stdout));
    const next = await readyRuns(server);
    expect(next).not.toContain(Number(outcome.stdout));
  });

  it('gives up ready runs that nobody wanted, and serves all the same', async () => {
    await source.close();
    open({ idleMs: 50 });
    await say('first');
    const server = await theServer();
    await readyRuns(server, 0);
    expect(await say('second')).toEqual(said('second'));
  });

  it('serves many commands at once, each with its own output', async () => {
    const texts = Array.from({ length: 40 }, (_, index) => `number ${index}`);
    expect(await Promise.all(texts.map(say))).toEqual(texts.map(said));
  });

  it('runs two hundred at once, so many at a time, in order, and those that gave up never', async () => {
    await runner.close();
    runner = processRunner({
      platform: process.platform,
      tempDirectory: home,
      launchers: source,
      mostRuns: 8,
    });
    const started: number[] = [];
    let running = 0;
    let most = 0;
    const impatient = new AbortController();
    const numbers = Array.from({ length: 200 }, (_, index) => index);
    const kinds = await Promise.all(
      numbers.map(async (number) => {
        const outcome = await run(runner, prepare('launched', { argv: ['true'] }), {
          ...(number >= 190 ? { signal: impatient.signal } : {}),
          onStarted: () => {
            started.push(number);
            running += 1;
            most = Math.max(most, running);
            if (number === 20) impatient.abort();
          },
        });
        running -= 1;
        return outcome.kind;
      }),
    );
    expect([kinds.slice(0, 190).every((kind) => kind === 'exited'), kinds.slice(190)]).toEqual([
      true,
      Array.from({ length: 10 }, () => 'cancelled'),
    ]);
    expect(most).toBeLessThanOrEqual(8);
    // Places are given in order. Whoever has one and says late that it started may be passed by any number, but only
    // those with a place can be: never more than the seven others.
    const isUnheard = (number: number, at: number): boolean => !started.slice(0, at).includes(number);
    const passed = started.map((number, at) =>
      numbers.slice(0, number).filter((each) => isUnheard(each, at)),
    );
    expect(passed.filter((each) => each.length > 7)).toEqual([]);
    expect(started).toHaveLength(190);
  });

  it('hands bytes of input over whole, from memory that cannot be written', async () => {
    const bytes = Buffer.alloc(3_000_000, 'input\n');
    const stdin = { kind: 'bytes', bytes } as const;
    expect(await outcomeOf(['sh', '-c', 'wc -c < /dev/stdin; wc -c'], { stdin })).toEqual(
      said('3000000\n3000000'),
    );
    const script = 'exec 3<>/proc/self/fd/0 && { echo x >&3; } 2>/dev/null || echo refused; cat | wc -c';
    expect(await outcomeOf(['bash', '-c', script], { stdin })).toEqual(said('refused\n3000000'));
  });

  it('leaves no descriptor behind', async () => {
    await say('first');
    await readyRuns(await theServer());
    const before = openDescriptors();
    for (let round = 0; round < 20; round++) await say('again');
    await readyRuns(await theServer());
    // Those of the runs kept ready may still be on their way at either look; one left by each command would be twenty.
    await vi.waitFor(() => {
      expect(openDescriptors() - before).toBeLessThan(10);
    });
  });

  it('is not kept where it is not wanted: commands and sessions run, and no process stays between them', async () => {
    const workspace = mkdtempSync('/var/tmp/cordon-server-');
    try {
      await using runtime = await createShellRuntime({
        workspace,
        sandbox: 'danger-full-access',
        rules: { home: join(workspace, 'home'), system: join(workspace, 'system') },
        spareLauncher: false,
      });
      const result = await runtime.exec({ command: ['echo', 'alone'] });
      expect(result).toMatchObject({ kind: 'ran', outcome: { kind: 'exited', exitCode: 0 } });
      expect(servers()).toEqual([]);
      for (const tty of [false, true]) {
        const session = await runtime.sessions.open({ command: ['echo', 'alone'], tty, until: 'exit' });
        expect(session).toMatchObject({ ok: true, value: { kind: 'finished' } });
        await vi.waitFor(() => {
          expect(servers()).toEqual([]);
        });
      }
    } finally {
      rmSync(workspace, { recursive: true });
    }
  });

  describe('that dies or hangs', () => {
    it('is missed by no command that comes later', async () => {
      await say('first');
      const server = await theServer();
      process.kill(server, 'SIGKILL');
      await vi.waitFor(() => {
        expect(servers()).not.toContain(server);
      });
      expect(await say('second')).toEqual(said('second'));
      expect(await theServer()).not.toBe(server);
    });

    it('takes no run with it that has begun: its end is the true one', async () => {
      await say('first');
      const server = await theServer();
      const release = join(home, uniqueName());
      const running = outcomeOf(
        ['sh', '-c', `until [ -e ${release} ]; do sleep 0.01; done; echo whole; exit 7`],
        {
          onStarted: () => process.kill(server, 'SIGKILL'),
        },
      );
      await vi.waitFor(() => {
        expect(servers()).not.toContain(server);
      });
      execFileSync('touch', [release]);
      expect(await running).toEqual({ kind: 'exited', exitCode: 7, stdout: 'whole\n', stderr: '' });
    });

    it('is replaced when it does not answer', async () => {
      await source.close();
      open({ ready: 0, limitMs: 300 });
      await say('first');
      const server = await theServer();
      process.kill(server, 'SIGSTOP');
      expect(await say('second')).toEqual(said('second'));
      expect(await theServer()).not.toBe(server);
    });

    it('three times in a row is an error with a hint, and no command ran', async () => {
      const command = { ...prepare('launched', { argv: ['true'] }), launcher: '/bin/false' } as never;
      expect(await run(runner, command)).toEqual({
        kind: 'spawn-failed',
        failure: {
          stage: 'launcher',
          errno: undefined,
          message: 'Cannot start the program: the launch server ended 3 times before it could',
          hint: 'Run `npm rebuild cordon`, then `cordon doctor`.',
        },
      });
      expect(await say('after')).toEqual(said('after'));
    });

    it('says so when its file is not there', async () => {
      const command = { ...prepare('launched', { argv: ['true'] }), launcher: '/nowhere/launcher' } as never;
      expect(await run(runner, command)).toMatchObject({ kind: 'spawn-failed' });
    });
  });

  describe('is replaced when this process would now hand on something else:', () => {
    const changes: readonly {
      says: string;
      skip?: boolean;
      change(): () => void;
      shows: string;
      as: string;
    }[] = [
      {
        says: 'the umask',
        change: () => {
          const before = process.umask(0o077);
          return () => process.umask(before);
        },
        shows: 'umask',
        as: '0077',
      },
      {
        says: 'niceness',
        // Nobody else may take it back afterwards.
        skip: !isRoot,
        change: () => {
          const before = getPriority();
          setPriority(before + 3);
          return () => setPriority(before);
        },
        shows: 'nice',
        as: String(getPriority() + 3),
      },
      {
        says: 'a limit',
        change: () => {
          const before = execFileSync(
            'prlimit',
            ['--nofile', '--noheadings', '-o', 'SOFT,HARD', '--pid', String(process.pid)],
            { encoding: 'utf8' },
          )
            .trim()
            .split(/\s+/u)
            .join(':');
          execFileSync('prlimit', ['--nofile=4321:', '--pid', String(process.pid)]);
          return () => execFileSync('prlimit', [`--nofile=${before}`, '--pid', String(process.pid)]);
        },
        shows: 'ulimit -Sn',
        as: '4321',
      },
      {
        says: 'groups',
        skip: !isRoot,
        change: () => {
          const before = process.getgroups?.() ?? [];
          process.setgroups?.([7777]);
          return () => process.setgroups?.(before);
        },
        shows: 'echo $(grep ^Groups: /proc/self/status)',
        as: 'Groups: 7777',
      },
      {
        says: 'how soon the kernel ends it when memory is short',
        change: () => {
          const before = readFileSync('/proc/self/oom_score_adj', 'utf8').trim();
          execFileSync('sh', ['-c', `echo ${Number(before) + 7} > /proc/$PPID/oom_score_adj`]);
          return () => execFileSync('sh', ['-c', `echo ${before} > /proc/$PPID/oom_score_adj`]);
        },
        shows: 'cat /proc/self/oom_score_adj',
        as: String(Number(readFileSync('/proc/self/oom_score_adj', 'utf8')) + 7),
      },
    ];
    for (const { says, skip = false, change, shows, as } of changes)
      it.skipIf(skip)(says, async () => {
        await say('first');
        const server = await theServer();
        await readyRuns(server);
        const undo = change();
        try {
          expect(await outcomeOf(['sh', '-c', shows])).toEqual(said(as));
          expect(servers()).not.toEqual([server]);
        } finally {
          undo();
        }
        await vi.waitFor(() => {
          expect(servers()).not.toContain(server);
        });
      });
  });

  describe('trusts nobody but its host:', () => {
    it('there is nothing to connect to', async () => {
      await say('first');
      const server = await theServer();
      const looked = [server, ...(await readyRuns(server))].map(socketsOf);
      // An ordinary user may not even look: nor may anybody else who is that user.
      if (!isRoot) {
        expect(looked).toEqual(looked.map(() => 'EACCES'));
        return;
      }
      const inodes = looked.flat();
      const listening = readFileSync('/proc/net/unix', 'utf8')
        .split('\n')
        // Flag 0x10000: a socket that accepts connections.
        .filter((line) => line.split(/\s+/u)[3] === '00010000')
        .map((line) => line.split(/\s+/u)[6] ?? '');
      expect(inodes.length).toBeGreaterThan(2);
      expect(inodes.filter((inode) => listening.includes(inode))).toEqual([]);
    });

    it('nothing of a command, and none of the environment, is in its arguments or its environment', async () => {
      process.env['CORDON_TEST_SECRET'] = 'a secret';
      await say('hidden words');
      delete process.env['CORDON_TEST_SECRET'];
      const server = await theServer();
      const read = (name: string): string[] => readFileSync(`/proc/${server}/${name}`, 'utf8').split('\0');
      expect(read('cmdline')).toEqual([launcherPath, 'serve', 'fd:3', '']);
      if (isRoot)
        expect(read('environ').map((each) => each.split('=')[0])).toEqual([
          'NODE_CHANNEL_FD',
          'NODE_CHANNEL_SERIALIZATION_MODE',
          '',
        ]);
      else expect(() => read('environ')).toThrow('EACCES');
    });

    it('a neighbour of the same user can neither trace it nor take its descriptors', async () => {
      await say('first');
      const server = await theServer();
      const ready = await readyRuns(server);
      const look = `import os, sys
for pid in sys.argv[1:]:
    for name in ('fd', 'mem', 'maps', 'environ'):
        path = f'/proc/{pid}/{name}'
        try: [os.readlink(f'{path}/{fd}') for fd in os.listdir(path)] if name == 'fd' else open(path, 'rb').read(1); print(pid, name, 'OPEN')
        except OSError: pass
`;
      // Without a capability, as every sandboxed command and every ordinary user.
      const words = ['--bounding-set=-all', '--inh-caps=-all', '--ambient-caps=-all', '--no-new-privs'];
      const argv = process.getuid?.() === 0 ? ['setpriv', ...words, '--'] : [];
      const [program = 'python3', ...rest] = [
        ...argv,
        'python3',
        '-c',
        look,
        String(server),
        ...ready.map(String),
      ];
      expect(execFileSync(program, rest, { encoding: 'utf8' })).toBe('');
    });

    for (const { says, words } of [
      { says: 'a request in another language', words: 'GET / HTTP/1.1\r\n\r\n' },
      { says: 'a terminal that is a path', words: '"run 1 tty /dev/pts/../../etc/shadow"\n' },
      { says: 'a line without an end', words: 'x'.repeat(100_000) },
      { says: 'an answer to nothing', words: '{"cmd":"NODE_HANDLE_ACK"}\n' },
      { says: 'a number that is too long', words: '"run 12345678901 null"\n' },
      { says: 'a NUL', words: '"run 1 null\0"\n' },
      { says: 'a flood of answers to nothing', words: '{"cmd":"NODE_HANDLE_ACK"}\n'.repeat(50_000) },
      { says: 'a descriptor that was answered twice', words: '{"cmd":"NODE_HANDLE_NACK"}\n' },
    ])
      it(`it ends at ${says}`, async () => {
        const child = spawn(launcherPath, ['serve', 'fd:3'], {
          stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
          env: {},
        });
        const channel = child.stdio[3] as Duplex;
        channel.on('error', () => undefined);
        channel.resume();
        channel.write(words);
        expect((await once(child, 'exit'))[0]).toBe(0);
      });
  });
});

describe.skipIf(!hasLauncher)('a launch server that is none', () => {
  // Whatever answers instead, in the same language: `answer` is what it does with each request.
  const rows: readonly { says: string; answer: string; begin?: string; because?: string }[] = [
    {
      says: 'speaks another version',
      begin: 'process.send({ server: 99 })',
      answer: '',
      because: 'the launcher speaks version 99 of its protocol, and this library version 2',
    },
    { says: 'says a word of no kind', answer: 'process.send({ welcome: run })' },
    {
      says: 'hands out the channel of a run that nobody asked for',
      answer: "process.send({ run: run + 999, part: 'channel', pid: process.pid }, socket)",
    },
    {
      says: 'hands out the same descriptor twice',
      answer: `process.send({ run, part: 'stdout', pid: process.pid }, socket, () =>
        process.send({ run, part: 'stdout', pid: process.pid }, other))`,
    },
    {
      says: 'answers without a descriptor',
      answer: "process.send({ run, part: 'channel', pid: process.pid })",
    },
    {
      says: 'names a process that cannot be a launcher',
      answer: "process.send({ run, part: 'channel', pid: 1 }, socket)",
    },
    {
      says: 'floods with words about runs that nobody asked for',
      answer: "for (let i = 0; i < 20_000; i++) process.send({ run: run + 1 + i, refused: 'EPERM' })",
    },
    {
      says: 'answers when nobody waits any more',
      answer: "setTimeout(() => process.send({ run, part: 'channel', pid: process.pid }, socket), 3_000)",
    },
    { says: 'never answers', answer: '' },
    { says: 'closes its channel', answer: 'process.disconnect()' },
  ];
  for (const { says, answer, begin = '', because = 'ended 3 times' } of rows)
    it(`runs nothing, and is forgotten, when it ${says}`, async () => {
      const program = join(home, uniqueName());
      writeFileSync(
        program,
        `#!${process.execPath}
${begin};
import('node:net').then(({ connect, createServer }) => {
  const listener = createServer().listen(0, '127.0.0.1', () => {
    const { port } = listener.address();
    const pair = () => new Promise((resolve) => {
      listener.once('connection', resolve);
      connect(port, '127.0.0.1');
    });
    process.on('message', async (words) => {
      if (typeof words !== 'string') return;
      const run = Number(words.split(' ')[1]);
      const [socket, other] = [await pair(), await pair()];
      ${answer};
    });
  });
});
process.on('disconnect', () => process.exit());
setTimeout(() => process.exit(), 60_000).unref();
`,
        { mode: 0o755 },
      );
      const before = openDescriptors();
      const source = new LaunchServer({ ready: 0, limitMs: 1_500 });
      const runner = processRunner({ platform: process.platform, tempDirectory: home, launchers: source });
      const command = prepare('launched', { argv: ['true'] });
      try {
        const outcome = await run(runner, { ...command, launcher: program } as never);
        expect(outcome).toMatchObject({
          kind: 'spawn-failed',
          failure: { stage: 'launcher', message: expect.stringContaining(because) as string },
        });
        expect(show(await run(runner, command))).toMatchObject({ kind: 'exited', exitCode: 0 });
      } finally {
        await runner.close();
        await source.close();
      }
      await vi.waitFor(() => {
        expect(openDescriptors()).toBeLessThanOrEqual(before);
      });
    });
});

// Whoever is not root has other rights in /proc: the same of both.
describe.skipIf(!hasLauncher).each(process.getuid?.() === 0 ? [0, 65534] : [process.getuid?.() ?? 0])(
  'the launch server of user %i',
  (user) => {
    const uid = String(user);
    const commands = {
      launcher: reachable(launcherPath),
      starts: Object.fromEntries(
        Object.entries({
          user: 'id -u',
          parent: 'ps -o ppid= -p $PPID',
          umask: 'umask',
        }).map(([name, script]) => {
          const { start } = prepare('launched', { argv: ['sh', '-c', script] }) as { start: Uint8Array };
          return [name, Buffer.from(start).toString('base64')];
        }),
      ),
    };
    const rows: readonly { says: string; deed: string; seen: object }[] = [
      {
        says: 'serves every command, as that user',
        deed: 'serve',
        seen: { uid, parentIsServer: [true, true], serverUids: [uid, uid, uid, uid] },
      },
      { says: 'is replaced when the umask changed', deed: 'umask', seen: { now: '0077', servers: 1 } },
      { says: 'is missed by nobody once it was killed', deed: 'kill', seen: { uid, servers: 1 } },
      { says: 'leaves no descriptor and no process', deed: 'descriptors', seen: { areSome: true } },
    ];
    for (const { says, deed, seen } of rows)
      it(says, () => {
        const out = execFileSync(process.execPath, [fixture('hosts/launch-server.mjs'), dist, uid, deed], {
          encoding: 'utf8',
          timeout: 8_000,
          env: { PATH: process.env['PATH'], COMMANDS: JSON.stringify(commands) },
        });
        expect(JSON.parse(out)).toEqual({ ...seen, left: [] });
      });
  },
);

// What Node cannot change by itself, a host is made to change from below.
describe.skipIf(!hasLauncher || process.getuid?.() !== 0)(
  'the launch server is replaced when the host has left',
  () => {
    const command = (script: string): object => {
      const { start } = prepare('launched', { argv: ['sh', '-c', script] }) as { start: Uint8Array };
      return { launcher: launcherPath, starts: { look: Buffer.from(start).toString('base64') } };
    };
    const host = (deed: string, script: string, env: Readonly<Record<string, string>>): unknown =>
      JSON.parse(
        execFileSync(process.execPath, [fixture('hosts/launch-server.mjs'), dist, '0', deed], {
          encoding: 'utf8',
          timeout: 60_000,
          env: { PATH: process.env['PATH'], COMMANDS: JSON.stringify(command(script)), ...env },
        }),
      );

    const library = join(home, 'leaves-namespace.so');
    const flags = ['-shared', '-fPIC', '-w', '-D_GNU_SOURCE'];
    const isBuilt =
      spawnSync('cc', [...flags, fixture('leaves-namespace.c'), '-o', library], { stdio: 'ignore' })
        .status === 0;
    // By the flags of unshare(2), where the machine allows it.
    const kinds = [
      { kind: 'mnt', flag: '20000', word: '--mount' },
      { kind: 'uts', flag: '4000000', word: '--uts' },
      { kind: 'ipc', flag: '8000000', word: '--ipc' },
      { kind: 'net', flag: '40000000', word: '--net' },
      { kind: 'cgroup', flag: '2000000', word: '--cgroup' },
    ];
    for (const { kind, flag, word } of kinds) {
      const isAllowed = isBuilt && spawnSync('unshare', [word, 'true'], { stdio: 'ignore' }).status === 0;
      it.skipIf(!isAllowed)(`a namespace (${kind})`, () => {
        const env = { LD_PRELOAD: library, CORDON_TEST_LEAVES: flag, KIND: kind };
        expect(host('namespace', `readlink /proc/self/ns/${kind}`, env)).toEqual({
          isOther: true,
          isOwn: true,
          servers: 1,
          left: [],
        });
      });
    }

    const group = makeControlGroup();
    afterAll(async () => {
      if (group === undefined) return;
      // It is busy until the last process in it was collected.
      await vi.waitFor(() => {
        rmdirSync(group);
      });
    });
    it.skipIf(group === undefined)('its control group', () => {
      const env = { GROUP: join(group ?? '', 'cgroup.procs') };
      expect(host('group', 'cat /proc/self/cgroup', env)).toEqual({
        isOwn: true,
        isInGroup: true,
        servers: 1,
        left: [],
      });
    });
  },
);

/** Below the one this process is in, in the tree of version 2; undefined where this user cannot make one. */
function makeControlGroup(): string | undefined {
  try {
    const mount = /^\S+ (\S+) cgroup2 /mu.exec(readFileSync('/proc/mounts', 'utf8'))?.[1];
    const own = /^0::(.*)$/mu.exec(readFileSync('/proc/self/cgroup', 'utf8'))?.[1];
    if (mount === undefined || own === undefined) return undefined;
    const made = join(mount, own, `cordon-test-${String(process.pid)}`);
    mkdirSync(made);
    return made;
  } catch {
    return undefined;
  }
}

function socketsOf(pid: number): readonly string[] | 'EACCES' {
  const names = openFilesOf(pid);
  if (names === 'EACCES') return names;
  return names.flatMap((fd) => {
    try {
      return /^socket:\[(\d+)\]$/u.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? [];
    } catch {
      return [];
    }
  });
}

function openFilesOf(pid: number): readonly string[] | 'EACCES' {
  try {
    return readdirSync(`/proc/${pid}/fd`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EACCES') throw error;
    return 'EACCES';
  }
}
