// Modes and owners that a filter cannot judge: set-group-id on a directory is ordinary work, on a program a loan of rights;
// a root command that gives a file away is told so, and no file becomes anybody else's.
import { chownSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
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

describe.skipIf(!(await hasFullSandbox()))('modes and owners in the sandbox', () => {
  let root: string;
  let outside: string;
  beforeEach(() => {
    root = makeDirectory();
    outside = makeDirectory();
  });
  afterEach(() => {
    removeDirectory(root);
    removeDirectory(outside);
  });

  async function run(script: string, user: (typeof users)[number]): Promise<string> {
    if (user === 'nobody') for (const path of [root, outside]) chownSync(path, 65534, 65534);
    const end = await launch(
      workspaceWrite(root, sh(`exec 2>&1; ${script}`)),
      user === 'nobody' ? { uid: 65534 } : {},
    ).end;
    return end.stdout;
  }

  const python = (...lines: readonly string[]): string =>
    `python3 -c '${['import os', ...lines].join('\n').replaceAll("'", '"')}'`;

  for (const user of users) {
    describe(`for ${user}`, () => {
      it('a directory is made set-group-id, in each spelling', async () => {
        const script = [
          'mkdir a b c d && chmod g+s a && install -d -m 2775 e && ln -s b link && chmod 2755 link',
          python(
            'os.chmod(os.open("c", os.O_RDONLY), 0o2755)',
            'os.chmod("d", 0o2755, dir_fd=os.open(".", os.O_RDONLY))',
          ),
          'stat -c "%n %a" a b c d e',
        ].join(' && ');
        expect(await run(script, user)).toBe('a 2755\nb 2755\nc 2755\nd 2755\ne 2775\n');
      });

      it('a program is not, in any spelling', async () => {
        const script = [
          'cp /bin/true t; chmod 755 t; ln -s t link; mkdir d; ln -s ../t d/link',
          python(
            'tries = [lambda: os.chmod("t", 0o2755), lambda: os.chmod("link", 0o6755), lambda: os.chmod("d/../t", 0o4755),',
            '  lambda: os.chmod(os.open("t", os.O_RDONLY), 0o2755), lambda: os.chmod("d/link", 0o2755),',
            '  lambda: os.chmod("/proc/self/fd/%d" % os.open("t", os.O_RDONLY), 0o2755),',
            '  lambda: os.chmod("t", 0o2755, dir_fd=os.open(".", os.O_RDONLY))]',
            'for call in tries:',
            '  try: call(); print("did")',
            '  except PermissionError: pass',
          ),
          'stat -c %a t',
        ].join('; ');
        expect(await run(script, user)).toBe('755\n');
      });

      it('a directory outside is not, by path, by link, by descriptor or through /proc', async () => {
        symlinkSync(outside, join(root, 'away'));
        const before = statSync(outside).mode;
        const script = python(
          `there = "${outside}"`,
          'fd = os.open(there, os.O_RDONLY)',
          'tries = [lambda: os.chmod(there, 0o2777), lambda: os.chmod("away", 0o2777), lambda: os.chmod(fd, 0o2777),',
          '  lambda: os.chmod("/proc/self/fd/%d" % fd, 0o2777), lambda: os.chmod("/proc/self/root" + there, 0o2777)]',
          '# the numbers of process 1, the one that does it: none of its descriptors lends anything',
          'tries += [lambda n=n: os.chmod("/proc/1/fd/%d" % n, 0o2777) for n in range(30)]',
          'os.symlink("/proc/self/fd", "fds")',
          'tries += [lambda n=n: os.chmod("fds/%d" % n, 0o2777) for n in range(30)]',
          'for call in tries:',
          '  try: call(); print("did")',
          '  except OSError: pass',
        );
        expect(await run(script, user)).toBe('');
        expect(statSync(outside).mode).toBe(before);
      });

      it('errors are those of the system', async () => {
        const script = python(
          'os.mkdir("d")',
          'os.close(os.open("f", os.O_CREAT))',
          'def tell(call):',
          '  try: call(); print("ok")',
          '  except OSError as e: print(e.errno)',
          'tell(lambda: os.chmod("none", 0o2755))',
          'tell(lambda: os.chmod("f/below", 0o2755))',
          'tell(lambda: os.chmod("", 0o2755))',
          'tell(lambda: os.chmod("d", 0o2755, dir_fd=999))',
          'tell(lambda: os.chmod("x" * 5000, 0o2755))',
          'tell(lambda: os.chown("none", os.getuid(), -1))',
          'tell(lambda: os.chown("d", os.getuid(), -1))',
        );
        expect(await run(script, user)).toBe('2\n20\n2\n9\n36\n2\nok\n');
      });
    });
  }

  it.skipIf(!isRoot)('root gives files away without an error, and nothing changes hands', async () => {
    mkdirSync(join(outside, 'kept'));
    writeFileSync(join(outside, 'f'), 'x');
    const script = [
      'echo 1 > f; mkdir d; chown 1000:1000 f d && chown -h 1000 f && chgrp 1000 f && echo gave',
      'tar cf a.tar --owner=1000 --group=1000 f && mkdir x && tar xf a.tar -C x && cat x/f',
      'cp -a f g && install -o 1000 -g 1000 f h && stat -c "%u %g" f d g h x/f | sort -u',
      `chown 1000 ${outside}/f ${outside}/kept 2>/dev/null && echo OUTSIDE`,
      'chown 1000 none 2>/dev/null || echo none',
      'ln -s /etc/passwd l; chown 1000 l 2>/dev/null && echo THROUGH',
      'true',
    ].join('; ');
    expect(await run(script, 'root')).toBe('gave\n1\n0 0\nnone\n');
    expect([statSync(join(outside, 'f')).uid, statSync(join(outside, 'kept')).uid]).toEqual([0, 0]);
  });

  it.skipIf(!isRoot)('an ordinary user who gives a file away is told the truth', async () => {
    expect(await run('echo 1 > f; chown 1000 f 2>/dev/null || echo refused', 'nobody')).toBe('refused\n');
  });

  it.skipIf(!isRoot)('what another user made set-group-id stays with that user', async () => {
    mkdirSync(join(root, 'theirs'), { mode: 0o777 });
    chownSync(join(root, 'theirs'), 1000, 1000);
    expect(await run('chmod 2777 theirs 2>/dev/null || echo refused', 'nobody')).toBe('refused\n');
    expect(await run('chmod 2777 theirs 2>/dev/null || echo refused', 'root')).toBe('');
  });
});
