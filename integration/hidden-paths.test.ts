// A hidden path stays hidden whatever the host does to it while a command runs, and whatever other ways there are to the
// same file: further names, further mounts.
import { spawn } from 'node:child_process';
import {
  chownSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  hasFullSandbox,
  launch,
  type Launched,
  type LaunchEnd,
  type LaunchWish,
  makeDirectory,
  type PolicyParts,
  removeDirectory,
  sh,
  until,
  workspaceWrite,
} from './support/launcher-rig.ts';
import { reachableCordon } from './support/reachable.ts';

const isRoot = process.getuid?.() === 0;
const users = isRoot ? [0, 65_534] : [process.getuid?.() ?? 0];
const secret = 'the-secret';

describe.skipIf(!(await hasFullSandbox()))('a hidden path', () => {
  let base: string;
  let root: string;
  beforeEach(() => {
    base = makeDirectory();
    root = join(base, 'w');
    mkdirSync(root);
  });
  afterEach(() => {
    removeDirectory(base);
  });

  function write(path: string, text = secret): void {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }

  function giveTo(uid: number, path = base): void {
    if (!isRoot) return;
    chownSync(path, uid, uid);
    for (const entry of readdirSync(path, { withFileTypes: true })) {
      const inner = join(path, entry.name);
      if (entry.isDirectory()) giveTo(uid, inner);
      else if (!entry.isSymbolicLink()) chownSync(inner, uid, uid);
    }
  }

  function start(uid: number, script: string, parts: PolicyParts, wish: LaunchWish = {}): Launched {
    const asUser = uid === process.getuid?.() ? {} : { uid };
    return launch(workspaceWrite(root, sh(script), parts), { ...asUser, ...wish });
  }

  const run = async (...words: Parameters<typeof start>): Promise<LaunchEnd> => await start(...words).end;

  /** The mounts of the running command at `path`. */
  async function coversOf(one: Launched, path: string): Promise<number> {
    const { pid } = await one.frame('started');
    return readFileSync(`/proc/${String(pid)}/mountinfo`, 'utf8').split(` ${path} `).length - 1;
  }

  const changes: readonly {
    readonly says: string;
    readonly hidden: string;
    readonly change: (path: string) => void;
  }[] = [
    {
      says: 'a file that is saved by renaming',
      hidden: 'w/.env',
      change: (path) => {
        write(`${path}.new`);
        renameSync(`${path}.new`, path);
      },
    },
    {
      says: 'a file that is removed and written anew',
      hidden: 'w/sub/.env',
      change: (path) => {
        rmSync(path);
        write(path);
      },
    },
    {
      says: 'a directory that is moved away for another',
      hidden: 'w/secrets',
      change: (path) => {
        renameSync(path, `${path}.old`);
        write(join(path, 'key'));
      },
    },
    {
      says: 'a directory above it that is moved away for another',
      hidden: 'outside/deep/.env',
      change: (path) => {
        renameSync(dirname(path), `${dirname(path)}.old`);
        write(path);
      },
    },
    {
      says: 'a file that becomes a link',
      hidden: 'outside/.env',
      change: (path) => {
        write(`${path}.real`);
        symlinkSync(`${path}.real`, `${path}.new`);
        renameSync(`${path}.new`, path);
      },
    },
    {
      says: 'a file that was not there',
      hidden: 'outside/later/.env',
      change: (path) => {
        rmSync(path);
        write(path);
      },
    },
  ];

  for (const uid of users) {
    for (const { says, hidden, change } of changes)
      it(`is hidden again: ${says}, as uid ${String(uid)}`, async () => {
        const path = join(base, hidden);
        const isDirectory = hidden.endsWith('secrets');
        write(isDirectory ? join(path, 'key') : path, 'first');
        if (says.endsWith('not there')) rmSync(path);
        giveTo(uid);
        const script = `while [ ! -e go ]; do sleep 0.02; done; cat ${path} ${path}/key 2>/dev/null; ls ${path} 2>/dev/null; echo done`;
        const one = start(uid, script, { denyRead: [path] });
        const before = await coversOf(one, path);
        if (existsSync(path)) change(path);
        else write(path);
        const real = existsSync(`${path}.real`) ? `${path}.real` : path;
        while ((await coversOf(one, real)) < (real === path ? Math.max(before, 1) : 1))
          await until(() => true);
        writeFileSync(join(root, 'go'), '');
        const { stdout } = await one.end;
        expect(stdout).toMatch(/^(.*\/\.env\n)?done\n$/u);
      });

    it(`has no other name in a root or beside it, as uid ${String(uid)}`, async () => {
      const path = join(base, 'outside/.env');
      write(path);
      mkdirSync(join(root, 'a/b/c/d'), { recursive: true });
      linkSync(path, join(root, 'a/b/c/d/copy'));
      linkSync(path, join(base, 'outside/beside'));
      giveTo(uid);
      const script = `cat ${path} a/b/c/d/copy ${base}/outside/beside; ln a/b/c/d/copy x; cat x; echo done`;
      const end = await run(uid, script, { denyRead: [path] });
      expect([end.stdout, end.status]).toEqual(['done\n', 0]);
    });

    it(`has no other name for what lies in it, as uid ${String(uid)}`, async () => {
      const path = join(base, 'outside/secrets');
      write(join(path, 'deep/key'));
      linkSync(join(path, 'deep/key'), join(path, 'second'));
      linkSync(join(path, 'deep/key'), join(root, 'copy'));
      giveTo(uid);
      const end = await run(uid, `cat copy ${path}/second ${path}/deep/key; echo done`, { denyRead: [path] });
      expect([end.stdout, end.status]).toEqual(['done\n', 0]);
    });

    it(`with a name that nobody can find refuses, or is told as missing, as uid ${String(uid)}`, async () => {
      const path = join(base, 'outside/.env');
      write(path);
      mkdirSync(join(base, 'elsewhere'));
      linkSync(path, join(base, 'elsewhere/copy'));
      giveTo(uid);
      const because = `${path} has other names (hard links): name them under deny_read, too, or remove them (\`find / -xdev -samefile\`)`;
      const full = await run(uid, 'echo ran', { denyRead: [path] });
      expect([full.stdout, full.status, full.frames.at(-1)]).toMatchObject([
        '',
        125,
        { kind: 'failed', failure: { message: `Cannot sandbox the command fully: ${because}` } },
      ]);
      const less = await run(uid, 'echo ran', { denyRead: [path], require: 'best-effort' });
      expect(less.frames.find(({ kind }) => kind === 'started')).toMatchObject({
        enforcement: { missing: [{ restriction: 'file-read', because }] },
      });
      const both = await run(uid, `cat ${path} ${base}/elsewhere/copy; echo done`, {
        denyRead: [path, join(base, 'elsewhere/copy')],
      });
      expect([both.stdout, both.status]).toEqual(['done\n', 0]);
    });

    it.skipIf(!isRoot)(`is hidden wherever it is mounted, as uid ${String(uid)}`, async () => {
      const path = join(base, 'outside/secrets');
      write(join(path, 'deep/key'));
      write(join(base, 'outside/other'), 'other\n');
      for (const name of ['whole', 'part', 'w/in']) mkdirSync(join(base, name));
      writeFileSync(join(base, 'file'), '');
      giveTo(uid);
      const mounts = [
        ['outside', 'whole'],
        ['outside/secrets/deep', 'part'],
        ['outside/secrets', 'w/in'],
        ['outside/secrets/deep/key', 'file'],
      ].map(([from, to]) => `mount --bind ${base}/${String(from)} ${base}/${String(to)}`);
      const become = uid === 0 ? '' : `setpriv --reuid ${String(uid)} --regid ${String(uid)} --clear-groups`;
      const wrapper = ['unshare', '-m', 'sh', '-c', `${mounts.join(' && ')} && exec ${become} "$@"`, 'sh'];
      const script =
        'cat whole/secrets/deep/key part/key w/in/deep/key file outside/secrets/deep/key; ls part w/in; cat whole/other';
      const end = await launch(workspaceWrite(root, sh(`cd ${base}; ${script}`), { denyRead: [path] }), {
        wrapper,
      }).end;
      expect([end.stdout, end.status], JSON.stringify(end.frames)).toEqual(['other\n', 0]);
    });

    it(`in a root with a layer is never seen, however often the host saves it, as uid ${String(uid)}`, async () => {
      const path = join(root, '.env');
      write(path);
      for (const name of ['home', 'tmp']) mkdirSync(join(base, name));
      giveTo(uid);
      const reads =
        'i=0; while [ $i -lt 20000 ]; do { read -r x < .env && echo "$x"; } 2>/dev/null; i=$((i+1)); done';
      const child = spawn(
        process.execPath,
        [reachableCordon(), 'sandbox', '--deny-read', path, '--', 'sh', '-c', `echo up; ${reads}; echo done`],
        {
          cwd: root,
          env: { PATH: '/usr/bin:/bin', HOME: join(base, 'home'), TMPDIR: join(base, 'tmp') },
          stdio: ['ignore', 'pipe', 'inherit'],
          ...(uid === process.getuid?.() ? {} : { uid, gid: uid }),
        },
      );
      let printed = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text));
      const ended = new Promise((resolve) => child.once('close', resolve));
      await until(() => printed.includes('up'));
      while (!printed.includes('done') && child.exitCode === null) {
        write(`${path}.new`);
        renameSync(`${path}.new`, path);
        await setImmediate();
      }
      expect(await ended).toBe(0);
      expect(printed).toBe('up\ndone\n');
      expect(readFileSync(path, 'utf8')).toBe(secret);
    });

    it(`may be named twice, or lie in another, as uid ${String(uid)}`, async () => {
      const path = join(base, 'outside/secrets');
      write(join(path, 'key'));
      giveTo(uid);
      for (const denyRead of [
        [path, join(path, 'key'), path],
        [join(path, 'key'), path],
      ]) {
        const end = await run(uid, `cat ${path}/key; echo done`, { denyRead });
        expect([end.stdout, end.status]).toEqual(['done\n', 0]);
      }
    });
  }
});
