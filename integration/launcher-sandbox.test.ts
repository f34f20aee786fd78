// The launcher's sandbox: what it does to a hostile command, what it leaves to a working one, and that it runs nothing
// when any part of it cannot be had. The conformance suite measures breadth; this file pins the launcher's own design.
import { execFileSync } from 'node:child_process';
import {
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:net';
import { release } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { probeHost } from '../src/sandbox/index.ts';
import {
  hasFullSandbox,
  compileFixture,
  git,
  launch,
  launcher,
  makeDirectory,
  processesWith,
  removeDirectory,
  sh,
  until,
  workspaceWrite,
} from './support/launcher-rig.ts';

// Since Linux 6.14 a process namespace has a largest process number of its own.
const [kernelMajor = 0, kernelMinor = 0] = release().split('.').map(Number);
const boundsProcesses = kernelMajor > 6 || (kernelMajor === 6 && kernelMinor >= 14);
const host = await probeHost({ platform: process.platform, env: process.env });
const handsDownMemory = host.findings.some(({ subject, state }) => subject === 'cgroups' && state === 'good');
const isRoot = process.getuid?.() === 0;
const tools = makeDirectory();
const denyCalls = compileFixture('deny-calls', tools);
const hasSandbox = await hasFullSandbox();
afterAll(() => {
  removeDirectory(tools);
});

describe.skipIf(!hasSandbox)("the launcher's sandbox", () => {
  let root: string;
  beforeEach(() => {
    root = makeDirectory();
  });
  afterEach(() => {
    removeDirectory(root);
  });

  /** Runs a script in the sandbox and returns what it printed. */
  async function run(script: string, parts: Parameters<typeof workspaceWrite>[2] = {}): Promise<string> {
    const end = await launch(workspaceWrite(root, sh(script), parts)).end;
    expect(
      end.frames.map(({ kind }) => kind),
      JSON.stringify(end.frames),
    ).toEqual(['hello', 'started', 'exited', 'gone']);
    return end.stdout + end.stderr;
  }

  it('reports every layer, and nothing missing', async () => {
    const run = launch(workspaceWrite(root, ['true']));
    const { enforcement } = await run.frame('started');
    await run.end; // what the run made in the root is gone with it, not before
    expect(enforcement).toEqual({
      level: 'full',
      layers: ['namespaces', 'landlock', 'seccomp'],
      landlockAbi: expect.any(Number) as number,
      missing: [],
    });
  });

  it('keeps the whole host read-only but for the roots', async () => {
    const said = await run(
      'for d in / /etc /usr /var/tmp /home /root /sys /proc/sys/kernel; do (echo x > $d/cordon-test) 2>/dev/null && echo "wrote $d"; done; echo x > here && cat here',
    );
    expect(said).toBe('x\n');
  });

  describe('git', () => {
    beforeEach(() => {
      git(root, 'init', '-q');
      git(root, 'config', 'user.name', 'n');
      git(root, 'config', 'user.email', 'e@x');
      git(root, 'commit', '-q', '--allow-empty', '-m', 'first');
    });

    it('commits, branches, packs and collects', async () => {
      const said = await run(
        'echo x > f && git add -A && git commit -qm second && git checkout -qb other && git gc -q && git stash list && git status --short && git log --format=%s',
      );
      expect(said).toBe('second\nfirst\n');
      expect(git(root, 'log', '--format=%s')).toBe('second\nfirst\n');
      expect(git(root, 'status', '--short')).toBe('');
    });

    const attacks: readonly { readonly says: string; readonly script: string }[] = [
      { says: 'append to the configuration', script: 'echo "[core]" >> .git/config' },
      { says: 'set a monitor by git itself', script: 'git config core.fsmonitor "touch owned"' },
      { says: 'put a hook', script: 'echo "#!/bin/sh" > .git/hooks/pre-commit' },
      { says: 'rename the repository away', script: 'mv .git away' },
      { says: 'rename the hooks away', script: 'mv .git/hooks .git/away' },
      {
        says: 'exchange the repository for another',
        script:
          "mkdir other && python3 -c \"import ctypes; import sys; sys.exit(0 if ctypes.CDLL(None).renameat2(-100,b'other',-100,b'.git',2)==0 else 1)\"",
      },
      { says: 'name a configuration elsewhere', script: 'echo /tmp > .git/commondir' },
      { says: 'make a configuration of the worktree', script: 'echo x > .git/config.worktree' },
      { says: 'change the mode of the configuration', script: 'chmod 777 .git/config' },
      { says: 'mount over it', script: 'mount --bind . .git' },
      { says: 'take the mount away', script: 'umount -l .git/config' },
    ];
    for (const { says, script } of attacks) {
      it(`does not let a command ${says}`, async () => {
        const before = readFileSync(join(root, '.git/config'), 'utf8');
        expect(await run(`(${script}) 2>/dev/null && echo DONE; true`)).toBe('');
        expect(readFileSync(join(root, '.git/config'), 'utf8')).toBe(before);
        expect(readdirSync(join(root, '.git/hooks')).filter((name) => !name.endsWith('.sample'))).toEqual([]);
        expect(existsSync(join(root, '.git/commondir'))).toBe(false);
      });
    }

    it('protects repositories further down, linked worktrees, submodules and bare ones', async () => {
      mkdirSync(join(root, 'a/b'), { recursive: true });
      git(join(root, 'a/b'), 'init', '-q');
      git(root, 'worktree', 'add', '-q', 'linked');
      git(root, 'init', '-q', '--bare', 'store.git');
      mkdirSync(join(root, '.git/modules/sub/name'), { recursive: true });
      git(join(root, '.git/modules/sub/name'), 'init', '-q', '--bare');
      const places = [
        'a/b/.git/config',
        'a/b/.git/hooks/pre-commit',
        'linked/.git',
        '.git/worktrees/linked/commondir',
        '.git/worktrees/linked/gitdir',
        '.git/worktrees/linked/config.worktree',
        'store.git/config',
        'store.git/hooks/pre-receive',
        '.git/modules/sub/name/config',
        '.git/modules/sub/name/hooks/post-checkout',
      ];
      const said = await run(
        `for p in ${places.join(' ')}; do (echo x >> $p) 2>/dev/null && echo "wrote $p"; done; mv a away 2>/dev/null && echo moved; cd linked && echo y > g && git add g && git commit -qm inside && git log --format=%s -1`,
      );
      expect(said).toBe('inside\n');
      expect(readdirSync(join(root, '.git/worktrees/linked'))).not.toContain('config.worktree');
    });

    it('moves files between directories above and below a pinned one', async () => {
      mkdirSync(join(root, 'sub/deep'), { recursive: true });
      git(join(root, 'sub/deep'), 'init', '-q');
      const move =
        'import os; os.rename("f", "sub/deep/f"); os.link("sub/deep/f", "g"); os.rename("sub/deep/f", "h")';
      expect(await run(`echo x > f && python3 -c '${move}' && cat g h`)).toBe('x\nx\n');
    });

    it('stays protected when the host replaces files meanwhile', async () => {
      const running = launch(
        workspaceWrite(
          root,
          sh(
            'echo ready; while [ ! -e go ]; do sleep 0.02; done; (echo x >> .git/config; rm .envrc; mv .envrc y; echo z > .mcp.json; mkdir .claude) 2>/dev/null; mv .git away 2>/dev/null || echo held',
          ),
        ),
      );
      await running.printed('ready');
      for (const name of ['one', 'two', 'three']) git(root, 'config', 'user.name', name);
      rmSync(join(root, '.mcp.json'));
      rmSync(join(root, '.claude'));
      writeFileSync(join(root, 'new'), 'of the host');
      renameSync(join(root, 'new'), join(root, '.envrc'));
      // Until the sandbox has noticed: what it holds again is there again.
      await until(() => existsSync(join(root, '.mcp.json')) && existsSync(join(root, '.claude')));
      const before = readFileSync(join(root, '.git/config'), 'utf8');
      writeFileSync(join(root, 'go'), '');
      expect((await running.end).stdout).toBe('ready\nheld\n');
      expect(readFileSync(join(root, '.git/config'), 'utf8')).toBe(before);
      expect(readFileSync(join(root, '.envrc'), 'utf8')).toBe('of the host');
      expect(readdirSync(root).sort()).toEqual(['.envrc', '.git', 'go']);
    });

    it('protects what a link stands for', async () => {
      renameSync(join(root, '.git'), join(root, 'real'));
      symlinkSync('real', join(root, '.git'));
      expect(
        await run(
          '(echo x >> real/config) 2>/dev/null && echo DONE; (rm .git) 2>/dev/null && echo DONE; echo y > f; git add f && git commit -qm linked && git log --format=%s -1',
        ),
      ).toBe('linked\n');
    });
  });

  describe('names that do not exist', () => {
    const names = ['.cordon', '.codex', '.claude', '.vscode', '.mcp.json', '.envrc', '.git'];
    const list = names.join(' ');

    it('cannot be created in any way', async () => {
      const said = await run(
        `for n in ${list}; do mkdir $n; touch x; mv x $n; mkdir -p d; mv -T d $n; ln -s /tmp $n; ln x $n; mkfifo $n; echo x > $n; rm -rf $n; mv $n y; done >/dev/null 2>&1; for n in ${list}; do [ -d $n ] && echo "directory $n"; [ -f $n ] && echo "file $n"; done; git status 2>&1 | head -1`,
      );
      expect(said).toBe('fatal: not a git repository (or any of the parent directories): .git\n');
      expect(readdirSync(root).filter((name) => names.includes(name))).toEqual([]);
    });

    it.each([
      ['a file', 'echo mine > .config'],
      ['a link to nothing', 'ln -s nowhere .config'],
      ['a link to a directory', 'mkdir real; ln -s real .config'],
    ])('cannot be created where %s stood in the way of their directory', async (_, before) => {
      execFileSync('/bin/sh', ['-c', before], { cwd: root });
      const was = lstatSync(join(root, '.config')).ino;
      const policy = workspaceWrite(
        root,
        sh(
          '(rm .config; mv .config away; mkdir -p .config/git; echo "[alias] s = !id" > .config/git/config) 2>/dev/null; [ -d .config/git ] && [ ! -L .config ] && echo DONE; echo ran',
        ),
        { protectedNames: [{ name: '.config/git', whenMissing: 'forbid' }] },
      );
      expect((await launch(policy).end).stdout).toBe('ran\n');
      expect(lstatSync(join(root, '.config')).ino).toBe(was);
    });

    it('do not show up in git', async () => {
      git(root, 'init', '-q');
      expect(await run('git status --short; git add -A; git status --short')).toBe('');
    });

    it('leave nothing behind when the command could not be started', async () => {
      const end = await launch(workspaceWrite(root, ['no-such-program'])).end;
      expect(end.status).toBe(125);
      expect(readdirSync(root)).toEqual([]);
    });

    it('leave nothing behind when the host dies', async () => {
      const running = launch(workspaceWrite(root, sh('echo ready; sleep 300')));
      await running.printed('ready');
      expect(readdirSync(root)).toContain('.envrc');
      running.closeChannel();
      await running.end;
      expect(readdirSync(root)).toEqual([]);
    });

    it('leave nothing behind when the launcher itself is killed', async () => {
      const mark = `killed-${String(process.pid)}-${String(Date.now())}`;
      const running = launch(workspaceWrite(root, sh(`echo ready; : ${mark}; sleep 300`)));
      await running.printed('ready');
      process.kill(running.pid, 'SIGKILL');
      await until(() => processesWith(mark).length === 0 && readdirSync(root).length === 0);
    });

    it('are swept up by the next run when everything was killed at once', async () => {
      const running = launch(workspaceWrite(root, sh('echo ready; sleep 300')));
      await running.printed('ready');
      const { pid } = await running.frame('started');
      const first = Number(
        readFileSync(`/proc/${String(pid)}/stat`, 'utf8')
          .split(') ')[1]
          ?.split(' ')[1],
      );
      process.kill(first, 'SIGSTOP');
      process.kill(running.pid, 'SIGKILL');
      process.kill(first, 'SIGKILL');
      await running.end;
      await until(() => !existsSync(`/proc/${String(first)}`));
      // Whoever starts next cleans up; on a busy host that may be somebody else, and not done yet.
      const elsewhere = makeDirectory();
      await launch(workspaceWrite(elsewhere, ['true'])).end;
      removeDirectory(elsewhere);
      await until(() => readdirSync(root).length === 0);
    });

    it('stay closed until the last of several runs has ended', async () => {
      const first = launch(workspaceWrite(root, sh('echo ready; sleep 300')));
      await first.printed('ready');
      const second = launch(
        workspaceWrite(
          root,
          sh(
            'echo ready; read line; mkdir .claude 2>/dev/null && echo CREATED; rm -rf .envrc 2>/dev/null; [ -e .envrc ] && echo kept',
          ),
        ),
        { stdin: '' },
      );
      await second.printed('ready');
      first.closeChannel();
      await first.end;
      expect((await second.end).stdout).toBe('ready\nkept\n');
      expect(readdirSync(root)).toEqual([]);
    });

    it('keep what a user put there in the meantime', async () => {
      const running = launch(workspaceWrite(root, sh('echo ready; sleep 300')));
      await running.printed('ready');
      // As editors save: a name that was only removed is held again before a person can write it.
      writeFileSync(join(root, 'new'), 'mine');
      renameSync(join(root, 'new'), join(root, '.envrc'));
      running.closeChannel();
      await running.end;
      expect(readdirSync(root)).toEqual(['.envrc']);
      expect(readFileSync(join(root, '.envrc'), 'utf8')).toBe('mine');
    });
  });

  describe('reads', () => {
    it('hides what must not be read, by every way to it', async () => {
      const secrets = makeDirectory();
      writeFileSync(join(secrets, 'key'), 'SECRET');
      writeFileSync(join(root, '.env'), 'SECRET');
      const said = await run(
        `cat ${secrets}/key .env /proc/self/root${secrets}/key; ls ${secrets}; mv .env e && cat e; cp .env e && cat e; ln .env l && cat l; python3 -c "print(open('.env').read())"; true`,
        { denyRead: [secrets, join(root, '.env'), '/no/such/path'] },
      );
      removeDirectory(secrets);
      expect(said).not.toContain('SECRET');
      expect(readFileSync(join(root, '.env'), 'utf8')).toBe('SECRET');
    });

    it('has a /tmp, a /dev and a /dev/shm of its own', async () => {
      const outside = join('/tmp', `cordon-outside-${String(process.pid)}`);
      writeFileSync(outside, 'x');
      const said = await run('ls -A /tmp /dev/shm; mktemp >/dev/null && ls /tmp | wc -l; ls /dev');
      rmSync(outside);
      expect(said.split('\n').map((line) => line.trim())).toEqual([
        '/dev/shm:',
        '',
        '/tmp:',
        '1',
        ...'fd full null ptmx pts random shm stderr stdin stdout tty urandom zero'.split(' '),
        '',
      ]);
    });

    it('sees a start directory that lies in /tmp, writable or not', async () => {
      const start = join('/tmp', `cordon-start-${String(process.pid)}`);
      mkdirSync(start);
      writeFileSync(join(start, 'f'), 'text\n');
      const writable = await launch(workspaceWrite(start, sh('cat f; echo more >> f; ls /tmp'))).end;
      const plain = {
        ...workspaceWrite(root, sh('cat f; (echo x > f) 2>/dev/null || echo refused')),
        cwd: start,
      };
      const readOnly = await launch(plain).end;
      rmSync(start, { recursive: true });
      expect(writable.stdout).toBe(`text\n${start.slice(5)}\n`);
      expect(readOnly.stdout).toBe('text\nmore\nrefused\n');
    });
  });

  describe('sockets', () => {
    const servers: Server[] = [];
    afterEach(() => {
      for (const server of servers.splice(0)) server.close();
    });
    /** Listens outside and remembers every byte it was told. */
    async function listen(address: string): Promise<string[]> {
      const heard: string[] = [];
      const server = createServer((socket) => {
        socket.on('data', (bytes: Buffer) => heard.push(bytes.toString())).on('error', () => undefined);
      });
      servers.push(server);
      await new Promise<void>((resolve) => server.listen(address, resolve));
      return heard;
    }

    const client = `import socket,sys
for family, kind, address in [(socket.AF_UNIX, k, a) for k in (socket.SOCK_STREAM, socket.SOCK_SEQPACKET, socket.SOCK_DGRAM) for a in sys.argv[1:]]:
    try:
        s = socket.socket(family, kind); s.connect(address); s.send(b'REACHED'); print('reached', address)
    except OSError as e: pass
a, b = socket.socketpair(); a.send(b'ok'); print(b.recv(2).decode())
try: socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM); print('datagram pair')
except OSError: pass
`;
    it('reaches no socket outside, wherever it lies', async () => {
      const outside = makeDirectory();
      const addresses = [join(outside, 's'), join(root, 's'), `\0cordon-${String(process.pid)}`];
      const heard = await Promise.all(addresses.map(listen));
      writeFileSync(join(root, 'client.py'), client);
      symlinkSync(join(outside, 's'), join(root, 'link'));
      const tried = [
        ...addresses.slice(0, 2),
        `${root}/link`,
        `/proc/self/root${outside}/s`,
        's',
        `${root}/../${outside.slice(9)}/s`,
      ];
      expect(await run(`python3 client.py ${tried.join(' ')}`)).toBe('ok\n');
      expect(heard).toEqual([[], [], []]);
      removeDirectory(outside);
    });

    it('reaches the ones it made itself, from threads, descendants and non-blocking programs', async () => {
      writeFileSync(
        join(root, 'own.py'),
        `import asyncio, multiprocessing, os, socket, threading
def double(x): return 2 * x
async def streams():
    async def serve(reader, writer):
        writer.write(await reader.readline()); await writer.drain(); writer.close()
    server = await asyncio.start_unix_server(serve, 'a.sock')
    reader, writer = await asyncio.open_unix_connection('a.sock')
    writer.write(b'async\\n'); print((await reader.readline()).decode().strip())
    writer.close(); server.close()
if __name__ == '__main__':
    multiprocessing.set_start_method('forkserver')
    with multiprocessing.Pool(2) as pool: print(pool.map(double, [1, 2]))
    asyncio.run(streams())
    s = socket.socket(socket.AF_UNIX); s.bind(b'\\0own'); s.listen(1)
    c = socket.socket(socket.AF_UNIX); c.connect(b'\\0own'); print('abstract')
    n = socket.socket(); n.bind(('127.0.0.1', 0)); n.listen(1)
    t = threading.Thread(target=lambda: socket.create_connection(n.getsockname()).sendall(b'tcp')); t.start()
    print(n.accept()[0].recv(3).decode()); t.join()
    for address, error in [('none.sock', FileNotFoundError), ('own.py', ConnectionRefusedError)]:
        try: socket.socket(socket.AF_UNIX).connect(address)
        except error: print(error.__name__)
    try: c.connect(b'\\0own')
    except OSError as e: print(e.errno == 106)
`,
      );
      expect(await run('python3 own.py')).toBe(
        '[2, 4]\nasync\nabstract\ntcp\nFileNotFoundError\nConnectionRefusedError\nTrue\n',
      );
    });

    it('lets a caller wait whose queue is full, and serves the others meanwhile', async () => {
      writeFileSync(
        join(root, 'full.py'),
        `import socket, threading, time
s = socket.socket(socket.AF_UNIX); s.bind('q'); s.listen(0)
first = [socket.socket(socket.AF_UNIX) for _ in range(1)]
for c in first: c.connect('q')
done = []
def wait():
    c = socket.socket(socket.AF_UNIX); c.connect('q'); done.append(1)
t = threading.Thread(target=wait); t.start()
b = socket.socket(socket.AF_UNIX); b.bind('r'); b.listen(5)
o = socket.socket(socket.AF_UNIX); o.connect('r'); print('other')
n = socket.socket(socket.AF_UNIX); n.setblocking(False)
try: n.connect('q')
except BlockingIOError: print('would block')
print(len(done)); s.accept(); t.join(); print(len(done))
`,
      );
      expect(await run('python3 full.py')).toBe('other\nwould block\n0\n1\n');
    });

    it('has a network of its own with nothing but loopback', async () => {
      const server = createServer();
      servers.push(server);
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      let connections = 0;
      server.on('connection', () => (connections += 1));
      const said = await run(`python3 -c "
import socket
print(socket.if_nameindex())
try: socket.create_connection(('127.0.0.1', ${String(port)}), 1); print('reached')
except OSError: print('refused')
"`);
      expect(said).toBe("[(1, 'lo')]\nrefused\n");
      expect(connections).toBe(0);
    });
  });

  describe('limits', () => {
    it('bounds the processes of the whole tree, for root, too', async () => {
      const fork =
        'import os, time\\nn = 0\\ntry:\\n  while n < 1500:\\n    if os.fork() == 0: time.sleep(300)\\n    n += 1\\nexcept OSError: pass\\nprint(n < 500)';
      expect(await run(`printf '${fork}' > f.py; python3 f.py`, { limits: { processes: 400 } })).toBe(
        'True\n',
      );
    });
    for (const { processes, uid } of [
      { processes: 10, uid: 'root' },
      { processes: 1, uid: 'root' },
      { processes: 320, uid: 'root' },
      { processes: 10, uid: 'nobody' },
    ] as const) {
      it.skipIf(!isRoot || !boundsProcesses)(
        `means ${String(processes)} processes, not one more, for ${uid}, whatever ran before`,
        async () => {
          chownSync(root, 65534, 65534);
          const fork =
            'import os, time\nfor _ in range(400 if LIMIT > 1 else 0):\n  p = os.fork()\n  if p == 0: os._exit(0)\n  os.waitpid(p, 0)\nn = 1\ntry:\n  while n < 2000:\n    if os.fork() == 0: time.sleep(300)\n    n += 1\nexcept OSError: pass\nprint(n <= LIMIT, n > LIMIT - 4)';
          writeFileSync(join(root, 'f.py'), fork.replaceAll('LIMIT', String(processes)));
          const end = await launch(
            workspaceWrite(root, ['python3', 'f.py'], { limits: { processes }, lingerMs: 0 }),
            uid === 'root' ? {} : { uid: 65534 },
          ).end;
          expect(end.stdout).toBe('True True\n');
        },
      );
    }
    it.skipIf(!isRoot || !boundsProcesses)(
      'reached: a connection is made or refused, and nobody waits forever',
      async () => {
        const script = [
          'import socket',
          'server = socket.socket()',
          'server.bind(("127.0.0.1", 0))',
          'server.listen(0)',
          'kept = []',
          'try:',
          '  for _ in range(64):',
          '    client = socket.socket()',
          '    client.connect(server.getsockname())',
          '    kept.append(client)',
          'except BlockingIOError: print("refused")',
          'print(len(kept) > 0)',
        ].join('\n');
        const end = await launch(
          workspaceWrite(root, ['python3', '-c', script], { limits: { processes: 1 } }),
        ).end;
        expect(end.stdout).toBe('refused\nTrue\n');
      },
    );
    it.skipIf(!handsDownMemory)(
      'bounds the memory of the whole tree where control groups are delegated',
      async () => {
        const each = 'python3 -c "x = bytearray(40 << 20); import time; time.sleep(1)" & ';
        const said = await run(`${each.repeat(4)} for job in 1 2 3 4; do wait %$job || echo killed; done`, {
          limits: { memoryBytes: 100 << 20 },
          lingerMs: 0,
        });
        expect(said).toContain('killed');
      },
    );
    // The sanitizer's own memory is beyond any limit.
    it.skipIf(launcher.includes('sanitized'))(
      'bounds memory, file size and descriptors of each process, and writes no core',
      async () => {
        const said = await run(
          'ulimit -n; python3 -c "x = bytearray(10**9)" 2>&1 | tail -1; sh -c "head -c 3000000 /dev/zero > big; true" 2>/dev/null; wc -c < big; bash -c "ulimit -c; ulimit -Hc"',
          { limits: { memoryBytes: 500_000_000, fileBytes: 1_000_000, openFiles: 100 } },
        );
        expect(said).toBe('100\nMemoryError\n1000000\n0\n0\n');
      },
    );
  });

  describe.skipIf(!isRoot)('as an ordinary user', () => {
    it('holds and works all the same', async () => {
      chownSync(root, 65534, 65534);
      const script =
        'id -u; echo x > f && cat f; git init -q sub && echo repository; mkdir .claude 2>/dev/null && echo CREATED; (echo x > /var/tmp/cordon-nobody) 2>/dev/null && echo WROTE; touch -d 2001-01-01 /etc/passwd 2>/dev/null && echo TOUCHED; true';
      const end = await launch(workspaceWrite(root, sh(script)), { uid: 65534 }).end;
      expect(end.stdout + end.stderr).toBe('65534\nx\nrepository\n');
      expect(readdirSync(root).sort()).toEqual(['f', 'sub']);
    });
  });

  it.skipIf(!isRoot)("lets root work in somebody else's directory, and nowhere else", async () => {
    const other = makeDirectory();
    chownSync(root, 65534, 65534);
    chownSync(other, 65534, 65534);
    const script = `echo x > f && chmod 600 f && touch -d 2001-01-01 . && ls f; (echo x > ${other}/f; chmod 777 ${other}; touch -d 2001-01-01 ${other}) 2>/dev/null; grep -c "CapEff:.*0a$" /proc/self/status`;
    expect(await run(script)).toBe('f\n1\n');
    expect(readdirSync(other)).toEqual([]);
    removeDirectory(other);
  });

  it('makes no program that lends its rights to others', async () => {
    const script = `cp /bin/true t; chmod u+s t; chmod g+s t; python3 -c "
import os
for call in [lambda: os.chmod('t', 0o4755), lambda: os.open('u', os.O_CREAT | os.O_WRONLY, 0o4755), lambda: os.mknod('v', 0o102755), lambda: os.fchmod(os.open('t', os.O_RDONLY), 0o6755)]:
    try: call(); print('did')
    except OSError: pass
"; ls -l t | cut -c1-10; chmod 755 t && echo fine`;
    expect((await run(`(${script}) 2>/dev/null`)).split('\n')).toEqual(['-rwxr-xr-x', 'fine', '']);
  });

  describe('when a part is missing', () => {
    const ran = (): boolean => existsSync(join(root, 'ran'));
    const touch = sh('touch ran');

    const poorer: readonly { readonly says: string; readonly lacks: string; readonly message: RegExp }[] = [
      { says: 'namespaces', lacks: 'namespaces', message: /^Cannot make namespaces: [^\n]+$/u },
      {
        says: 'the namespaces that follow the first',
        lacks: 'unshare',
        message: /^Cannot make namespaces: [^\n]+$/u,
      },
      {
        says: 'mounts inside namespaces',
        lacks: 'mounts',
        message: /^Cannot separate the sandbox's mounts: [^\n]+$/u,
      },
      {
        says: 'Landlock',
        lacks: 'landlock',
        message: /^Cannot sandbox the command: Landlock is missing, [^\n]+$/u,
      },
      { says: 'seccomp', lacks: 'seccomp', message: /^Cannot install the system-call filter$/u },
    ];
    for (const { says, lacks, message } of poorer) {
      it(`refuses without ${says}: nothing runs, and one sentence says why`, async ({ skip }) => {
        if (denyCalls === undefined) skip();
        const end = await launch(workspaceWrite(root, touch), { wrapper: [denyCalls ?? '', lacks, '--'] })
          .end;
        const failed = end.frames.at(-1);
        expect(failed).toMatchObject({ kind: 'failed', failure: { stage: 'sandbox' } });
        if (failed?.kind === 'failed') {
          expect(failed.failure.message).toMatch(message);
          expect(failed.hint).toEqual(expect.any(String));
        }
        expect({ status: end.status, ran: ran(), left: readdirSync(root) }).toEqual({
          status: 125,
          ran: false,
          left: [],
        });
      });
    }

    for (const lacks of ['namespaces', 'unshare', 'mounts']) {
      it(`runs without ${lacks} when less is enough, and says what is missing`, async ({ skip }) => {
        if (denyCalls === undefined) skip();
        const run = launch(workspaceWrite(root, touch, { require: 'best-effort' }), {
          wrapper: [denyCalls ?? '', lacks, '--'],
        });
        const { enforcement } = await run.frame('started');
        const end = await run.end;
        expect({
          level: enforcement.level,
          layers: enforcement.layers,
          status: end.status,
          ran: ran(),
        }).toEqual({
          level: 'partial',
          layers: ['landlock', 'seccomp'],
          status: 0,
          ran: true,
        });
        expect(enforcement.missing.map(({ restriction }) => restriction)).toEqual(
          expect.arrayContaining(['file-metadata', 'protected-paths', 'processes']),
        );
        expect(readdirSync(root)).toEqual(['ran']);
      });
    }

    it('refuses even then without Landlock and namespaces together', async ({ skip }) => {
      if (denyCalls === undefined) skip();
      const end = await launch(workspaceWrite(root, touch, { require: 'best-effort' }), {
        wrapper: [denyCalls ?? '', 'namespaces', 'landlock', '--'],
      }).end;
      expect({ status: end.status, ran: ran() }).toEqual({ status: 125, ran: false });
    });

    const roots: readonly { readonly says: string; readonly make: () => string }[] = [
      {
        says: 'a link out',
        make: () => {
          symlinkSync('/etc', join(root, 'link'));
          return join(root, 'link');
        },
      },
      {
        says: 'below a link',
        make: () => {
          symlinkSync('/', join(root, 'link'));
          return join(root, 'link', 'etc');
        },
      },
      { says: 'not there', make: () => join(root, 'gone') },
      { says: 'a device', make: () => '/dev/null' },
    ];
    for (const { says, make } of roots) {
      it(`refuses a root that is ${says}`, async () => {
        const end = await launch({ ...workspaceWrite(root, touch, { writable: [root, make()] }) }).end;
        expect(end.frames.at(-1)).toMatchObject({ kind: 'failed', failure: { stage: 'sandbox' } });
        expect({ status: end.status, ran: ran() }).toEqual({ status: 125, ran: false });
      });
    }

    it('refuses when the root cannot be protected: it is named as protected itself', async () => {
      const end = await launch(workspaceWrite(root, touch, { protect: [root] })).end;
      expect({ status: end.status, ran: ran() }).toEqual({ status: 125, ran: false });
    });
  });

  it('ends with its host even when the command ignores every signal', async () => {
    const mark = `stubborn-${String(process.pid)}-${String(Date.now())}`;
    const running = launch(
      workspaceWrite(root, [
        '/bin/bash',
        '-c',
        `trap "" TERM HUP INT; setsid -f bash -c 'exec -a ${mark} sleep 300'; echo ready; exec -a ${mark} sleep 300`,
      ]),
    );
    await running.printed('ready');
    running.closeChannel();
    await running.end;
    await until(() => processesWith(mark).length === 0);
  });

  it('starts when several are started at once', async () => {
    const runs = Array.from(
      { length: 8 },
      () => launch(workspaceWrite(root, sh('mkdir .claude 2>/dev/null && echo CREATED; echo x >> f'))).end,
    );
    const ends = await Promise.all(runs);
    expect(ends.map(({ status, stdout }) => ({ status, stdout }))).toEqual(
      ends.map(() => ({ status: 0, stdout: '' })),
    );
    expect(readdirSync(root)).toEqual(['f']);
  });

  // Its memory is closed to other processes of an ordinary user.
  it.runIf(isRoot)('leaves the launcher small', async () => {
    const running = launch(workspaceWrite(root, sh('echo ready; sleep 300')));
    await running.printed('ready');
    const { pid } = await running.frame('started');
    const first = Number(
      readFileSync(`/proc/${String(pid)}/stat`, 'utf8')
        .split(') ')[1]
        ?.split(' ')[1],
    );
    const kib = [running.pid, first].map((process) =>
      Number(/^Pss:\s+(\d+)/mu.exec(readFileSync(`/proc/${String(process)}/smaps_rollup`, 'utf8'))?.[1]),
    );
    running.closeChannel();
    await running.end;
    expect(kib.reduce((sum, each) => sum + each, 0)).toBeLessThan(
      launcher.includes('sanitized') ? 100_000 : 2048,
    );
  });
});
