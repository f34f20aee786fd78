import {
  appendFileSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AbsolutePath, bytePath, type HeldChange, showBytePath } from '../../domain/index.ts';
import { restoreBeneath } from '../tree/index.ts';
import { type Scan, startScan } from './scan.ts';

let base: string;
let root: AbsolutePath;
beforeEach(() => {
  base = realpathSync(mkdtempSync(join(tmpdir(), 'cordon-scan-')));
  root = join(base, 'w') as AbsolutePath;
  mkdirSync(join(root, '.git/hooks'), { recursive: true });
  mkdirSync(join(root, '.git/objects'));
  mkdirSync(join(root, '.git/refs'));
  writeFileSync(join(root, '.git/HEAD'), 'ref: refs/heads/main\n');
  writeFileSync(join(root, '.git/config'), '[core]\n\tbare = false\n');
  writeFileSync(join(root, 'notes'), 'mine');
});
afterEach(() => {
  rmSync(base, { recursive: true, force: true });
});

async function scan(): Promise<Scan> {
  return await startScan({
    roots: [root],
    world: { home: join(base, 'h') as AbsolutePath, repositories: [], gitTemplates: [], rows: [], rules: [] },
    putAside: (judged) =>
      judged.map(({ change, verdict }): HeldChange => ({
        path: showBytePath(change.path),
        parts: verdict.kind === 'keep' ? [{ reason: '', runs: '' }] : verdict.held,
      })),
  });
}
const paths = (held: readonly HeldChange[]): readonly string[] => held.map(({ path }) => path);
const text = (path: string): string => readFileSync(join(root, path), 'utf8');

describe('a look at the real directory', () => {
  it('leaves what nothing runs, and tells nothing', async () => {
    const look = await scan();
    writeFileSync(join(root, 'notes'), 'more');
    mkdirSync(join(root, 'src'));
    writeFileSync(join(root, 'src/a'), 'a');
    appendFileSync(join(root, '.git/config'), '[branch "x"]\n\tremote = o\n');
    expect([await look.look(), text('notes'), text('src/a'), text('.git/config')]).toEqual([
      [],
      'more',
      'a',
      '[core]\n\tbare = false\n[branch "x"]\n\tremote = o\n',
    ]);
  });

  it('takes a new hook away, and cuts one setting out of the configuration', async () => {
    const look = await scan();
    writeFileSync(join(root, '.git/hooks/pre-commit'), 'evil', { mode: 0o755 });
    appendFileSync(join(root, '.git/config'), '\tpager = evil\n[user]\n\tname = me\n');
    expect(paths(await look.look())).toEqual(['.git/config', '.git/hooks/pre-commit']);
    expect([existsSync(join(root, '.git/hooks/pre-commit')), text('.git/config')]).toEqual([
      false,
      '[core]\n\tbare = false\n[user]\n\tname = me\n',
    ]);
    expect(await look.look()).toEqual([]);
  });

  it('restores what stood there, content, mode and link', async () => {
    writeFileSync(join(root, '.git/hooks/pre-push'), 'mine', { mode: 0o755 });
    mkdirSync(join(root, 'v'));
    symlinkSync('v', join(root, '.vscode'));
    const look = await scan();
    writeFileSync(join(root, '.git/hooks/pre-push'), 'evil');
    rmSync(join(root, '.vscode'));
    symlinkSync('src', join(root, '.vscode'));
    await look.look();
    expect([
      text('.git/hooks/pre-push'),
      lstatSync(join(root, '.git/hooks/pre-push')).mode & 0o777,
      readlinkSync(join(root, '.vscode')),
    ]).toEqual(['mine', 0o755, 'v']);
  });

  it('sees what moved in from elsewhere, with everything below it', async () => {
    mkdirSync(join(base, 'x/.vscode'), { recursive: true });
    writeFileSync(join(base, 'x/.vscode/tasks.json'), '{}');
    const look = await scan();
    renameSync(join(base, 'x'), join(root, 'x'));
    expect([paths(await look.look()), existsSync(join(root, 'x/.vscode/tasks.json'))]).toEqual([
      ['x/.vscode/tasks.json'],
      false,
    ]);
  });

  it('sees a directory that was replaced by one of the same name', async () => {
    mkdirSync(join(root, 'sub'));
    mkdirSync(join(base, 'sub'));
    writeFileSync(join(base, 'sub/.envrc'), 'evil');
    const look = await scan();
    renameSync(join(root, 'sub'), join(base, 'old'));
    renameSync(join(base, 'sub'), join(root, 'sub'));
    expect(paths(await look.look())).toEqual(['sub/.envrc']);
  });

  it('holds what leads git elsewhere in the place of what was there: a link, a file, other words', async () => {
    const other = join(base, 'other');
    cpSync(join(root, '.git'), other, { recursive: true });
    appendFileSync(join(other, 'config'), '[core]\n\tfsmonitor = "evil"\n');
    mkdirSync(join(root, 'n'));
    writeFileSync(join(root, 'n/.git'), 'gitdir: ../.git\n');
    mkdirSync(join(root, '.git/worktrees/w'), { recursive: true });
    writeFileSync(join(root, '.git/worktrees/w/commondir'), '../..\n');
    const look = await scan();
    writeFileSync(join(root, 'n/.git'), `gitdir: ${other}\n`);
    writeFileSync(join(root, '.git/worktrees/w/commondir'), other);
    expect([paths(await look.look()).toSorted(), text('n/.git'), text('.git/worktrees/w/commondir')]).toEqual(
      [['.git/worktrees/w/commondir', 'n/.git'], 'gitdir: ../.git\n', '../..\n'],
    );
    for (const lead of [
      () => symlinkSync(other, join(root, '.git')),
      () => writeFileSync(join(root, '.git'), `gitdir: ${other}\n`),
    ]) {
      renameSync(join(root, '.git'), join(root, `old-${String(Math.random())}`));
      lead();
      expect(paths(await look.look())).toContain('.git');
      expect(lstatSync(join(root, '.git')).isDirectory()).toBe(true);
    }
  });

  it('leaves what was accepted', async () => {
    const look = await scan();
    writeFileSync(join(root, '.envrc'), 'mine');
    await look.look();
    expect(existsSync(join(root, '.envrc'))).toBe(false);
    await look.beside(
      ['.git/config', '.mcp.json', 'new', 'new/.mcp.json'].map((name) => bytePath(join(root, name))),
      async () => {
        writeFileSync(join(root, '.git/config'), '[core]\n\tpager = mine\n');
        writeFileSync(join(root, '.mcp.json'), '{}');
        mkdirSync(join(root, 'new'));
        writeFileSync(join(root, 'new/.mcp.json'), '{}');
        writeFileSync(join(root, 'new/.envrc'), 'nobody judged it');
        await Promise.resolve();
      },
    );
    expect([
      (await look.look()).map(({ path }) => path),
      text('.git/config'),
      text('.mcp.json'),
      text('new/.mcp.json'),
    ]).toEqual([['new/.envrc'], '[core]\n\tpager = mine\n', '{}', '{}']);
  });
});

describe('restoring below a root', () => {
  it('never goes through a link that somebody made meanwhile', () => {
    mkdirSync(join(base, 'outside'));
    writeFileSync(join(base, 'outside/victim'), 'safe');
    symlinkSync(join(base, 'outside'), join(root, 'way'));
    const path = bytePath('way/victim');
    expect(() => restoreBeneath(root, path, { state: { kind: 'missing' }, bytes: undefined })).toThrow(
      /ENOTDIR|ELOOP/,
    );
    expect(() =>
      restoreBeneath(root, path, { state: { kind: 'file', size: 1, mode: 0o644 }, bytes: Buffer.from('x') }),
    ).toThrow(/ENOTDIR|ELOOP/);
    expect(readFileSync(join(base, 'outside/victim'), 'utf8')).toBe('safe');
  });
});
