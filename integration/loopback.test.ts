// One loopback for one agent: a server that a command started answers the other commands of its runtime, by TCP and by
// Unix sockets, and nobody else; and whoever shares it has no power over it or over its neighbours.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createShellRuntime, type ShellRuntime, type ShellRuntimeOptions } from '../src/index.ts';
import { makeLayerSet } from '../src/airlock/index.ts';
import { noEnforcement, type PreparedCommand } from '../src/domain/index.ts';
import { addLayers, encodeStart, LaunchServer } from '../src/launcher/index.ts';
import { processRunner } from '../src/runtime/process/index.ts';
import { type Ground, makeGround, removeGround, thisProcess } from './support/airlock-rig.ts';
import { compileFixture, workspaceWrite } from './support/launcher-rig.ts';
import { type Driver, drive } from './support/drive-session.ts';
import { fixture, launcherPath, run, show } from './support/run-process.ts';
import { hasRuntimeSandbox } from './support/runtime-sandbox.ts';

const hasSandbox = await hasRuntimeSandbox('one loopback for one agent');
const meets = ['python3', 'meets.py'] as const;
const kinds = ['tcp', 'tcp6', 'abstract', 'path'] as const;
const all = kinds.map((kind) => `${kind} ${kind}\n`).join('');
const refused = kinds.map((kind) => `${kind} ConnectionRefusedError\n`).join('');
/** A socket in the file system is found, and says nothing. */
const none = refused.replace('path ConnectionRefusedError', 'path PermissionError');

describe.skipIf(!hasSandbox)('one loopback', () => {
  let base: string;
  let workspace: string;
  let runtime: ShellRuntime;
  const runtimes: ShellRuntime[] = [];

  async function open(options: Partial<ShellRuntimeOptions> = {}): Promise<ShellRuntime> {
    const opened = await createShellRuntime({
      workspace,
      excludeSlashTmp: true,
      excludeTmpdir: true,
      rules: { home: join(base, 'home'), system: '/no-rules' },
      baseEnv: { PATH: '/usr/bin:/bin' },
      ...options,
    });
    runtimes.push(opened);
    return opened;
  }

  beforeEach(async () => {
    base = realpathSync(mkdtempSync('/var/tmp/cordon-loopback-'));
    workspace = join(base, 'work');
    mkdirSync(workspace);
    copyFileSync(fixture('meets.py'), join(workspace, 'meets.py'));
    runtime = await open();
  });
  afterEach(async () => {
    for (const each of runtimes.splice(0)) await each.close();
    rmSync(base, { recursive: true });
  });

  async function serve(at: ShellRuntime = runtime, options: { isolated?: boolean } = {}): Promise<Driver> {
    const server = await drive(at, { command: [...meets, 'serve'], ...options });
    await server.expect(/serving/u, 0);
    return server;
  }
  async function said(
    command: readonly [string, ...string[]],
    at: ShellRuntime = runtime,
    options: { isolated?: boolean } = {},
  ): Promise<string> {
    const result = await at.exec({ command, timeoutMs: 60_000, ...options });
    if (result.kind !== 'ran' || result.outcome.kind !== 'exited') throw new Error(JSON.stringify(result));
    const { stdout, stderr } = result.outcome.output;
    return Buffer.concat([stdout.head, stdout.tail, stderr.head, stderr.tail]).toString();
  }
  const dial = async (
    at?: ShellRuntime,
    options?: { isolated?: boolean },
    ...names: readonly string[]
  ): Promise<string> => await said([...meets, 'dial', ...(names.length > 0 ? names : kinds)], at, options);
  const python = async (script: string, at?: ShellRuntime): Promise<string> =>
    await said(['python3', '-c', script], at);

  describe('who meets:', () => {
    it('a server started in a session answers the next command', async () => {
      await serve();
      expect(await dial()).toBe(all);
    });

    it('and a neighbour session, on a terminal too', async () => {
      await serve();
      const neighbour = await drive(runtime, { command: [...meets, 'dial', ...kinds], tty: true });
      await neighbour.end();
      expect(neighbour.seen.replaceAll('\r', '')).toBe(all);
    });

    it('the first command of a runtime, and one that was prepared ahead, stand in the same network', async () => {
      const look = ['readlink', '/proc/self/ns/net'] as const;
      const seen = [await said(look), await said(look), await said(look)];
      expect(new Set(seen).size).toBe(1);
      expect(seen[0]).not.toBe(execFileSync(look[0], look.slice(1), { encoding: 'utf8' }));
    });

    it('a command that cannot join is alone, and its record says so', async () => {
      const tools = join(base, 'tools');
      mkdirSync(tools);
      const deny = compileFixture('deny-calls', tools);
      if (deny === undefined) return;
      const launcher = join(tools, 'launcher');
      writeFileSync(launcher, `#!/bin/sh\nexec ${deny} setns -- ${launcherPath} "$@"\n`, { mode: 0o755 });
      const poorer = await open({ launcher });
      const missing = async (options: { isolated?: boolean } = {}): Promise<unknown> => {
        const result = await poorer.exec({ command: ['true'], ...options });
        if (result.kind !== 'ran') throw new Error(JSON.stringify(result));
        return result.attempts[0].enforcement.missing;
      };
      expect(await missing()).toEqual([
        {
          restriction: 'network',
          because:
            "the network is private, but the one that this runtime's commands share cannot be joined (EPERM): servers of its other commands do not answer",
        },
      ]);
      // One that was prepared ahead, too; and nothing is missing where nothing was wanted.
      expect(await missing()).toHaveLength(1);
      expect(await missing({ isolated: true })).toEqual([]);
    });

    it('nobody any more when the server has ended', async () => {
      const server = await serve();
      await runtime.sessions.terminate(server.id);
      expect(await dial()).toBe(refused);
    });
  });

  describe('over layers:', () => {
    let ground: Ground;
    let source: LaunchServer;
    beforeEach(() => {
      ground = makeGround();
      copyFileSync(fixture('meets.py'), join(ground.root, 'meets.py'));
      source = new LaunchServer();
    });
    afterEach(async () => {
      await source.close();
      removeGround(ground);
    });

    it('a command reaches the socket that a session bound in the directory itself, and no socket of the host', async () => {
      const { root, airlock } = ground;
      const host = createServer((peer) => peer.end('host')).listen(join(root, 'host.sock'));
      const runner = processRunner({ platform: 'linux', tempDirectory: root, launchers: source });
      const start = (...argv: readonly [string, ...string[]]): Uint8Array =>
        encodeStart(workspaceWrite(root, argv));
      const command = (payload: Uint8Array): PreparedCommand =>
        ({ kind: 'launched', launcher: launcherPath, start: payload, enforcement: noEnforcement }) as never;
      const ending = new AbortController();
      const server = run(runner, command(start(...meets, 'serve')), { signal: ending.signal });
      await vi.waitFor(() => {
        expect(existsSync(join(root, 'meets.sock'))).toBe(true);
      });
      const set = makeLayerSet({ id: 'one', airlock, roots: [root], owner: thisProcess() });
      const script = `cp meets.py own.py; python3 meets.py dial path
python3 -c "import socket; s = socket.socket(socket.AF_UNIX); s.connect('host.sock')" 2>&1 | tail -1`;
      const dialled = await run(runner, command(addLayers(start('sh', '-c', script), set.layers)));
      ending.abort();
      await server;
      await new Promise((resolve) => host.close(resolve));
      expect(show(dialled)).toMatchObject({
        kind: 'exited',
        stdout: 'path path\nPermissionError: [Errno 13] Permission denied\n',
      });
      expect(existsSync(join(root, 'own.py'))).toBe(false);
    });
  });

  describe('who does not:', () => {
    it('a command that is isolated', async () => {
      await serve();
      expect(await dial(runtime, { isolated: true })).toBe(none);
    });

    it('a server that is isolated', async () => {
      await serve(runtime, { isolated: true });
      expect(await dial()).toBe(none);
    });

    it('commands of a runtime that isolates them, unless the call says otherwise', async () => {
      const alone = await open({ isolated: true });
      await serve(alone, { isolated: false });
      expect(await dial(alone)).toBe(none);
      expect(await dial(alone, { isolated: false })).toBe(all);
    });

    it('another runtime with the same workspace', async () => {
      await serve();
      const other = await open();
      expect(await dial(other)).toBe(none);
    });

    it('a command with the network of the host', async () => {
      await serve();
      const outside = await open({ network: 'full' });
      expect(await dial(outside)).toBe(none);
    });

    it('the host, by TCP and by an abstract name', async () => {
      await serve();
      const dialled = execFileSync('python3', ['meets.py', 'dial', 'tcp', 'tcp6', 'abstract'], {
        cwd: workspace,
        encoding: 'utf8',
      });
      expect(dialled).toBe(refused.replace('path ConnectionRefusedError\n', ''));
    });

    it('servers of the host: none of them answers, and none of them hears a knock', async () => {
      const host = spawn('python3', ['-u', fixture('counts-knocks.py')], {
        cwd: workspace,
        stdio: ['pipe', 'pipe', 'inherit'],
      });
      const [ready] = (await once(host.stdout, 'data')) as [Buffer];
      const port = ready.toString().trim();
      const script = `import socket
for family, address in ((socket.AF_INET, ('127.0.0.1', ${port})), (socket.AF_UNIX, '\\0knocks-${port}'), (socket.AF_UNIX, 'knocks.sock')):
    s = socket.socket(family); s.settimeout(20)
    try: s.connect(address); print('reached', address)
    except OSError as error: print(type(error).__name__)
`;
      const heard = await python(script);
      host.stdin.end();
      const [knocks] = (await once(host.stdout, 'data')) as [Buffer];
      await once(host, 'exit');
      expect([heard, knocks.toString()]).toEqual([
        'ConnectionRefusedError\nConnectionRefusedError\nPermissionError\n',
        '0\n',
      ]);
    });
  });

  describe('no power over it:', () => {
    const attempts: readonly { says: string; script: string }[] = [
      {
        says: 'the loopback cannot be taken down',
        script: `import fcntl, socket, struct
fcntl.ioctl(socket.socket(), 0x8914, struct.pack('16sh', b'lo', 0))`,
      },
      {
        says: 'nor given an address',
        script: `import fcntl, socket, struct
fcntl.ioctl(socket.socket(), 0x8916, struct.pack('16sHH4s8x', b'lo:1', socket.AF_INET, 0, socket.inet_aton('127.0.0.9')))`,
      },
      {
        says: 'nor changed through netlink',
        script: `import socket, struct
s = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
# RTM_NEWLINK, lo, without IFF_UP
s.send(struct.pack('=IHHIIBBHiII', 32, 16, 5, 1, 0, 0, 0, 0, 1, 0, 1))
error = struct.unpack_from('=i', s.recv(4096), 16)[0]
if error: raise OSError(-error)`,
      },
      {
        says: 'packets of neighbours cannot be watched',
        script: 'import socket; socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0x300)',
      },
      {
        says: 'nor forged',
        script: 'import socket; socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_TCP)',
      },
      {
        says: 'their sockets cannot be listed and closed',
        script: 'import socket; socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 4)',
      },
      {
        says: 'no packet filter can be set',
        script: 'import socket; socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 12)',
      },
      {
        says: 'its settings cannot be changed',
        script: "open('/proc/sys/net/ipv4/ip_unprivileged_port_start', 'w').write('0')",
      },
      {
        says: 'a low port is not for everybody',
        script: "import socket; socket.socket().bind(('127.0.0.1', 80))",
      },
      {
        says: 'its namespace cannot be joined again from one of its own',
        script: `import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
if libc.setns(os.open('/proc/self/ns/net', os.O_RDONLY), 0x40000000): raise OSError(ctypes.get_errno())`,
      },
      {
        says: 'a user namespace cannot be made to gain power in',
        script: `import ctypes
libc = ctypes.CDLL(None, use_errno=True)
if libc.unshare(0x10000000): raise OSError(ctypes.get_errno())`,
      },
    ];
    for (const { says, script } of attempts)
      it(says, async () => {
        await serve();
        const lines = script.split('\n').map((line) => `    ${line}`);
        const guarded = `try:\n${lines.join('\n')}\n    print('DONE')\nexcept OSError: print('refused')`;
        expect(await python(guarded)).toBe('refused\n');
        expect(await dial(runtime, {}, 'tcp')).toBe('tcp tcp\n');
      });

    it('/sys and /proc show the shared network and nothing of the host’s', async () => {
      const look = `import os
print(os.listdir('/sys/class/net'), [line.split(':')[0].strip() for line in open('/proc/net/dev') if ':' in line])
print(os.path.isdir('/sys/fs/cgroup') and bool(os.listdir('/sys/fs/cgroup')), os.access('/sys/kernel', os.W_OK))`;
      expect(await python(look)).toBe("['lo'] ['lo']\nTrue False\n");
    });
  });

  describe('no power over neighbours:', () => {
    it('no command sees, signals or traces another', async () => {
      await serve();
      const look = `import os
own = {int(n) for n in os.listdir('/proc') if n.isdigit()}
print(any('meets.py' in open(f'/proc/{n}/cmdline').read() for n in own if n != os.getpid()))
try: os.kill(-1, 9)
except OSError: pass
print('alone')`;
      expect(await python(look)).toBe('False\nalone\n');
      expect(await dial(runtime, {}, 'tcp')).toBe('tcp tcp\n');
    });

    it('the owner of the network is no namespace of a command', async () => {
      // NS_GET_USERNS of the network: a namespace above the own one, which may not be opened.
      const look = `import fcntl, os
try: print(os.fstat(fcntl.ioctl(os.open('/proc/self/ns/net', os.O_RDONLY), 0xb701)).st_ino == os.stat('/proc/self/ns/user').st_ino)
except OSError as error: print('withheld')`;
      expect(await python(look)).toBe('withheld\n');
    });

    it('no descriptor of the network reaches a command', async () => {
      const look =
        "import os; print([t for t in (os.readlink(f'/proc/self/fd/{n}') for n in os.listdir('/proc/self/fd') if os.path.lexists(f'/proc/self/fd/{n}')) if ':[' in t and not t.startswith('pipe')])";
      expect(await python(look)).toBe('[]\n');
    });

    it('many at once come and go, and the server still answers', async () => {
      await serve();
      const answers = await Promise.all(
        Array.from({ length: 24 }, async () => await dial(runtime, {}, 'tcp', 'path')),
      );
      expect(new Set(answers)).toEqual(new Set(['tcp tcp\npath path\n']));
    });
  });

  it('leaves nothing when the runtime has ended', async () => {
    await serve();
    const network = (await said(['readlink', '/proc/self/ns/net'])).trim();
    for (const each of runtimes.splice(0)) await each.close();
    await vi.waitFor(() => {
      expect(networks()).not.toContain(network);
    });
  });

  it('is a loopback for each where no server is kept', async () => {
    const single = await open({ spareLauncher: false });
    await serve(single);
    expect(await dial(single)).toBe(none);
  });
});

/** Of every process of this host. */
function networks(): string[] {
  return readdirSync('/proc').flatMap((pid) => {
    try {
      return /^\d+$/u.test(pid) ? [readlinkSync(`/proc/${pid}/ns/net`)] : [];
    } catch {
      return [];
    }
  });
}
