import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { linksOnTheWay } from './links-on-the-way.ts';

const root = realpathSync(mkdtempSync(join(tmpdir(), 'cordon-links-')));
mkdirSync(join(root, 'real/home'), { recursive: true });
mkdirSync(join(root, 'ws/deep'), { recursive: true });
symlinkSync('../../real', join(root, 'ws/deep/link'));
symlinkSync('ws/deep', join(root, 'short'));
symlinkSync('link', join(root, 'ws/deep/second'));
symlinkSync('around', join(root, 'ws/around'));
symlinkSync('/proc/self', join(root, 'ws/kernel'));
afterAll(() => rmSync(root, { recursive: true }));
const at = (...paths: readonly string[]): string[] => paths.map((path) => join(root, path));

describe('linksOnTheWay', () => {
  const rows: readonly { says: string; path: string; want: readonly string[] }[] = [
    { says: 'a place without links', path: 'real/home', want: at('real/home') },
    {
      says: 'a link and what is behind it',
      path: 'ws/deep/link/home',
      want: at('ws/deep/link', 'real/home'),
    },
    {
      says: 'every link of a chain, each where it stands',
      path: 'short/second/home',
      want: at('short', 'ws/deep/second', 'ws/deep/link', 'real/home'),
    },
    {
      says: 'what does not exist behind a link',
      path: 'ws/deep/link/no/x',
      want: at('ws/deep/link', 'real/no/x'),
    },
  ];
  it.each(rows)('names $says', ({ path, want }) => {
    expect(linksOnTheWay(join(root, path))).toEqual(want);
  });

  it('names nothing for a circle, nor for a relative path', () => {
    expect([linksOnTheWay(join(root, 'ws/around/x')), linksOnTheWay('ws')]).toEqual([undefined, undefined]);
  });
});
