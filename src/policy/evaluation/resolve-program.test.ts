// Whom a program file can be trusted to come from, on a real disk. Every untrusted row is a place where somebody else,
// or a sandboxed command, could put another file.
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { path } from '../testdata/world.ts';
import type { ProgramPlace } from './program-resolver.ts';
import { createProgramResolver } from './resolve-program.ts';

const uid = process.getuid?.() ?? 0;

/** Below the home directory: the temporary directory is open to everybody, which is one of the things under test. */
function place(): string {
  const made = realpathSync(mkdtempSync(join(homedir(), '.cordon-resolve-')));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

/** Whether nobody else can write above the home directory: where it is a temporary one, nothing in it is trusted. */
const hasOwnPlace = ((): boolean => {
  for (let at = realpathSync(homedir()); at !== '/'; at = dirname(at)) {
    if ((statSync(at).mode & 0o022) !== 0) return false;
  }
  return true;
})();

function program(file: string, mode = 0o755): string {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, '#!/bin/sh\n');
  chmodSync(file, mode);
  return file;
}

interface Row {
  readonly says: string;
  readonly make: (root: string) => {
    readonly program: string;
    readonly path?: string;
    readonly writable?: string;
  };
  readonly want: ProgramPlace['kind'];
  readonly needsOwnPlace?: boolean;
}

const rows: readonly Row[] = [
  { says: 'a program of the system', make: () => ({ program: '/bin/sh' }), want: 'trusted' },
  {
    says: 'a bare name on a system PATH',
    make: () => ({ program: 'sh', path: '/usr/bin:/bin' }),
    want: 'trusted',
  },
  {
    says: 'a program in a directory of the user',
    make: (root) => ({ program: program(`${root}/bin/x`) }),
    want: 'trusted',
    needsOwnPlace: true,
  },
  {
    says: 'a link to a trusted program in a trusted directory',
    make: (root) => {
      symlinkSync(program(`${root}/bin/x`), `${root}/y`);
      return { program: `${root}/y` };
    },
    want: 'trusted',
    needsOwnPlace: true,
  },
  {
    says: 'a path that leads elsewhere for each process',
    make: (root) => {
      program(`${root}/x`);
      // Only this process stands in the root directory.
      return { program: `/proc/self/root${root}/x` };
    },
    want: 'untrusted',
  },
  {
    says: 'a link to such a path',
    make: (root) => {
      program(`${root}/x`);
      symlinkSync(`/proc/self/root${root}/x`, `${root}/y`);
      return { program: `${root}/y` };
    },
    want: 'untrusted',
  },
  {
    says: 'a path that goes up behind a link',
    make: (root) => {
      mkdirSync(`${root}/deep/deeper`, { recursive: true });
      symlinkSync(`${root}/deep/deeper`, `${root}/link`);
      program(`${root}/deep/x`);
      // Read as text this is the trusted file; the kernel starts the other one.
      return { program: `${program(`${root}/x`).slice(0, -2)}/link/../x`, writable: `${root}/deep` };
    },
    want: 'untrusted',
  },
  {
    says: 'a directory of PATH that goes up behind a link',
    make: (root) => {
      mkdirSync(`${root}/deep/deeper`, { recursive: true });
      symlinkSync(`${root}/deep/deeper`, `${root}/link`);
      program(`${root}/deep/x`);
      program(`${root}/x`);
      return { program: 'x', path: `${root}/link/..`, writable: `${root}/deep` };
    },
    want: 'untrusted',
  },
  {
    says: 'a file everybody can write',
    make: (root) => ({ program: program(`${root}/x`, 0o777) }),
    want: 'untrusted',
  },
  {
    says: 'a file a group can write',
    make: (root) => ({ program: program(`${root}/x`, 0o775) }),
    want: 'untrusted',
  },
  {
    says: 'a file in a directory everybody can write',
    make: (root) => {
      const file = program(`${root}/open/x`);
      chmodSync(`${root}/open`, 0o777);
      return { program: file };
    },
    want: 'untrusted',
  },
  {
    says: 'a file below a directory everybody can write',
    make: (root) => {
      const file = program(`${root}/open/bin/x`);
      chmodSync(`${root}/open`, 0o777);
      return { program: file };
    },
    want: 'untrusted',
  },
  {
    says: 'a trusted link to a file in a directory everybody can write',
    make: (root) => {
      symlinkSync(program(`${root}/open/x`), `${root}/y`);
      chmodSync(`${root}/open`, 0o777);
      return { program: `${root}/y` };
    },
    want: 'untrusted',
  },
  {
    says: 'a link in a directory everybody can write to a trusted file',
    make: (root) => {
      mkdirSync(`${root}/open`);
      chmodSync(`${root}/open`, 0o777);
      symlinkSync('/bin/sh', `${root}/open/y`);
      return { program: `${root}/open/y` };
    },
    want: 'untrusted',
  },
  {
    says: 'a file in a writable root',
    make: (root) => ({ program: program(`${root}/x`), writable: root }),
    want: 'untrusted',
  },
  {
    says: 'a trusted path that leads into a writable root',
    make: (root) => {
      program(`${root}/mine/bin/x`);
      symlinkSync(`${root}/mine/bin`, `${root}/bin`);
      return { program: `${root}/bin/x`, writable: `${root}/mine` };
    },
    want: 'untrusted',
  },
  { says: 'a directory', make: (root) => ({ program: root }), want: 'untrusted' },
  { says: 'nothing at all', make: (root) => ({ program: `${root}/none` }), want: 'untrusted' },
  {
    says: 'a link that leads to itself',
    make: (root) => (symlinkSync(`${root}/l`, `${root}/l`), { program: `${root}/l` }),
    want: 'untrusted',
  },
  { says: 'a relative path', make: (root) => (program(`${root}/x`), { program: './x' }), want: 'untrusted' },
  {
    says: 'a name behind a relative entry of PATH',
    make: () => ({ program: 'sh', path: 'bin:/bin' }),
    want: 'untrusted',
  },
  {
    says: 'a name behind an empty entry of PATH',
    make: () => ({ program: 'sh', path: ':/bin' }),
    want: 'untrusted',
  },
  {
    says: 'a name behind a directory a sandboxed command can fill',
    make: (root) => {
      mkdirSync(`${root}/mine`);
      return { program: 'sh', path: `${root}/mine:/bin`, writable: `${root}/mine` };
    },
    want: 'trusted',
  },
  {
    says: 'a name behind a directory a sandboxed command can make',
    make: (root) => ({ program: 'sh', path: `${root}/later/bin:/bin`, writable: root }),
    want: 'trusted',
  },
  {
    says: 'a name behind a missing directory nobody can make',
    make: () => ({ program: 'sh', path: '/nowhere/bin:/bin' }),
    want: 'trusted',
  },
  {
    says: 'a name before such a directory',
    make: (root) => ({ program: 'sh', path: `/bin:${root}`, writable: root }),
    want: 'trusted',
  },
  { says: 'a name that is on no PATH', make: () => ({ program: 'no-such-program' }), want: 'untrusted' },
  { says: 'an empty name', make: () => ({ program: '' }), want: 'untrusted' },
];

describe('the place of a program', () => {
  it.for(rows)('$says: $want', ({ make, want, needsOwnPlace }, { skip }) => {
    skip(needsOwnPlace === true && !hasOwnPlace, 'this home lies where everybody can write');
    const root = place();
    const { program: name, path: search, writable } = make(root);
    const resolver = createProgramResolver({ writableRoots: writable === undefined ? [] : [writable], uid });
    expect(resolver.locate(name, { cwd: path(root), path: search ?? '/usr/bin:/bin' })).toMatchObject({
      kind: want,
    });
  });

  it.runIf(uid === 0 && hasOwnPlace)('does not trust what belongs to another user', () => {
    const root = place();
    const file = program(`${root}/x`);
    chownSync(file, 12_345, 0);
    expect(
      createProgramResolver({ writableRoots: [], uid }).locate(file, { cwd: undefined, path: undefined }),
    ).toEqual({
      kind: 'untrusted',
      path: file,
      realPath: file,
      because: `${file} belongs to another user`,
    });
  });

  it.runIf(hasOwnPlace)('lets a group write that is named as trusted', () => {
    const root = place();
    const file = program(`${root}/x`, 0o775);
    const resolver = createProgramResolver({
      writableRoots: [],
      uid,
      trustedGroups: [process.getgid?.() ?? 0],
    });
    expect(resolver.locate(file, { cwd: undefined, path: undefined })).toMatchObject({ kind: 'trusted' });
  });

  it('is where the kernel arrives, for rules that forbid, when the path goes up behind a link', () => {
    const root = place();
    mkdirSync(`${root}/deep/deeper`, { recursive: true });
    symlinkSync(`${root}/deep/deeper`, `${root}/link`);
    const real = program(`${root}/bin/rm`);
    symlinkSync(real, `${root}/deep/x`);
    const resolver = createProgramResolver({ writableRoots: [], uid });
    const realPathOf = (asked: string): string | undefined =>
      resolver.locate(asked, { cwd: path(root), path: undefined }).realPath;
    expect([realPathOf(`${root}/link/../x`), realPathOf('link/../x')]).toEqual([real, real]);
  });
});
