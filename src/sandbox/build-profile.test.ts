import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { buildProfile, type ProfileWish } from './build-profile.ts';

const base = realpathSync(mkdtempSync(join(tmpdir(), 'cordon-profile-')));
afterAll(() => {
  rmSync(base, { recursive: true, force: true });
});
for (const name of ['project', 'home', 'home/project', 'ours', 'tmp']) mkdirSync(join(base, name));
symlinkSync(join(base, 'project'), join(base, 'link'));
symlinkSync('/', join(base, 'everything'));
symlinkSync('../project/rules', join(base, 'ours/rules'));
symlinkSync('../project/missing.toml', join(base, 'ours/config.toml'));
symlinkSync('../home', join(base, 'ours/changes'));
writeFileSync(join(base, 'file'), '');

const wish = { mode: 'workspace-write', workspace: join(base, 'project'), slashTmp: false } as const;

describe('buildProfile', () => {
  const rows: readonly { says: string; wish: ProfileWish; want: unknown }[] = [
    {
      says: 'resolves every link of the start directory',
      wish: { ...wish, workspace: join(base, 'link') },
      want: { writable: [join(base, 'project')] },
    },
    {
      says: 'takes further roots, $TMPDIR and /tmp, each once',
      wish: {
        ...wish,
        slashTmp: true,
        writableRoots: [join(base, 'link'), join(base, 'file')],
        tmpdir: join(base, 'tmp'),
      },
      want: {
        writable: [join(base, 'project'), join(base, 'file'), join(base, 'tmp'), realpathSync('/tmp')],
      },
    },
    {
      says: 'leaves out a $TMPDIR that is not there or not a directory',
      wish: { ...wish, tmpdir: join(base, 'gone') },
      want: { writable: [join(base, 'project')] },
    },
    {
      says: 'does not let $TMPDIR open the system',
      wish: { ...wish, tmpdir: join(base, 'everything') },
      want: { writable: [join(base, 'project')] },
    },
    {
      says: 'resolves protected and hidden paths as far as they exist',
      wish: {
        ...wish,
        protect: [join(base, 'link', 'not', 'yet')],
        denyRead: [join(base, 'link'), join(base, 'link', '..', 'link', '.env')],
      },
      want: {
        protect: [join(base, 'project/not/yet')],
        denyRead: [join(base, 'project'), join(base, 'project/.env')],
      },
    },
    {
      says: 'protects what the links in a directory of ours lead to, there or not',
      wish: { ...wish, protect: [join(base, 'ours')] },
      want: {
        protect: [join(base, 'ours'), join(base, 'project/rules'), join(base, 'project/missing.toml')],
      },
    },
    {
      says: 'does not protect start-up files of a home that is not writable',
      wish: { ...wish, home: join(base, 'home') },
      want: { protect: [] },
    },
    {
      says: 'gives the network when it was asked for',
      wish: { ...wish, network: 'full' },
      want: { network: 'full' },
    },
  ];
  for (const { says, wish: asked, want } of rows) {
    it(says, () => {
      const built = buildProfile(asked);
      expect(built.ok ? built.value : built.error).toMatchObject(want as object);
    });
  }

  it('protects the start-up files of a home inside a root', () => {
    const built = buildProfile({ ...wish, workspace: base, home: join(base, 'home') });
    const protect = built.ok && built.value.kind === 'workspace-write' ? built.value.protect : [];
    expect(protect).toContain(join(base, 'home/.bashrc'));
    expect(protect).toContain(join(base, 'home/.ssh'));
  });

  it('gives nothing to write to a read-only wish, and everything to the other extreme', () => {
    expect(buildProfile({ ...wish, mode: 'read-only' })).toEqual({
      ok: true,
      value: { kind: 'read-only', network: 'none', denyRead: [] },
    });
    expect(buildProfile({ ...wish, mode: 'danger-full-access' })).toEqual({
      ok: true,
      value: { kind: 'danger-full-access' },
    });
  });

  const refused: readonly { says: string; wish: ProfileWish; path: string }[] = [
    {
      says: 'a workspace that is not there',
      wish: { ...wish, workspace: join(base, 'gone') },
      path: join(base, 'gone'),
    },
    { says: 'a relative workspace', wish: { ...wish, workspace: 'project' }, path: 'project' },
    { says: 'the root directory', wish: { ...wish, workspace: '/' }, path: '/' },
    {
      says: 'a link to the root directory',
      wish: { ...wish, workspace: join(base, 'everything') },
      path: join(base, 'everything'),
    },
    { says: 'a directory of the system', wish: { ...wish, writableRoots: ['/etc'] }, path: '/etc' },
    { says: 'a relative protected path', wish: { ...wish, protect: ['x'] }, path: 'x' },
  ];
  for (const { says, wish: asked, path } of refused) {
    it(`refuses ${says}`, () => {
      const built = buildProfile(asked);
      expect(built.ok ? built.value : built.error).toMatchObject({ kind: 'bad-path', path });
    });
  }
});
