import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { AbsolutePath } from '../../domain/index.ts';
import { findAirlock } from './find-airlock.ts';
import { rootsAbove } from './mounts-below.ts';

const bases: string[] = [];
afterEach(() => {
  for (const base of bases.splice(0)) rmSync(base, { recursive: true, force: true });
});

function base(): string {
  const made = realpathSync(mkdtempSync(join(tmpdir(), 'cordon-find-')));
  bases.push(made);
  return made;
}

function find(candidates: readonly string[], roots: readonly string[]): ReturnType<typeof findAirlock> {
  const uid = process.getuid?.() ?? 0;
  return findAirlock({ candidates: candidates as AbsolutePath[], roots: roots as AbsolutePath[], uid });
}

describe('a place for layers', () => {
  it('is made for this user alone', () => {
    const at = base();
    expect(find([`${at}/home/airlock`], [`${at}/root`])).toEqual({
      kind: 'found',
      airlock: `${at}/home/airlock`,
    });
    expect(statSync(`${at}/home/airlock`).mode & 0o777).toBe(0o700);
  });

  const refused: readonly { readonly says: string; readonly make: (at: string) => void }[] = [
    { says: 'below a root', make: (at) => mkdirSync(`${at}/root`) },
    {
      says: 'below a root behind a link',
      make: (at) => {
        mkdirSync(`${at}/root/real`, { recursive: true });
        symlinkSync(`${at}/root/real`, `${at}/home`);
      },
    },
    {
      says: 'a link',
      make: (at) => {
        mkdirSync(`${at}/home`);
        mkdirSync(`${at}/elsewhere`);
        symlinkSync(`${at}/elsewhere`, `${at}/home/airlock`);
      },
    },
    {
      says: 'open to others',
      make: (at) => {
        mkdirSync(`${at}/home/airlock`, { recursive: true });
        chmodSync(`${at}/home/airlock`, 0o755);
      },
    },
  ];
  it.each(refused)('is refused when it is $says', ({ says, make }) => {
    const at = base();
    make(at);
    const candidate = says === 'below a root' ? `${at}/root/home/airlock` : `${at}/home/airlock`;
    expect(find([candidate], [`${at}/root`])).toMatchObject({ kind: 'none' });
    expect(find([candidate, `${at}/other/airlock`], [`${at}/root`])).toEqual({
      kind: 'found',
      airlock: `${at}/other/airlock`,
    });
  });
});

describe('mounts below a root', () => {
  it('are known by their place, however it is spelled, and a root itself is none', () => {
    const info = ['25 1 0:1 / / rw', '26 25 0:2 / /w/a\\040b/c rw', '27 25 0:3 / /x rw'].join('\n');
    const roots = ['/w/a b', '/w/a', '/x'] as AbsolutePath[];
    expect([...rootsAbove(info, roots)]).toEqual(['/w/a b']);
  });
});
