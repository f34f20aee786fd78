import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readPath } from './read-path.ts';

const from = realpathSync(mkdtempSync(join(tmpdir(), 'cordon-path-')));
for (const name of ['[id].tsx', '~literal', '$x']) writeFileSync(join(from, name), '');
afterAll(() => rmSync(from, { recursive: true }));

const rows: readonly { says: string; path: string; home?: string; want: string }[] = [
  { says: 'an absolute path as it stands', path: '/srv/x', want: '/srv/x' },
  { says: 'a relative one from where it starts', path: 'sub/../x', want: join(from, 'x') },
  { says: '`~` as the home', path: '~', want: '/home/me' },
  { says: 'what is below the home', path: '~/.ssh/id', want: '/home/me/.ssh/id' },
  { says: 'a name with brackets that is there', path: '[id].tsx', want: join(from, '[id].tsx') },
  { says: 'a name with a tilde that is there', path: '~literal', want: join(from, '~literal') },
  { says: 'a name with a dollar that is there', path: '$x', want: join(from, '$x') },
];

const refused: readonly { says: string; path: string; want: string }[] = [
  {
    says: 'another home',
    path: '~you/x',
    want: 'Cannot use ~you/x: write the home directory of another user in full',
  },
  {
    says: 'a pattern',
    path: '*.txt',
    want: 'Cannot use *.txt: patterns are not read here; name the directory, or each file',
  },
  {
    says: 'a pattern below a directory',
    path: '/srv/**/secret',
    want: 'Cannot use /srv/**/secret: patterns are not read here; name the directory, or each file',
  },
  {
    says: 'braces',
    path: '/srv/{a,b}',
    want: 'Cannot use /srv/{a,b}: patterns are not read here; name the directory, or each file',
  },
  {
    says: 'a variable',
    path: '$HOME/.ssh',
    want: 'Cannot use $HOME/.ssh: variables are not read here; write the path in full',
  },
];

describe('readPath', () => {
  it.each(rows)('reads $says', ({ path, want }) => {
    expect(readPath(path, { from, home: '/home/me' })).toEqual({ ok: true, value: want });
  });

  it.each(refused)('refuses $says', ({ path, want }) => {
    expect(readPath(path, { from, home: '/home/me' })).toEqual({ ok: false, error: want });
  });

  it('refuses `~` where there is no home', () => {
    expect(readPath('~/x', { from, home: undefined })).toEqual({
      ok: false,
      error: 'Cannot use ~/x: this user has no home directory',
    });
  });
});
