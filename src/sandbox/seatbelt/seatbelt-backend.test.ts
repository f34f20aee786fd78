import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { AbsolutePath, AccessProfile, PlannedCommand } from '../../domain/index.ts';
import { findGitDirectories } from './find-git-directories.ts';
import { prepareSeatbelt, seatbeltEnforcement } from './seatbelt-backend.ts';

const made: string[] = [];
afterEach(() => {
  for (const directory of made.splice(0)) rmSync(directory, { recursive: true, force: true });
});

function directory(): string {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'cordon-seatbelt-')));
  made.push(path);
  return path;
}

function repository(path: string): void {
  for (const inner of ['objects', 'refs', 'hooks']) mkdirSync(join(path, inner), { recursive: true });
  writeFileSync(join(path, 'HEAD'), 'ref: refs/heads/main\n');
}

const command: PlannedCommand = {
  argv: ['-starts-with-a-dash', '-p', 'x'],
  cwd: '/w' as AbsolutePath,
  env: new Map([['A', 'b']]),
  tty: false,
};
const profile: AccessProfile = {
  kind: 'workspace-write',
  writable: ['/nowhere/w' as AbsolutePath],
  protect: [],
  network: 'none',
  denyRead: [],
};

describe('a command prepared for Seatbelt', () => {
  it('is started by the absolute program, after `--`, with paths as parameters', () => {
    const prepared = prepareSeatbelt(command, profile, {});
    if (!prepared.ok || prepared.value.kind !== 'direct') throw new Error('not prepared');
    const { argv, cwd, env, enforcement } = prepared.value;
    expect(argv.slice(0, 2)).toEqual(['/usr/bin/sandbox-exec', '-p']);
    expect(argv.slice(3, 7)).toEqual(['-D', 'WRITABLE_0=/nowhere/w', '-D', 'PIN_1=/nowhere/w']);
    expect(argv.slice(argv.indexOf('--'))).toEqual(['--', ...command.argv]);
    expect({ cwd, env, enforcement }).toEqual({
      cwd: command.cwd,
      env: command.env,
      enforcement: seatbeltEnforcement,
    });
  });

  it('protects the files the host runs from', () => {
    const prepared = prepareSeatbelt(command, profile, { ownFiles: ['/nowhere/w/cordon' as AbsolutePath] });
    if (!prepared.ok || prepared.value.kind !== 'direct') throw new Error('not prepared');
    expect(prepared.value.argv).toContainEqual(expect.stringMatching(/^PROTECT_\d+=\/nowhere\/w\/cordon$/));
  });

  it('leaves a workspace open that is the very directory the host runs from', () => {
    const prepared = prepareSeatbelt(command, profile, {
      ownFiles: ['/nowhere/w' as AbsolutePath, '/elsewhere' as AbsolutePath],
    });
    if (!prepared.ok || prepared.value.kind !== 'direct') throw new Error('not prepared');
    const values = prepared.value.argv
      .filter((word) => word.startsWith('PROTECT_'))
      .map((word) => word.split('=')[1]);
    expect(values).not.toContain('/nowhere/w');
    expect(values).not.toContain('/elsewhere');
  });

  it('is run as it is under danger-full-access, and says that nothing is enforced', () => {
    const prepared = prepareSeatbelt(command, { kind: 'danger-full-access' }, {});
    expect(prepared.ok && prepared.value.enforcement.level).toBe('none');
    expect(prepared.ok && prepared.value.kind === 'direct' && prepared.value.argv).toEqual(command.argv);
  });
});

describe('the git directories of a root', () => {
  it('are found in every layout: nested, bare, by a .git file, submodules and worktrees', () => {
    const root = directory();
    repository(join(root, '.git'));
    mkdirSync(join(root, '.git/modules/sub'), { recursive: true });
    mkdirSync(join(root, '.git/worktrees/wt'), { recursive: true });
    repository(join(root, 'a/b/.git'));
    repository(join(root, 'store.git'));
    mkdirSync(join(root, 'linked'));
    writeFileSync(join(root, 'linked/.git'), 'gitdir: ../.git/worktrees/wt\n');
    repository(join(root, 'node_modules/x/.git'));
    repository(join(root, '1/2/3/4/.git'));
    expect(
      findGitDirectories([root])
        .map((path) => path.slice(root.length))
        .toSorted(),
    ).toEqual([
      '/.git',
      '/.git/modules/sub',
      '/.git/worktrees/wt',
      '/a/b/.git',
      '/linked/.git',
      '/store.git',
    ]);
  });

  it('outside of every root are left alone: they are read-only anyway', () => {
    const root = directory();
    const elsewhere = directory();
    repository(join(elsewhere, 'real'));
    writeFileSync(join(root, '.git'), `gitdir: ${elsewhere}/real\n`);
    expect(findGitDirectories([root])).toEqual([`${root}/.git`]);
  });

  it('of a root that does not exist are none', () => {
    expect(findGitDirectories(['/nowhere/at/all'])).toEqual([]);
  });
});
