// What an attacker tries against the Linux sandbox when one command is not enough: two commands at once, a host that
// acts in between, deaths at a bad moment, and profiles whose paths overlap.
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { constants } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { AbsolutePath, PreparedCommand } from '../src/domain/index.ts';
import { buildProfile, ensureLauncher, landlockBackend, type ProfileWish } from '../src/sandbox/index.ts';
import { launch, type Launch, type LaunchEnd } from './support/probes/launch.ts';
import { systemPath } from './support/probes/start-world.ts';
import { requireCapability } from './support/require-capability.ts';

const linux = process.platform === 'linux';
const launcher = linux ? await ensureLauncher() : undefined;
const probe =
  launcher?.ok === true ? await landlockBackend({ launcher, require: 'full' }).probe() : undefined;
const usable = requireCapability(
  'attacks on the Linux sandbox',
  probe?.kind === 'available' && probe.enforcement.missing.length === 0
    ? { kind: 'present' }
    : {
        kind: 'missing',
        what: probe?.kind === 'missing' ? probe.what : 'this host cannot enforce everything',
        hint: 'See `cordon doctor`',
      },
  linux ? process.env : {},
);

const directories: string[] = [];
const running: Launch[] = [];
afterEach(async () => {
  for (const one of running.splice(0)) {
    one.child.kill('SIGKILL');
    await one.ended;
  }
  for (const path of directories.splice(0)) rmSync(path, { recursive: true, force: true });
});

/** Not below /tmp, which may be a root or private. */
function directory(): string {
  const path = realpathSync(mkdtempSync('/var/tmp/cordon-attack-'));
  directories.push(path);
  return path;
}

type Wish = Partial<ProfileWish> & { readonly cwd?: string; readonly processes?: number };

function prepared(argv: readonly [string, ...string[]], workspace: string, wish: Wish): PreparedCommand {
  if (launcher === undefined) throw new Error('Cannot prepare: this is not Linux');
  const profile = buildProfile({ mode: 'workspace-write', workspace, slashTmp: false, ...wish });
  if (!profile.ok) throw new Error(profile.error.because);
  const backend = landlockBackend({
    launcher,
    require: 'full',
    ...(wish.processes === undefined ? {} : { limits: { processes: wish.processes } }),
  });
  const env = new Map([
    ['PATH', systemPath],
    ['HOME', workspace],
  ]);
  const cwd = (wish.cwd ?? workspace) as AbsolutePath;
  const command = backend.prepare({ argv, cwd, env, tty: false }, profile.value);
  if (!command.ok) throw new Error(command.error.because);
  return command.value;
}

function start(script: string, workspace: string, wish: Wish = {}): Launch {
  const one = launch(prepared(['bash', '-c', script], workspace, wish));
  running.push(one);
  return one;
}

async function run(script: string, workspace: string, wish: Wish = {}): Promise<LaunchEnd> {
  return await start(script, workspace, wish).ended;
}

function repository(path: string): void {
  execFileSync('git', ['init', '-q', path], { env: { PATH: systemPath } });
}

const left = (workspace: string): string[] => readdirSync(workspace).toSorted();

describe.skipIf(!usable)('two sandboxed commands in one workspace', () => {
  it('the end of one does not lift the other’s protection of names that do not exist', async () => {
    const ws = directory();
    const long = start(
      'echo up; read go; mkdir .codex; echo x > .envrc; ln -s x .mcp.json; mkdir .git; echo tried',
      ws,
    );
    await long.said('up');
    for (let i = 0; i < 3; i++) expect((await run('true', ws)).exit).toBe(0);
    long.write('go\n');
    await long.said('tried');
    expect((await long.ended).exit).toBe(0);
    expect(left(ws)).toEqual([]);
  });

  it('many at once leave nothing behind and each can work', async () => {
    const ws = directory();
    repository(ws);
    const ends = await Promise.all(
      Array.from(
        { length: 8 },
        async (_, i) => await run(`echo ${String(i)} > f${String(i)}; mkdir .codex 2> /dev/null; true`, ws),
      ),
    );
    expect(ends.map(({ exit, failure }) => failure ?? exit)).toEqual(ends.map(() => 0));
    expect(left(ws)).toEqual(['.git', ...ends.map((_, i) => `f${String(i)}`)]);
    expect(existsSync(join(ws, '.git/commondir'))).toBe(false);
  });
});

describe.skipIf(!usable)('a death at a bad moment', () => {
  for (const signal of ['SIGKILL', 'SIGTERM'] as const)
    it(`of the launcher by ${signal} ends every process and leaves no placeholder`, async () => {
      const ws = directory();
      const mark = `cordon-mark-${String(process.pid)}-${signal}`;
      const one = start(
        `trap "" TERM HUP INT; (exec -a ${mark} setsid sleep 300) & echo up; while :; do sleep 1; done`,
        ws,
      );
      await one.said('up');
      one.child.kill(signal);
      await one.ended;
      await gone(mark);
      // What a launcher cannot do any more, the next one does.
      if (left(ws).length > 0) await run('true', ws);
      expect(left(ws)).toEqual([]);
    });

  it('of everything in the sandbox at once by kill -1 is reported as such', async () => {
    const end = await run('(kill -9 -1); sleep 5', directory());
    expect(end.exit).toBe(128 + constants.signals.SIGKILL);
  });

  it('cannot be hidden: a command that closes its streams and forks is still ended', async () => {
    const ws = directory();
    const mark = `cordon-mark-${String(process.pid)}-hidden`;
    const end = await run(
      `(exec -a ${mark} setsid setsid sleep 300 > /dev/null 2>&1 < /dev/null &) ; exit 3`,
      ws,
    );
    expect(end.exit).toBe(3);
    await gone(mark);
  });

  it('comes within the limit of processes, whatever is forked', async () => {
    const ws = directory();
    const mark = `cordon-mark-${String(process.pid)}-bomb`;
    writeFileSync(
      join(ws, 'bomb.py'),
      `import os
made = 0
try:
    while made < 1000:
        if os.fork() == 0:
            os.setsid()
            os.execvp('sleep', ['${mark}', '300'])
        made += 1
except OSError:
    pass
print(made)
`,
    );
    const end = await run('exec python3 bomb.py', ws, { processes: 400 });
    expect(end.exit).toBe(0);
    expect(Number(end.stdout)).toBeLessThanOrEqual(400);
    await gone(mark);
  });
});

/** Waits until the running command's own mount table shows the path again. */
async function isHeldAgain(one: Launch, path: string): Promise<void> {
  // What it says may be heard before the launcher is.
  const started = await vi.waitFor(() => {
    const frame = one.frames.find(({ kind }) => kind === 'started');
    if (frame?.kind !== 'started') throw new Error('the command has not started');
    return frame;
  });
  const deadline = Date.now() + 5000;
  while (!readFileSync(`/proc/${String(started.pid)}/mountinfo`, 'utf8').includes(` ${path} ro`)) {
    if (Date.now() > deadline) throw new Error(`${path} was not held again`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Waits until no process carries the mark; a moment is allowed, ten seconds are not. */
async function gone(mark: string): Promise<void> {
  const deadline = Date.now() + 5000;
  while (countOf(mark) > 0) {
    if (Date.now() > deadline) throw new Error(`${mark} is still there`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function countOf(mark: string): number {
  return readdirSync('/proc').filter((entry) => {
    if (!/^\d+$/.test(entry)) return false;
    try {
      return readFileSync(`/proc/${entry}/cmdline`, 'utf8').replaceAll('\0', ' ').startsWith(mark);
    } catch {
      return false;
    }
  }).length;
}

describe.skipIf(!usable)('paths that overlap or lead elsewhere', () => {
  it('a root inside another root does not open the outer one’s protected names', async () => {
    const ws = directory();
    mkdirSync(join(ws, 'sub'));
    repository(ws);
    repository(join(ws, 'sub'));
    const before = readFileSync(join(ws, 'sub/.git/config'), 'utf8');
    const script =
      'echo x >> .git/config; echo x >> sub/.git/config; echo x > sub/.git/hooks/pre-commit; mv sub sub2; true';
    await run(script, ws, { writableRoots: [join(ws, 'sub')] });
    await run(script, join(ws, 'sub'), { writableRoots: [ws], cwd: ws });
    expect(readFileSync(join(ws, 'sub/.git/config'), 'utf8')).toBe(before);
    expect(existsSync(join(ws, 'sub/.git/hooks/pre-commit'))).toBe(false);
    expect(existsSync(join(ws, 'sub2'))).toBe(false);
  });

  it('a link in the workspace opens nothing, whatever it is swapped for', async () => {
    const ws = directory();
    const outside = directory();
    writeFileSync(join(outside, 'file'), 'original');
    symlinkSync(outside, join(ws, 'link'));
    await run(
      'echo x > link/file; rm -rf link/*; mkdir d; while :; do mv -T link l2; mv -T d link; mv -T link d; mv -T l2 link; done & for i in $(seq 200); do echo x > link/file; done 2> /dev/null; true',
      ws,
    );
    expect(readFileSync(join(outside, 'file'), 'utf8')).toBe('original');
  });

  it('a workspace that is a link is its target, and only that', async () => {
    const real = directory();
    const place = directory();
    symlinkSync(real, join(place, 'link'));
    const end = await run('echo x > here; echo y > ../there; pwd -P', join(place, 'link'), {
      cwd: realpathSync(join(place, 'link')),
    });
    expect(end.stdout.trim()).toBe(real);
    expect([existsSync(join(real, 'here')), existsSync(join(place, 'there'))]).toEqual([true, false]);
  });

  it('a working directory outside of every root is only read', async () => {
    const ws = directory();
    const outside = directory();
    const end = await run('pwd; echo x > file', ws, { cwd: outside });
    expect([end.stdout.trim(), end.exit]).toEqual([outside, 1]);
    expect(left(outside)).toEqual([]);
  });

  it('a working directory that does not exist runs nothing', async () => {
    const ws = directory();
    const end = await run('echo ran', ws, { cwd: join(ws, 'none') });
    expect([end.stdout, end.exit]).toEqual(['', undefined]);
    expect(end.failure).toMatch(/none: No such file or directory/);
    expect(left(ws)).toEqual([]);
  });

  it('a denied directory inside a root cannot be moved, linked or replaced', async () => {
    const ws = directory();
    mkdirSync(join(ws, 'a/secret'), { recursive: true });
    writeFileSync(join(ws, 'a/secret/key'), 'the-key');
    const script =
      'cat a/secret/key; mv a b; cat b/secret/key; mv a/secret s; cat s/key; ln a/secret/key k; cat k; cp -r a c; cat c/secret/key; cat /proc/self/cwd/a/secret/key; true';
    const end = await run(script, ws, { denyRead: [join(ws, 'a/secret')] });
    expect(end.stdout).not.toContain('the-key');
    // Moved away, it would be readable for the next command, which is told to hide a/secret.
    expect(readFileSync(join(ws, 'a/secret/key'), 'utf8')).toBe('the-key');
  });

  it('a denied path that is missing, or a link, hides what it leads to', async () => {
    const ws = directory();
    const outside = directory();
    writeFileSync(join(outside, 'key'), 'the-key');
    symlinkSync(join(outside, 'key'), join(ws, 'key'));
    const end = await run('cat key; cat $OUT/key; true'.replace('$OUT', outside), ws, {
      denyRead: [join(ws, 'key'), join(ws, 'missing'), join(outside, 'missing')],
    });
    expect(end.failure).toBeUndefined();
    expect(end.stdout).not.toContain('the-key');
    expect(left(outside)).toEqual(['key']);
  });

  it('a protected path cannot be made together with the directories it would stand in', async () => {
    const ws = directory();
    const wish = { protect: [join(ws, 'a/b/secret'), join(ws, 'c/secret')] };
    const script =
      'mkdir -p a/b c; echo x > a/b/secret; mkdir a/b/secret; rm -rf a c; mv a z; mv a/b z; echo x > c/secret; mkdir c/kept';
    await run(script, ws, wish);
    expect(left(ws)).toEqual(['c']);
    expect(left(join(ws, 'c'))).toEqual(['kept']);
    expect(lstatSync(join(ws, 'c')).mode & 0o7777).toBe(0o755);
    expect((await run('rmdir c/kept', ws, wish)).exit).toBe(0);
    expect(left(ws)).toEqual(['c']); // by now it is the command's, not ours
  });

  it('a start-up file is kept from a home that does not have its directory yet', async () => {
    const ws = directory();
    const attack =
      'mkdir -p .config/fish .config/tool; echo evil > .config/fish/config.fish; echo y > .config/tool/rc';
    await run(attack, ws, { home: ws });
    expect(left(join(ws, '.config'))).toEqual(['tool']);
  });

  it('thousands of directories do not push a repository out of sight', async () => {
    const ws = directory();
    repository(join(ws, 'zz/nested'));
    const before = readFileSync(join(ws, 'zz/nested/.git/config'), 'utf8');
    expect((await run('mkdir $(seq 3000)', ws)).exit).toBe(0);
    await run('echo "[core] fsmonitor = evil" >> zz/nested/.git/config; true', ws);
    expect(readFileSync(join(ws, 'zz/nested/.git/config'), 'utf8')).toBe(before);
  });
});

describe.skipIf(!usable)('a host that acts while a command runs', () => {
  it('thousands of files do not hide what lies between them, nor the one directory beside them', async () => {
    const ws = directory();
    repository(join(ws, 'store'));
    for (const name of ['leaf', 'stem']) {
      mkdirSync(join(ws, name));
      for (let i = 0; i < 600; i++) writeFileSync(join(ws, name, `a file with a long name, number ${i}`), '');
    }
    writeFileSync(join(ws, 'leaf/.git'), 'gitdir: ../store/.git\n');
    writeFileSync(join(ws, 'leaf/.envrc'), 'original\n');
    repository(join(ws, 'stem/nested'));
    const before = readFileSync(join(ws, 'stem/nested/.git/config'), 'utf8');
    await run(
      'echo x > leaf/.git; rm leaf/.git; echo x > leaf/.envrc; echo x >> stem/nested/.git/config; true',
      ws,
    );
    expect(readFileSync(join(ws, 'leaf/.git'), 'utf8')).toBe('gitdir: ../store/.git\n');
    expect(readFileSync(join(ws, 'leaf/.envrc'), 'utf8')).toBe('original\n');
    expect(readFileSync(join(ws, 'stem/nested/.git/config'), 'utf8')).toBe(before);
  });

  it('keeps what it wrote at a name that was kept free', async () => {
    const ws = directory();
    const one = start('echo up; read go; exit 0', ws);
    await one.said('up');
    // As editors save: the placeholder is replaced in one step, before it can be put back.
    writeFileSync(join(ws, 'saved'), 'the user wrote this');
    renameSync(join(ws, 'saved'), join(ws, '.envrc'));
    one.write('go\n');
    await one.ended;
    expect(readFileSync(join(ws, '.envrc'), 'utf8')).toBe('the user wrote this');
  });

  it('may replace a protected file: the new one is held as well, and the next command cannot touch it either', async () => {
    const ws = directory();
    repository(ws);
    const one = start('echo up; read go; echo evil >> .git/config; echo tried', ws);
    await one.said('up');
    execFileSync('git', ['-C', ws, 'config', 'user.name', 'somebody'], { env: { PATH: systemPath } });
    const mine = readFileSync(join(ws, '.git/config'), 'utf8');
    // Holding it again takes a moment, which the documentation names: the mount table says when it is over.
    await isHeldAgain(one, join(ws, '.git/config'));
    one.write('go\n');
    await one.said('tried');
    await one.ended;
    await run('echo evil >> .git/config; true', ws);
    expect(readFileSync(join(ws, '.git/config'), 'utf8')).toBe(mine);
  });

  it('sees nothing in the workspace that git or ls would show as new', async () => {
    const ws = directory();
    repository(ws);
    const one = start('echo up; read go', ws);
    await one.said('up');
    const status = execFileSync('git', ['-C', ws, 'status', '--porcelain'], {
      encoding: 'utf8',
      env: { PATH: systemPath },
    });
    const log = execFileSync('git', ['-C', ws, 'config', 'core.bare'], {
      encoding: 'utf8',
      env: { PATH: systemPath },
    });
    one.write('go\n');
    await one.ended;
    expect([status, log.trim()]).toEqual(['', 'false']);
  });

  it('is not reached through a socket it serves in the workspace or in a writable directory', async () => {
    const ws = directory();
    const received: string[] = [];
    const server = createServer((peer) => {
      received.push('accepted'); // a connection that is closed at once has been heard of all the same
      peer.on('data', (bytes) => received.push(bytes.toString())).on('error', () => undefined);
    });
    await new Promise<void>((resolve) => server.listen(join(ws, 's'), resolve));
    const client = `import socket, os
def attempt(path):
    try:
        c = socket.socket(socket.AF_UNIX); c.connect(path); c.sendall(b'reached')
    except OSError as problem:
        print(problem.errno)
os.symlink('s', 'alias')
for path in ('s', './s', os.getcwd() + '/s', 'alias', '/proc/self/cwd/s', '/proc/1/cwd/s'): attempt(path)
os.rename('s', 't'); attempt('t')
fd = os.open('t', os.O_PATH); attempt('/proc/self/fd/%d' % fd)
`;
    writeFileSync(join(ws, 'client.py'), client);
    for (const network of ['none', 'full'] as const) {
      const end = await run('python3 client.py; rm -f alias; mv t s', ws, { network });
      expect(end.failure).toBeUndefined();
    }
    await new Promise((resolve) => server.close(resolve));
    expect(received).toEqual([]);
  });
});

describe.skipIf(!usable)('the launcher’s own state', () => {
  it('is out of a command’s reach', async () => {
    const ws = directory();
    const uid = String(process.getuid?.() ?? 0);
    const script = `for d in /dev/shm /run /var/tmp; do ls $d/cordon-${uid} > /dev/null 2>&1 && for f in $d/cordon-${uid}/*; do [ -f "$f" ] && flock -n -x "$f" true && echo "locked $f"; done; done; true`;
    const end = await run(script, ws);
    expect(end.stdout).toBe('');
  });

  it('shows no placeholder that could be mistaken for a file of the user', async () => {
    const ws = directory();
    const one = start('echo up; read go', ws);
    await one.said('up');
    const shown = readdirSync(ws).map((name) => {
      const facts = lstatSync(join(ws, name));
      const kind = facts.isSocket()
        ? 'socket'
        : facts.isSymbolicLink()
          ? readlinkSync(join(ws, name))
          : 'file';
      return [kind, facts.size > 0 && facts.isFile()];
    });
    one.write('go\n');
    await one.ended;
    expect(shown.filter(([, hasContent]) => hasContent === true)).toEqual([]);
  });
});
