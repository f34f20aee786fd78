// The built package where it hurts most: inside the workspace, as npm lays it, and with temporary directories that are nobody's
// business but the command's. Whatever a command does to our files, the next run is still ours.
import { chownSync, existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, watch } from 'node:fs';
import { join } from 'node:path';
import { execa, execaSync } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copyPackage } from './support/copy-package.ts';
import {
  hasFullSandbox,
  launch,
  makeDirectory,
  removeDirectory,
  sh,
  workspaceWrite,
} from './support/launcher-rig.ts';

const isRoot = process.getuid?.() === 0;
const users = isRoot ? (['root', 'nobody'] as const) : (['this user'] as const);

const available = await hasFullSandbox();

describe.skipIf(!available || !isRoot)('what runs tell each other, and keep for a while', () => {
  let base: string;
  beforeAll(() => {
    base = makeDirectory();
    chownSync(base, 65_534, 65_534);
  });
  afterAll(() => {
    removeDirectory(base);
  });

  for (const uid of [0, 65_534])
    for (const place of ['/dev/shm', '/run', '/var/tmp'])
      it(`is out of reach where ${place} is a writable root, as uid ${String(uid)}`, async () => {
        const state = `${place}/cordon-${String(uid)}`;
        // File systems of the test's own, and the launcher where they do not hide it.
        const who = `setpriv --reuid ${String(uid)} --regid ${String(uid)} --clear-groups`;
        const mounts = ['/dev/shm', '/run', '/var/tmp'].map(
          (path) => `mount -t tmpfs -o mode=1777 none ${path}`,
        );
        const set = `cp "$1" /mnt/launcher && shift && ${mounts.join(' && ')}`;
        const prepared = `mount -t tmpfs -o mode=755 none /mnt && ${set} && exec ${who} /mnt/launcher "$@"`;
        const script = [
          `ls ${state} 2>/dev/null`,
          `mkdir -p -m 700 ${state} && mkdir ${state}/airlock 2>/dev/null && echo MADE`,
          `mv ${state} ${place}/away 2>/dev/null && echo MOVED`,
          `rm -rf ${state} 2>/dev/null && echo REMOVED`,
          `touch ${place}/mine && echo worked`,
        ].join('; ');
        const policy = workspaceWrite(place, sh(script), { cwd: '/', privateTmp: false });
        const end = await launch(policy, { wrapper: ['unshare', '-m', 'sh', '-c', prepared, 'sh'] }).end;
        expect([end.stdout, end.status], JSON.stringify(end.frames)).toEqual(['worked\n', 0]);
      });
});

describe.skipIf(!available)('our own files', () => {
  // One copy for all users, who get it one after the other: each leaves it as it was.
  let base: string;
  let workspace: string;
  beforeAll(() => {
    base = makeDirectory();
    workspace = join(base, 'w');
    copyPackage(join(workspace, 'node_modules'));
    // Thousands of files that the program does not load, and that a command moves about below.
    for (const bulk of ['zod', 'undici/types', 'undici/docs'])
      for (const name of readdirSync(join(workspace, 'node_modules', bulk)))
        if (name !== 'package.json') rmSync(join(workspace, 'node_modules', bulk, name), { recursive: true });
    mkdirSync(join(workspace, 'node_modules/.bin'));
    symlinkSync('../cordon/bin/cordon.js', join(workspace, 'node_modules/.bin/cordon'));
    for (const name of ['home', 'tmp']) mkdirSync(join(base, name));
  });
  afterAll(() => {
    removeDirectory(base);
  });

  for (const user of users) {
    /** Every file and link of the package and what it loads, with its content. */
    async function filesOf(workspace: string): Promise<string> {
      const script = 'find node_modules ! -type d | LC_ALL=C sort | xargs sha256sum';
      const run = await execa('sh', ['-c', script], { cwd: workspace });
      return run.stdout;
    }

    describe(`for ${user}`, () => {
      beforeAll(() => {
        if (user === 'nobody') giveAway(base);
      });

      function giveAway(path: string): void {
        execaSync('chown', ['-hR', '65534:65534', path]);
      }

      async function cordon(
        words: readonly string[],
        env: Readonly<Record<string, string>> = {},
      ): Promise<string> {
        const run = await execa(process.execPath, [join(workspace, 'node_modules/.bin/cordon'), ...words], {
          cwd: workspace,
          env: {
            PATH: '/usr/local/bin:/usr/bin:/bin',
            HOME: join(base, 'home'),
            TMPDIR: join(base, 'tmp'),
            ...env,
          },
          extendEnv: false,
          reject: false,
          all: true,
          stdin: 'ignore',
          ...(user === 'nobody' ? { uid: 65534, gid: 65534 } : {}),
        });
        return `${run.all}\n${String(run.exitCode)}`;
      }

      it('in the workspace stay as they are, and are found where they were', async () => {
        const attacks = [
          'echo x >> node_modules/cordon/dist/index.js',
          'echo x > node_modules/cordon/native/build/cordon-launcher',
          'rm -f node_modules/cordon/native/build/cordon-launcher',
          'mv node_modules/cordon/native node_modules/cordon/away',
          'mv node_modules/cordon node_modules/away',
          'mv node_modules away',
          'echo x >> node_modules/node-pty/requireBinary.js',
          'mv node_modules/@xterm/headless node_modules/@xterm/away',
          'echo x >> node_modules/zod/package.json',
          'ln -sfn /tmp/x node_modules/.bin/cordon',
          'rm -f node_modules/.bin/cordon',
          'mkdir -p node_modules/cordon/node_modules/zod',
        ];
        const script = attacks
          .map((attack, i) => `(${attack}) 2>/dev/null && echo did ${String(i)}`)
          .join('; ');
        // Inside, the command has a layer of its own to spoil; what counts is what is there afterwards.
        const before = await filesOf(workspace);
        expect(await cordon(['sandbox', '--', 'bash', '-c', `${script}; true`])).toMatch(/\n0$/u);
        expect(await filesOf(workspace)).toBe(before);
        expect(await cordon(['sandbox', '--', 'echo', 'again'])).toBe('again\n0');
      });

      it('other packages beside them can be changed as ever', async () => {
        const script =
          'mkdir node_modules/other && echo 1 > node_modules/other/f && rm -r node_modules/other && echo worked';
        expect(await cordon(['sandbox', '--', 'bash', '-c', script])).toBe('worked\n0');
      });

      it('are never in a temporary directory: nothing appears there when a runtime starts', async () => {
        const seen: (string | null)[] = [];
        const watcher = watch(join(base, 'tmp'), (_, name) => seen.push(name));
        try {
          expect(await cordon(['run', '--', 'echo', 'ran'])).toBe('ran\n0');
        } finally {
          watcher.close();
        }
        // The command's own protection puts names of the workspace's kind there; ours begin with `cordon`.
        expect(seen.filter((name) => name?.startsWith('cordon') === true)).toEqual([]);
      });

      it('need no temporary directory at all', async () => {
        expect(await cordon(['run', '--', 'echo', 'ran'], { TMPDIR: '/none' })).toBe('ran\n0');
      });

      for (const home of ['unset', '', 'relative'] as const) {
        it(`are found when HOME is ${home === '' ? 'empty' : home}`, async () => {
          const env = home === 'unset' ? { HOME: undefined as unknown as string } : { HOME: home };
          const home_ = join(base, 'cordon-home');
          mkdirSync(home_, { recursive: true });
          expect(await cordon(['sandbox', '--', 'echo', 'ran'], { ...env, CORDON_HOME: home_ })).toBe(
            'ran\n0',
          );
        });
      }

      it('that would have to be built where a command can write are held there', async () => {
        const cache = join(workspace, '.cache');
        const script =
          'mkdir -p .cache/cordon/launcher-x 2>/dev/null && echo MADE; mv .cache away 2>/dev/null && echo MOVED; true';
        const env = { XDG_CACHE_HOME: cache };
        expect(await cordon(['sandbox', '--', 'bash', '-c', script], env)).toMatch(/\n0$/u);
        const there = ['cordon', 'cordon/launcher-x'].map((name) => existsSync(join(cache, name)));
        expect(there).toEqual([true, false]);
        rmSync(cache, { recursive: true });
      });
    });
  }
});
