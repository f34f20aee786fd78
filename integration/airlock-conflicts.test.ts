// Nothing that somebody else wrote is lost, whoever it was and whenever: a person, another program, another command of ours,
// while the command ran or between the reading of its layer and its commit.
import { execFileSync, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { AbsolutePath } from '../src/domain/index.ts';
import {
  type Ground,
  keep,
  type LayeredEnd,
  type LayeredWish,
  ground,
  runInLayers,
  settleTools,
} from './support/airlock-rig.ts';
import { hasFullSandbox } from './support/launcher-rig.ts';

const usable = await hasFullSandbox();
/** Everything that is a file, with its bytes. */
function filesOf(root: string): Readonly<Record<string, string>> {
  const paths = execFileSync('find', [root, '-type', 'f', '-printf', '%P\\0'], { encoding: 'utf8' });
  return Object.fromEntries(
    paths
      .split('\0')
      .filter((path) => path !== '')
      .sort()
      .map((path) => [path, readFileSync(join(root, path), 'utf8')]),
  );
}

/** Paths in conflict, and what of the command's own was put aside. */
function conflictsOf({ root }: Ground, { settled }: LayeredEnd): readonly string[] {
  if (settled.kind !== 'committed') throw new Error(`It was not committed: ${JSON.stringify(settled)}`);
  return settled.conflicts.map(({ path }) => path.slice(root.length + 1)).sort();
}

/** Does something after the layer was read and before it is committed. */
function beforeCommit(root: string, act: (root: string) => void): LayeredWish {
  return {
    tools: {
      judge: ({ changes }) => {
        act(root);
        return { kind: 'judged', changes: changes.map((change) => ({ change, verdict: keep })) };
      },
    },
  };
}

function fill(root: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}

/** As editors save. */
function save(root: string, path: string, text: string): void {
  writeFileSync(join(root, `${path}.new`), text);
  renameSync(join(root, `${path}.new`), join(root, path));
}

interface Row {
  readonly says: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly setup?: (root: string) => void;
  readonly script: string;
  readonly act: (root: string) => void;
  readonly conflicts: readonly string[];
  readonly left: Readonly<Record<string, string>>;
}

const late: readonly Row[] = [
  {
    says: 'an edit in place in a directory that the command removed',
    files: { 'd/a': 'a', 'd/e/b': 'b' },
    script: 'rm -rf d',
    act: (root) => appendFileSync(join(root, 'd/e/b'), ' theirs'),
    conflicts: ['d', 'd/a', 'd/e', 'd/e/b'],
    left: { 'd/a': 'a', 'd/e/b': 'b theirs' },
  },
  {
    says: 'an edit in place of the same length in a directory that a file replaced',
    files: { 'd/a': 'a' },
    script: 'rm -rf d; echo file > d',
    act: (root) => writeFileSync(join(root, 'd/a'), 'A'),
    conflicts: ['d', 'd/a'],
    left: { 'd/a': 'A' },
  },
  {
    says: 'a save by renaming in a directory that a link replaced',
    files: { 'd/a': 'a' },
    script: 'rm -rf d; ln -s /nowhere d',
    act: (root) => save(root, 'd/a', 'A'),
    conflicts: ['d', 'd/a'],
    left: { 'd/a': 'A' },
  },
  {
    says: 'a new file deep in a directory that the command removed',
    files: { 'd/e/f/a': 'a' },
    script: 'rm -rf d',
    act: (root) => writeFileSync(join(root, 'd/e/f/new'), 'theirs'),
    conflicts: ['d', 'd/e', 'd/e/f', 'd/e/f/a'],
    left: { 'd/e/f/a': 'a', 'd/e/f/new': 'theirs' },
  },
  {
    says: 'an edit of a file that the command replaced',
    files: { f: 'old' },
    script: 'echo ours > f',
    act: (root) => appendFileSync(join(root, 'f'), ' theirs'),
    conflicts: ['f'],
    left: { f: 'old theirs' },
  },
  {
    says: 'an edit of a file that the command removed',
    files: { f: 'old' },
    script: 'rm f',
    act: (root) => appendFileSync(join(root, 'f'), ' theirs'),
    conflicts: ['f'],
    left: { f: 'old theirs' },
  },
  {
    says: 'a mode of a file that the command replaced',
    files: { f: 'old' },
    script: 'echo ours > f',
    act: (root) => chmodSync(join(root, 'f'), 0o600),
    conflicts: ['f'],
    left: { f: 'old' },
  },
  {
    says: 'a removal of what the command removed, too',
    files: { 'd/a': 'a', f: 'f' },
    script: 'rm -rf d f',
    act: (root) => {
      rmSync(join(root, 'f'));
      rmSync(join(root, 'd'), { recursive: true });
    },
    conflicts: [],
    left: {},
  },
];

const early: readonly Row[] = [
  {
    says: 'a removal of a file that the command wrote to',
    files: { f: 'old', g: 'g' },
    script: 'echo ours >> f; echo new > n',
    act: (root) => rmSync(join(root, 'f')),
    conflicts: ['f'],
    left: { g: 'g', n: 'new\n' },
  },
  {
    says: 'a new name for a file that the command wrote to',
    files: { f: 'old' },
    script: 'echo ours >> f',
    act: (root) => renameSync(join(root, 'f'), join(root, 'g')),
    conflicts: ['f'],
    left: { g: 'old' },
  },
  {
    says: 'a removal of a directory that the command worked in',
    files: { 'd/a': 'a' },
    script: 'echo b > d/b; echo n > n',
    act: (root) => rmSync(join(root, 'd'), { recursive: true }),
    conflicts: ['d', 'd/b'],
    left: { n: 'n\n' },
  },
  {
    says: 'no removal where the command itself moved the file',
    files: { f: 'old', g: 'g' },
    script: 'mv f h; mv g i; echo more >> i',
    act: (root) => writeFileSync(join(root, 'theirs'), 'theirs'),
    conflicts: [],
    left: { h: 'old', i: 'gmore\n', theirs: 'theirs' },
  },
  {
    says: 'another directory under the name of one that the command worked in',
    files: { 'd/a': 'a', 'e/a': 'theirs' },
    script: 'echo ours > d/a',
    act: (root) => {
      renameSync(join(root, 'd'), join(root, 'old'));
      renameSync(join(root, 'e'), join(root, 'd'));
    },
    conflicts: ['d/a'],
    left: { 'd/a': 'theirs', 'old/a': 'a' },
  },
  {
    says: 'a mode of a directory that the command gave another one',
    files: { 'd/a': 'a' },
    script: 'chmod 700 d; echo b > d/b',
    act: (root) => chmodSync(join(root, 'd'), 0o750),
    conflicts: ['d'],
    left: { 'd/a': 'a', 'd/b': 'b\n' },
  },
  {
    says: 'the same bytes that the command wrote, without a word',
    files: { f: 'old' },
    script: 'echo same > f; echo same > g; ln -s f l',
    act: (root) => {
      writeFileSync(join(root, 'f'), 'same\n');
      writeFileSync(join(root, 'g'), 'same\n');
      execFileSync('ln', ['-s', 'f', join(root, 'l')]);
    },
    conflicts: [],
    left: { f: 'same\n', g: 'same\n' },
  },
];

describe.skipIf(!usable)(
  'what somebody else did between the reading of a layer and its commit is kept:',
  () => {
    it.each(late)('$says', async ({ files = {}, script, act, conflicts, left }) => {
      const place = ground();
      fill(place.root, files);
      const end = await runInLayers(place, script, beforeCommit(place.root, act));
      expect([conflictsOf(place, end), filesOf(place.root)]).toEqual([conflicts, left]);
    });

    it.skipIf(process.getuid?.() !== 0)('also where the layer lies on another file system', async () => {
      for (const { files = {}, script, act, conflicts, left } of late) {
        const place = ground();
        const disk = join(place.base, 'disk');
        mkdirSync(disk);
        if (spawnSync('mount', ['-t', 'tmpfs', 'cordon-test', disk]).status !== 0) return;
        try {
          const airlock = join(disk, 'airlock') as AbsolutePath;
          mkdirSync(airlock, { mode: 0o700 });
          fill(place.root, files);
          const end = await runInLayers({ ...place, airlock }, script, beforeCommit(place.root, act));
          expect([conflictsOf(place, end), filesOf(place.root)]).toEqual([conflicts, left]);
          expect(readdirSync(place.root).filter((name) => name.startsWith('.cordon'))).toEqual([]);
        } finally {
          spawnSync('umount', [disk]);
        }
      }
    });
  },
);

describe.skipIf(!usable)('what somebody else did while the command ran is kept:', () => {
  it.each(early)('$says', async ({ files = {}, script, act, conflicts, left }) => {
    const place = ground();
    fill(place.root, files);
    const end = await runInLayers(place, script, { meanwhile: () => act(place.root) });
    expect([conflictsOf(place, end), filesOf(place.root)]).toEqual([conflicts, left]);
  });

  it('nothing, when the root itself is another directory now', async () => {
    const place = ground();
    writeFileSync(join(place.root, 'f'), 'old');
    const { settled } = await runInLayers(place, 'echo ours > f', {
      meanwhile: () => {
        renameSync(place.root, `${place.root}.old`);
        fill(place.root, { f: 'theirs' });
      },
    });
    expect(settled).toMatchObject({ kind: 'failed', because: expect.stringContaining(place.root) as string });
    expect(filesOf(place.root)).toEqual({ f: 'theirs' });
  });
});

describe.skipIf(!usable)('another command of ours', () => {
  /** The first one works, waits for the second to be committed, and ends. */
  async function besides(
    place: Ground,
    first: string,
    between: () => void,
    second: string,
  ): Promise<readonly [LayeredEnd, LayeredEnd]> {
    const go = join(place.base, 'go');
    const begun = runInLayers(place, `${first}; until test -e ${go}; do sleep 0.01; done`);
    between();
    const other = await runInLayers(place, second);
    writeFileSync(go, '');
    return [await begun, other];
  }

  it('that changes only the mode of a file does not make a person’s edit its own', async () => {
    const place = ground();
    writeFileSync(join(place.root, 'f'), 'old');
    const edit = (): void => appendFileSync(join(place.root, 'f'), ' theirs');
    const [first, second] = await besides(
      place,
      'until grep -q theirs f; do sleep 0.01; done; echo ours > f',
      edit,
      'chmod 700 f',
    );
    expect([conflictsOf(place, first), conflictsOf(place, second)]).toEqual([['f'], []]);
    expect(filesOf(place.root)).toEqual({ f: 'old theirs' });
    expect(statSync(join(place.root, 'f')).mode & 0o777).toBe(0o700);
  });

  it('that wrote the same file was first, and both versions are kept', async () => {
    const place = ground();
    fill(place.root, { f: 'old', 'd/x': 'x' });
    const [first, second] = await besides(
      place,
      'echo first > f; rm -rf d; echo a > a',
      () => undefined,
      'echo second > f; echo more >> d/x; mkdir e; echo y > e/y',
    );
    expect([conflictsOf(place, first), conflictsOf(place, second)]).toEqual([['d', 'd/x', 'f'], []]);
    expect(filesOf(place.root)).toEqual({ a: 'a\n', f: 'second\n', 'd/x': 'xmore\n', 'e/y': 'y\n' });
  });

  it('that made the same directory from older files is not overwritten', async () => {
    const place = ground();
    const go = join(place.base, 'go');
    const early = runInLayers(place, `mkdir d; echo early > d/x; until test -e ${go}; do sleep 0.01; done`);
    // The other one begins when that was written, and before it is committed.
    const late = runInLayers(
      place,
      `until test -e ${go}2; do sleep 0.01; done; mkdir d; echo late > d/x; echo y > d/y`,
    );
    await new Promise((resolve) => setTimeout(resolve, 300));
    writeFileSync(go, '');
    const first = await early;
    writeFileSync(`${go}2`, '');
    const second = await late;
    const files = filesOf(place.root);
    // Whether the second saw the first's directory is a matter of moments: nothing is lost either way.
    expect([
      conflictsOf(place, first),
      files['d/x'] === 'early\n' || conflictsOf(place, second).length === 0,
    ]).toEqual([[], true]);
  });

  it.each([
    ['', undefined],
    [', where what earlier ones did was written down by another version', Buffer.alloc(32, 7)],
  ])('that worked in the same directories is no conflict%s', async (_, ledger) => {
    const place = ground();
    if (ledger !== undefined) writeFileSync(join(place.airlock, 'ledger'), ledger, { mode: 0o600 });
    fill(place.root, { 'd/e/a': 'a', 'd/b': 'b' });
    const [first, second] = await besides(
      place,
      'echo 1 > d/e/one; echo 1 >> d/e/a; rm d/b; touch -d 2020-01-01 d/e',
      () => undefined,
      'echo 2 > d/e/two; echo 2 > d/c; mkdir -p d/e/f',
    );
    expect([conflictsOf(place, first), conflictsOf(place, second)]).toEqual([[], []]);
    expect(filesOf(place.root)).toEqual({
      'd/c': '2\n',
      'd/e/a': 'a1\n',
      'd/e/one': '1\n',
      'd/e/two': '2\n',
    });
  });
});

describe.skipIf(!usable)('a file with further names', () => {
  const inodeOf = (root: string, name: string): number => statSync(join(root, name)).ino;

  it('keeps them when a command moves one of them', async () => {
    const place = ground();
    fill(place.root, { 'd/a': 'bytes', e: 'bytes' });
    linkSync(join(place.root, 'd/a'), join(place.root, 'b'));
    linkSync(join(place.root, 'd/a'), join(place.root, 'd/c'));
    const end = await runInLayers(place, 'mv b moved; mv d there');
    expect(conflictsOf(place, end)).toEqual([]);
    const [one, ...others] = ['moved', 'there/a', 'there/c'].map((name) => inodeOf(place.root, name));
    expect(others).toEqual([one, one]);
    expect(statSync(join(place.root, 'moved')).nlink).toBe(3);
    expect(statSync(join(place.root, 'e')).nlink).toBe(1);
  });

  it('is no conflict with itself', async () => {
    const place = ground();
    fill(place.root, { 'd/a': 'bytes', f: 'f' });
    for (const name of ['b', 'c']) linkSync(join(place.root, 'd/a'), join(place.root, name));
    const end = await runInLayers(place, 'rm b; rm -rf d; echo new > c; chmod 600 f');
    expect([conflictsOf(place, end), filesOf(place.root)]).toEqual([[], { c: 'new\n', f: 'f' }]);
  });

  it('is judged as what it is: what is held back stays where it was', async () => {
    const place = ground();
    fill(place.root, { a: 'bytes' });
    linkSync(join(place.root, 'a'), join(place.root, 'b'));
    const { settled } = await runInLayers(place, 'mv a c', {
      tools: settleTools({
        verdict: (path) =>
          path === 'a' ? { kind: 'hold', held: [{ reason: 'a test says so', runs: 'nothing' }] } : keep,
      }),
    });
    expect(settled).toMatchObject({ kind: 'committed', conflicts: [] });
    expect(filesOf(place.root)).toEqual({ a: 'bytes', b: 'bytes', c: 'bytes' });
  });
});
