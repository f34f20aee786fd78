// A file system with no room left: what makes room again still runs, and what launchers note down for each other is
// cleaned up however much it became.
import { chmodSync, chownSync, existsSync, mkdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  hasFullSandbox,
  launch,
  makeDirectory,
  removeDirectory,
  sh,
  systemPath,
  workspaceWrite,
} from './support/launcher-rig.ts';
import { reachable, reachableCordon } from './support/reachable.ts';

const runner = reachable(fileURLToPath(new URL('fixtures/run-sessions.mjs', import.meta.url)));

const isRoot = process.getuid?.() === 0;
const users = isRoot ? [0, 65_534] : [process.getuid?.() ?? 0];

// A file system of its own with everything in it that a command may write, filled to the last byte or name.
const fill = {
  space: {
    options: 'size=2m',
    script: 'head -c 1000000 /dev/zero > w/f1; cat /dev/zero > w/f2 2>/dev/null; true',
  },
  inodes: {
    options: 'size=20m,nr_inodes=60',
    script: 'i=1; while [ $i -lt 100 ]; do (: > w/f$i) 2>/dev/null || break; i=$((i+1)); done; true',
  },
};

describe.skipIf(!(await hasFullSandbox()))('a full disk', () => {
  let base: string;
  beforeEach(() => {
    base = makeDirectory();
    chmodSync(base, 0o755);
  });
  afterEach(() => {
    removeDirectory(base);
  });

  const cases = [
    { verb: 'sandbox', full: 'space' },
    { verb: 'sandbox', full: 'inodes' },
    { verb: 'run', full: 'space' },
  ] as const;

  for (const uid of users) {
    it.skipIf(!isRoot).for(cases)(
      `without $full refuses no command of \`cordon $verb\`, rm included, as uid ${String(uid)}`,
      async ({ verb, full }) => {
        const cordon = reachableCordon();
        const { options, script } = fill[full];
        const who = `setpriv --reuid ${String(uid)} --regid ${String(uid)} --clear-groups`;
        const command = `env -i PATH=/usr/bin:/bin HOME=${base}/home TMPDIR=${base}/tmp ${process.execPath} ${cordon} ${verb} -- sh -c`;
        const whole = [
          `mount -t tmpfs -o ${options} none ${base} && cd ${base} && mkdir w home tmp && git init -q w`,
          `rm -rf w/.git/hooks && ${script}`,
          `chown -R ${String(uid)}:${String(uid)} w home tmp && cd w`,
          `${who} ${command} 'echo ran'`,
          `${who} ${command} 'rm f*'`,
          `[ ! -e f1 ] && echo removed`,
          `${who} ${command} 'echo text > new && cat new'`,
          `cat new && ls -A ${base}/tmp`,
        ].join('\n');
        const end = await execa('unshare', ['-m', 'sh', '-c', whole], { reject: false, stdin: 'ignore' });
        expect([end.stdout, end.stderr]).toEqual(['ran\nremoved\ntext\ntext', '']);
      },
    );

    const sessions = (['space', 'inodes'] as const).flatMap((full) =>
      (['pipes', 'terminal'] as const).map((tty) => ({ full, tty })),
    );
    it.skipIf(!isRoot).for(sessions)(
      `without $full refuses no session on $tty, and lets none plant what it could not elsewhere, as uid ${String(uid)}`,
      async ({ full, tty }) => {
        const cordon = reachableCordon();
        const { options, script } = fill[full];
        const who = `setpriv --reuid ${String(uid)} --regid ${String(uid)} --clear-groups`;
        const env = `env -i PATH=${systemPath} HOME=${base}/home TMPDIR=${base}/tmp`;
        const attacks = [
          'mkdir .vscode',
          'echo x > .git/config',
          'mv f2 .mcp.json',
          'ln f2 .envrc',
          'ln -s f2 .codex',
          'mv .git away',
        ];
        const commands = [
          'echo ran',
          `for each in ${attacks.map((each) => `"${each}"`).join(' ')}; do bash -c "$each" </dev/null 2>/dev/null; done; true`,
          'echo evil > f1; mv f1 d/.envrc',
          'rm -f f2',
          '[ -e f2 ] || echo removed',
        ];
        const whole = [
          `mount -t tmpfs -o ${options} none ${base} && cd ${base} && mkdir w home tmp w/d && git init -q w`,
          `rm -rf w/.git/hooks && ${script}`,
          `chown -R ${String(uid)}:${String(uid)} w home tmp && cd w`,
          `${who} ${env} ${process.execPath} ${runner} ${dirname(dirname(cordon))} ${tty} ${commands.map((each) => `'${each}'`).join(' ')}`,
          // Settings as they were, wherever they were moved, and no name with anything in it.
          `cat .git/config away/config 2>/dev/null | grep -c '^x'`,
          `find . -maxdepth 1 '(' -name .mcp.json -o -name .envrc -o -name .codex ')' -size +0`,
          `ls -A d; ls -A ${base}/tmp`,
        ].join('\n');
        const end = await execa('unshare', ['-m', 'sh', '-c', whole], { reject: false, stdin: 'ignore' });
        const lines = end.stdout.split('\n');
        // Which of it is put aside before the next one moves it away again, nobody can say.
        const attacked = JSON.parse(lines[1] ?? '[]') as readonly unknown[];
        const said = (text: string, held: readonly string[] = []): string =>
          JSON.stringify([text, 'ran', 0, held]);
        expect([lines.toSpliced(1, 1), attacked.slice(0, 3), end.stderr]).toEqual([
          [said('ran\n'), said('', [`${base}/w/d/.envrc`]), said(''), said('removed\n'), '0'],
          ['', 'ran', 0],
          '',
        ]);
      },
    );

    // In a /dev/shm of its own: any other launcher of this user would clean up first.
    it.skipIf(!isRoot)(
      `leaves nothing behind after a journal of a megabyte, as uid ${String(uid)}`,
      async () => {
        const root = join(base, 'w');
        mkdirSync(root);
        const placeholder = join(root, '.envrc');
        writeFileSync(placeholder, '');
        utimesSync(placeholder, 1_000_000_007, 1_000_000_007);
        const { dev, ino } = statSync(root, { bigint: true });
        const others = Array.from({ length: 40_000 }, (_, i) => `s.a-name-that-is-gone-${String(i)}`);
        writeFileSync(join(base, 'journal'), [root, 'e.envrc', ...others, ''].join('\0'));
        for (const path of [base, root, placeholder, join(base, 'journal')]) chownSync(path, uid, uid);
        const state = `/dev/shm/cordon-${String(uid)}`;
        const prepared = [
          `mount -t tmpfs -o mode=1777 none /dev/shm && mkdir -m 700 ${state}`,
          `cp ${base}/journal ${state}/${dev.toString(16)}-${ino.toString(16)}`,
          `chown -R ${String(uid)}:${String(uid)} ${state}`,
          `exec setpriv --reuid ${String(uid)} --regid ${String(uid)} --clear-groups "$@"`,
        ].join(' && ');
        const wrapper = ['unshare', '-m', 'sh', '-c', prepared, 'sh'];
        const end = await launch(workspaceWrite(root, sh('echo ran')), { wrapper }).end;
        expect([end.stdout, existsSync(placeholder)]).toEqual(['ran\n', false]);
      },
    );
  }
});
