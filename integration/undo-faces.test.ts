// Taking commits back by the library and on the command line.
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { KeptOriginals } from '../src/index.ts';
import { bench } from './support/drive-session.ts';
import { hasRuntimeSandbox } from './support/runtime-sandbox.ts';

const bin = fileURLToPath(new URL('../bin/cordon.js', import.meta.url));
const usable = await hasRuntimeSandbox('undo');
const slow = { timeout: 60_000 };

type Result = Awaited<ReturnType<Awaited<ReturnType<typeof bench>>['runtime']['exec']>>;

function originalsOf(result: Result): KeptOriginals | undefined {
  const changes = result.kind === 'not-run' ? undefined : result.attempts.at(-1)?.changes;
  return changes?.kind === 'committed' ? changes.originals : undefined;
}

describe.skipIf(!usable)('the library', () => {
  it('takes back what a call, or every call, was told to keep', slow, async () => {
    await using at = await bench();
    const old = join(at.workspace, 'old');
    writeFileSync(old, 'old\n');
    const { exec, changes } = at.runtime;
    expect(originalsOf(await exec({ command: 'echo 1 > old' }))).toBe(undefined);
    const kept = originalsOf(await exec({ command: 'echo 2 > old; echo x > made', changes: 'journal' }));
    if (kept?.kind !== 'kept') throw new Error('Nothing was kept');
    // Other tests of this user keep theirs in the same place.
    const ours = (): readonly unknown[] => changes.list().filter(({ id }) => id === kept.id);
    expect(ours()).toMatchObject([{ id: kept.id, command: 'echo 2 > old; echo x > made', count: 2 }]);
    const shown = await changes.show(kept.id.slice(0, 8));
    expect(shown.changes.map(({ path, kind, conflict }) => [path, kind, conflict]).sort()).toEqual([
      [join(at.workspace, 'made'), 'create', undefined],
      [old, 'modify', undefined],
    ]);
    expect((await changes.diff(kept.id, { only: ['old'] })).slice(2)).toEqual(['@@ -1 +1 @@', '-1', '+2']);
    await expect(changes.undo(kept.id, { only: ['other'] })).rejects.toThrow('is not among the changes');
    await expect(changes.undo('c0')).rejects.toThrow('no commit of that id');
    await expect(changes.undo(kept.id, { unjuged: true } as never)).rejects.toThrow('unjudged');
    const undone = await changes.undo(kept.id);
    expect(undone).toMatchObject({
      kind: 'undone',
      count: 2,
      refused: [],
      remaining: 0,
    });
    expect([readFileSync(old, 'utf8'), existsSync(join(at.workspace, 'made'))]).toEqual(['1\n', false]);
    await changes.drop(undone.kind === 'undone' ? (undone.id ?? '') : '');
    expect(ours()).toEqual([]);
  });

  it('refuses a hook of a repository that a command removed, until it is told otherwise', slow, async () => {
    await using at = await bench();
    const hook = join(at.workspace, 'r/.git/hooks/pre-commit');
    spawnSync('git', ['init', '-q', join(at.workspace, 'r')], { env: { PATH: '/usr/bin:/bin' } });
    mkdirSync(join(at.workspace, 'r/.git/hooks'), { recursive: true });
    writeFileSync(hook, '#!/bin/sh\ntrue\n', { mode: 0o755 });
    const kept = originalsOf(await at.runtime.exec({ command: 'rm -rf r', changes: 'journal' }));
    const id = kept?.kind === 'kept' ? kept.id : '';
    const undone = await at.runtime.changes.undo(id);
    expect(undone).toMatchObject({
      kind: 'undone',
      refused: [{ path: hook, why: 'would-run' }],
      remaining: 1,
    });
    expect([existsSync(hook), existsSync(join(at.workspace, 'r/.git/HEAD'))]).toEqual([false, true]);
    const again = await at.runtime.changes.undo(id, { unjudged: true });
    expect(again).toMatchObject({ kind: 'undone', count: 1, refused: [], remaining: 0 });
    expect(statSync(hook).mode & 0o777).toBe(0o755);
  });
});

describe.skipIf(!usable)('the program', () => {
  it('keeps, lists, shows and takes back, and says what somebody changed since', slow, () => {
    const root = realpathSync(mkdtempSync('/var/tmp/cordon-undo-'));
    onTestFinished(() => rmSync(root, { recursive: true, force: true }));
    for (const name of ['work', 'home', 'person']) mkdirSync(join(root, name));
    const work = join(root, 'work');
    writeFileSync(join(work, 'old'), 'old\n');
    writeFileSync(join(work, 'gone'), 'gone\n');
    writeFileSync(join(root, 'home/config.toml'), '[changes]\njournal = true\n');
    const env = {
      PATH: '/usr/bin:/bin',
      HOME: join(root, 'person'),
      CORDON_HOME: join(root, 'home'),
      LANG: 'C.UTF-8',
    };
    const cordon = (...words: readonly string[]): string => {
      const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...words], {
        cwd: work,
        env,
        encoding: 'utf8',
      });
      return `${stdout}${stderr}${String(status)}`
        .replaceAll(work, '')
        .replaceAll(/\bc[0-9a-z]{8,}\b/g, 'ID');
    };
    const command = ['run', '-a', 'never', '--', 'bash', '-c', 'echo new > old; rm gone; echo x > made'];
    expect(cordon('undo')).toContain('There is nothing to take back');
    expect(cordon(...command)).toBe('cordon run: `cordon undo ID` takes back what it changed.\n0');
    expect(cordon('changes')).toMatch(/^ID {2}[-\d]+ [:\d]+ {2}3 paths {6}bash -c .*echo x > made/);
    writeFileSync(join(work, 'made'), 'theirs\n');
    expect(cordon('undo', 'old', 'gone')).toMatch(
      /^Took back 2 paths of ID \(.*\); `cordon undo ID` takes that back\n0$/,
    );
    expect(cordon('undo')).toMatch(
      /^Took back 0 paths of ID \(.*\)\nLeft as it is: \/made, because it is not as the commit left it: somebody changed it since\n3$/,
    );
    expect(['old', 'gone', 'made'].map((name) => readFileSync(join(work, name), 'utf8'))).toEqual([
      'old\n',
      'gone\n',
      'theirs\n',
    ]);
    const ids = readdirSync(join(root, 'home/changes')).filter((name) => name !== 'moved');
    expect(cordon('changes', 'drop', ...ids)).toBe('0');
    expect(readdirSync(join(root, 'home/changes'))).toEqual(['moved']);
    expect(cordon('changes', 'show', 'c99')).toContain('no commit of that id is kept');
  });

  it(
    'takes back the newest work of this workspace, not of another one in the same temporary directory',
    slow,
    () => {
      const root = realpathSync(mkdtempSync('/tmp/cordon-undo-'));
      onTestFinished(() => rmSync(root, { recursive: true, force: true }));
      const home = realpathSync(mkdtempSync('/var/tmp/cordon-undo-'));
      onTestFinished(() => rmSync(home, { recursive: true, force: true }));
      for (const name of ['one', 'other']) mkdirSync(join(root, name));
      writeFileSync(join(home, 'config.toml'), '[changes]\njournal = true\n');
      const cordon = (name: string, ...words: readonly string[]): string => {
        const { stdout, stderr } = spawnSync(process.execPath, [bin, ...words], {
          cwd: join(root, name),
          env: { PATH: '/usr/bin:/bin', HOME: home, CORDON_HOME: home, LANG: 'C.UTF-8' },
          encoding: 'utf8',
        });
        return `${stdout}${stderr}`;
      };
      for (const name of ['one', 'other']) cordon(name, 'run', '-a', 'never', '--', 'touch', 'made');
      expect(cordon('one', 'undo')).toMatch(/^Took back 1 path/u);
      expect(['one', 'other'].map((name) => existsSync(join(root, name, 'made')))).toEqual([false, true]);
      expect(cordon('one', 'undo')).toContain('There is nothing to take back');
    },
  );
});
