// What a command wrote waits in a change set: nothing of it is in the workspace, later commands of the set see it, and all or
// part of it comes in like the changes of every other command.
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ChangeSet, HeldExecResult, PendingChange } from '../src/index.ts';
import { bench } from './support/drive-session.ts';
import { hasRuntimeSandbox } from './support/runtime-sandbox.ts';

const usable = await hasRuntimeSandbox('change sets');
const slow = { timeout: 60_000 };

function setOf(result: HeldExecResult): ChangeSet {
  if (result.changeSet === undefined) throw new Error('the result has no change set');
  return result.changeSet;
}

function short(changes: readonly PendingChange[], workspace: string): readonly string[] {
  return changes
    .filter(({ path }) => path.startsWith(`${workspace}/`))
    .map(({ path, kind }) => `${kind} ${path.slice(workspace.length + 1)}`)
    .toSorted();
}

const script =
  'mkdir -p d/e && echo 1 > d/e/f && echo 2 > d/g && echo new > old && rm gone && chmod 755 mode';

function prepare(workspace: string): void {
  for (const name of ['old', 'gone', 'mode']) writeFileSync(join(workspace, name), `${name}\n`);
}

describe.skipIf(!usable)('a command whose changes are held', () => {
  it('leaves the workspace as it was, and tells each change', slow, async () => {
    await using at = await bench();
    prepare(at.workspace);
    const result = await at.runtime.exec({ command: script, changes: 'hold' });
    const set = setOf(result);
    expect(result.kind === 'ran' && result.outcome).toMatchObject({ kind: 'exited', exitCode: 0 });
    expect(result.kind === 'ran' && result.attempts[0].changes).toEqual({ kind: 'pending', id: set.id });
    expect(readdirSync(at.workspace).toSorted()).toEqual(['gone', 'mode', 'old']);
    expect(readFileSync(join(at.workspace, 'old'), 'utf8')).toBe('old\n');
    expect(short(set.changes, at.workspace)).toEqual([
      'create d',
      'create d/e',
      'create d/e/f',
      'create d/g',
      'delete gone',
      'modify mode',
      'modify old',
    ]);
    expect(set.changes.find(({ path }) => path.endsWith('/d/g'))).toMatchObject({
      before: { kind: 'missing' },
      after: { kind: 'file', size: 2 },
    });
    const diff = async (path: string): Promise<readonly string[]> =>
      (await set.diff({ only: [path] })).map((line) => line.replaceAll(at.workspace, ''));
    expect(await diff('old')).toEqual(['--- /old', '+++ /old', '@@ -1 +1 @@', '-old', '+new']);
    expect(await diff('gone')).toEqual(['--- /gone', '+++ /dev/null', '@@ -1 +0,0 @@', '-gone']);
    expect(await diff('mode')).toEqual(['--- /mode', '+++ /mode', 'was a file, is a file of mode 755']);
  });

  it('comes in whole, and the set is closed then', slow, async () => {
    await using at = await bench({ excludeSlashTmp: true });
    prepare(at.workspace);
    const set = setOf(await at.runtime.exec({ command: script, changes: 'hold' }));
    expect(await set.commit()).toMatchObject({ kind: 'committed', count: 7, held: [], conflicts: [] });
    expect(readdirSync(at.workspace).toSorted()).toEqual(['d', 'mode', 'old']);
    expect(readFileSync(join(at.workspace, 'd/e/f'), 'utf8')).toBe('1\n');
    await expect(set.commit()).rejects.toThrow('the change set was committed or dropped');
    await expect(set.exec({ command: 'true' })).rejects.toThrow('was committed or dropped');
    await set.discard();
    expect(readdirSync(join(at.workspace, '../home/airlock'))).toEqual(['lock']);
  });

  const parts: readonly {
    readonly says: string;
    readonly choice: Parameters<ChangeSet['commit']>[0];
    readonly left: readonly string[];
  }[] = [
    {
      says: 'a new file with its directories',
      choice: { only: ['d/e/f'] },
      left: ['d', 'd/e', 'd/e/f', 'gone', 'mode', 'old=old'],
    },
    { says: 'all but a directory', choice: { except: ['d'] }, left: ['mode', 'old=new'] },
    {
      says: 'a directory but one file in it',
      choice: { only: ['./d/'], except: ['d/g'] },
      left: ['d', 'd/e', 'd/e/f', 'gone', 'mode', 'old=old'],
    },
    { says: 'a removal', choice: { only: ['x/../gone'] }, left: ['mode', 'old=old'] },
    { says: 'nothing', choice: { only: [] }, left: ['gone', 'mode', 'old=old'] },
  ];
  it.each(parts)('comes in by parts: $says', slow, async ({ choice, left }) => {
    await using at = await bench();
    prepare(at.workspace);
    const set = setOf(await at.runtime.exec({ command: script, changes: 'hold' }));
    expect(await set.commit(choice)).toMatchObject({ kind: 'committed', held: [], conflicts: [] });
    const found = (readdirSync(at.workspace, { recursive: true }) as string[])
      .map((name) =>
        name === 'old' ? `old=${readFileSync(join(at.workspace, 'old'), 'utf8').trim()}` : name,
      )
      .toSorted();
    expect(found).toEqual(left);
  });

  it('keeps a directory that would go when something in it is to stay', slow, async () => {
    await using at = await bench();
    mkdirSync(join(at.workspace, 'd/e'), { recursive: true });
    for (const name of ['d/a', 'd/e/b']) writeFileSync(join(at.workspace, name), '');
    const set = setOf(await at.runtime.exec({ command: 'rm -r d', changes: 'hold' }));
    expect(await set.commit({ except: ['d/e/b'] })).toMatchObject({ kind: 'committed', conflicts: [] });
    expect((readdirSync(at.workspace, { recursive: true }) as string[]).toSorted()).toEqual([
      'd',
      'd/e',
      'd/e/b',
    ]);
  });

  it.each([
    { says: 'outside', path: '../other', because: 'is not among the changes' },
    { says: 'absolute and outside', path: '/etc/passwd', because: 'is not among the changes' },
    { says: 'not changed', path: 'mode2', because: 'is not among the changes' },
    { says: 'empty', path: '', because: 'expected a list of paths' },
    { says: 'no path', path: 'a\0b', because: 'expected a list of paths' },
  ])('refuses a path that is $says, and stays as it is', slow, async ({ path, because }) => {
    await using at = await bench();
    prepare(at.workspace);
    const set = setOf(await at.runtime.exec({ command: script, changes: 'hold' }));
    for (const choice of [{ only: [path] }, { except: [path] }]) {
      await expect(set.commit(choice)).rejects.toThrow(because);
      await expect(set.diff(choice)).rejects.toThrow(because);
    }
    expect(await set.commit()).toMatchObject({ kind: 'committed', count: 7 });
  });

  it('is judged when it comes in, and gives way to what somebody else changed since', slow, async () => {
    await using at = await bench();
    prepare(at.workspace);
    const set = setOf(
      await at.runtime.exec({ command: 'echo evil > .envrc; echo mine > old; echo n > n', changes: 'hold' }),
    );
    expect(set.changes.find(({ path }) => path.endsWith('.envrc'))?.held?.[0]?.runs).toContain('a shell');
    writeFileSync(join(at.workspace, '.old.new'), 'theirs\n');
    renameSync(join(at.workspace, '.old.new'), join(at.workspace, 'old'));
    const settled = await set.commit();
    expect(settled).toMatchObject({
      kind: 'committed',
      count: 1,
      held: [{ path: join(at.workspace, '.envrc') }],
      conflicts: [{ path: join(at.workspace, 'old'), conflict: 'changed-since' }],
    });
    expect(readFileSync(join(at.workspace, 'old'), 'utf8')).toBe('theirs\n');
    expect(existsSync(join(at.workspace, '.envrc'))).toBe(false);
  });

  it('gives way to another command of ours as well, and shares its directories with it', slow, async () => {
    await using at = await bench();
    prepare(at.workspace);
    mkdirSync(join(at.workspace, 'd'));
    const set = setOf(
      await at.runtime.exec({ command: 'echo first >> old; echo 1 > d/one', changes: 'hold' }),
    );
    await at.runtime.exec({ command: 'echo second >> old; echo 2 > d/two' });
    expect(await set.commit()).toMatchObject({
      kind: 'committed',
      count: 1,
      conflicts: [{ path: join(at.workspace, 'old'), conflict: 'changed-since' }],
    });
    expect(readFileSync(join(at.workspace, 'old'), 'utf8')).toBe('old\nsecond\n');
    expect(readdirSync(join(at.workspace, 'd'))).toEqual(['one', 'two']);
  });

  it('is nothing at all when it is dropped, by hand, by its block or with the runtime', slow, async () => {
    await using at = await bench({ excludeSlashTmp: true });
    prepare(at.workspace);
    const one = setOf(await at.runtime.exec({ command: script, changes: 'hold' }));
    await one.discard();
    await one.discard();
    {
      await using two = setOf(await at.runtime.exec({ command: script, changes: 'hold' }));
      expect(two.changes).toHaveLength(7);
    }
    await at.runtime.exec({ command: script, changes: 'hold' });
    const open = at.runtime.changeSet();
    await open.exec({ command: script });
    await at.runtime.close();
    expect(readdirSync(at.workspace).toSorted()).toEqual(['gone', 'mode', 'old']);
    expect(readdirSync(join(at.workspace, '../home/airlock'))).toEqual(['lock']);
    expect(() => at.runtime.changeSet()).toThrow('the runtime is closed');
  });

  it('does not run where it cannot be held back', slow, async () => {
    await using at = await bench({ sandbox: 'danger-full-access' });
    const result = await at.runtime.exec({ command: 'touch here', changes: 'hold' });
    expect(result.kind === 'ran' && result.outcome).toMatchObject({
      kind: 'spawn-failed',
      failure: { stage: 'layers', message: expect.stringContaining('it runs without a sandbox') as string },
    });
    expect(readdirSync(at.workspace)).toEqual([]);
    expect(await setOf(result).commit()).toMatchObject({ kind: 'committed', count: 0 });
  });

  it('is refused for what writes to the directories themselves', slow, async () => {
    await using at = await bench();
    const held = { command: 'true', changes: 'hold' } as never;
    expect(() => at.runtime.start(held)).toThrow('`changes`: there is none');
    await expect(at.runtime.sessions.open(held)).rejects.toThrow('`changes`: there is none');
    await expect(at.runtime.exec({ command: 'true', changes: 'held' as never })).rejects.toThrow(
      "'commit', 'hold' or 'journal'",
    );
  });
});

describe.skipIf(!usable)('a change set over several commands', () => {
  it('shows each command what those before it wrote, and the workspace nothing', slow, async () => {
    await using at = await bench();
    prepare(at.workspace);
    mkdirSync(join(at.workspace, 'tree/sub'), { recursive: true });
    writeFileSync(join(at.workspace, 'tree/sub/x'), 'x\n');
    await using set = at.runtime.changeSet();
    await set.exec({
      command:
        'git init -q . && git config user.name me && git config user.email m@e && rm gone && mv tree moved && mkdir d && echo a > d/a',
    });
    const second = await set.exec({
      command:
        'cat d/a moved/sub/x && test ! -e gone && test ! -e tree && git add -A && git commit -qm first && echo b >> d/a && mv moved/sub s && mkdir tree && rm -r d && mkdir d && echo c > d/c',
    });
    expect(second.kind === 'ran' && second.outcome).toMatchObject({ kind: 'exited', exitCode: 0 });
    await at.runtime.exec({
      command: 'test ! -e d && test -e gone && test -e tree/sub/x && echo host > beside',
    });
    const third = await set.exec({
      command: 'cat d/c s/x beside && test ! -e d/a && git status --porcelain && git log --oneline',
    });
    expect(third.kind === 'ran' && third.outcome).toMatchObject({ kind: 'exited', exitCode: 0 });
    expect(existsSync(join(at.workspace, '.git'))).toBe(false);
    expect(short(set.changes, at.workspace).filter((line) => !line.includes('.git'))).toEqual([
      'create d',
      'create d/c',
      'create moved',
      'create s',
      'create s/x',
      'delete gone',
      'delete tree/sub',
      'delete tree/sub/x',
    ]);
    expect(await set.commit()).toMatchObject({ kind: 'committed', held: [], conflicts: [] });
    expect(
      (readdirSync(at.workspace, { recursive: true }) as string[])
        .filter((name) => !name.startsWith('.git'))
        .toSorted(),
    ).toEqual(['beside', 'd', 'd/c', 'mode', 'moved', 'old', 's', 's/x', 'tree']);
  });

  it('runs its commands one after the other, also when they are asked for at once', slow, async () => {
    await using at = await bench();
    await using set = at.runtime.changeSet();
    await Promise.all(
      Array.from(
        { length: 5 },
        async (_, index) =>
          await set.exec({
            command: `n=$(cat n 2>/dev/null || echo 0); echo $((n + 1)) > n; echo ${String(index)} >> order`,
          }),
      ),
    );
    await set.commit();
    expect(readFileSync(join(at.workspace, 'n'), 'utf8')).toBe('5\n');
    expect(readFileSync(join(at.workspace, 'order'), 'utf8')).toBe('0\n1\n2\n3\n4\n');
  });

  it('brings directories without permissions, links and modes in as they were left', slow, async () => {
    await using at = await bench();
    await using set = at.runtime.changeSet();
    await set.exec({
      command:
        'mkdir closed && echo x > closed/x && chmod 500 closed && ln -s nowhere link && ln closed/x hard',
    });
    await set.exec({ command: 'chmod 640 hard' });
    expect(await set.commit()).toMatchObject({ kind: 'committed', conflicts: [] });
    expect((readdirSync(at.workspace, { recursive: true }) as string[]).toSorted()).toEqual([
      'closed',
      'closed/x',
      'hard',
      'link',
    ]);
    chmodSync(join(at.workspace, 'closed'), 0o700);
    rmSync(join(at.workspace, 'closed'), { recursive: true });
  });

  it('opens no more than 64 at a time', slow, async () => {
    await using at = await bench();
    const sets = Array.from({ length: 64 }, () => at.runtime.changeSet());
    expect(() => at.runtime.changeSet()).toThrow('64 of this runtime are open already');
    await sets[0]?.discard();
    at.runtime.changeSet();
  });
});
