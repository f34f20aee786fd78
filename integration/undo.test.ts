// A commit can be taken back: what the command changed, made, removed and renamed is as it was, except where somebody changed
// it since; and the undo can be taken back in turn.
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { AbsolutePath, RefusedUndo, UndoneChanges } from '../src/domain/index.ts';
import { type Ground, ground, hold, keep, snapshot } from './support/airlock-rig.ts';
import { hasFullSandbox, systemPath } from './support/launcher-rig.ts';
import { journal, records, runKept, undoIn } from './support/undo-rig.ts';

const usable = await hasFullSandbox();
const all = '%P %y %m %U:%G %s %l %n %T@';

function shell(directory: string, script: string): string {
  const options = { cwd: directory, env: { PATH: systemPath }, stdio: 'pipe', encoding: 'utf8' } as const;
  return execFileSync('bash', ['--norc', '-c', script], options);
}

function refusedIn(
  { root }: Ground,
  done: UndoneChanges,
): readonly (readonly [string, RefusedUndo['why']])[] {
  if (done.kind !== 'undone') throw new Error(done.because);
  return done.refused.map(({ path, why }) => [path.slice(root.length + 1), why] as const).sort();
}

const mixed = {
  setup:
    'mkdir -p d/e g; echo a > a; echo b > d/b; ln a d/hard; ln -s x l; echo z > d/e/z; chmod 640 a; touch -d @5 d/b; mkfifo p; echo m > m; touch -d @9 d g .',
  work: 'echo A >> a; rm -r d; mkdir n; echo n > n/n; rm l p; mkdir l; mv m g/moved; chmod 750 g; ln n/n n/o',
};

/** A workspace and an airlock on different file systems: nothing can be moved, everything is copied. */
function farGround(): Ground {
  const place = ground();
  const far = realpathSync(mkdtempSync('/dev/shm/cordon-undo-'));
  onTestFinished(() => rmSync(far, { recursive: true, force: true }));
  const airlock = join(far, 'airlock') as AbsolutePath;
  mkdirSync(airlock, { mode: 0o700 });
  return { ...place, airlock };
}

describe.skipIf(!usable)('an undo', () => {
  it('brings back everything, and can be taken back', async () => {
    const place = ground();
    shell(place.root, mixed.setup);
    const before = snapshot(place.root, all);
    expect(await runKept(place, mixed.work)).toMatchObject({
      kind: 'committed',
      conflicts: [],
      originals: { kind: 'kept' },
    });
    const after = snapshot(place.root, all);
    expect(after).not.toBe(before);
    expect(await undoIn(place)).toMatchObject({ kind: 'undone', refused: [], remaining: 0 });
    expect(snapshot(place.root, all)).toBe(before);
    expect(records(place)).toHaveLength(1);
    expect(await undoIn(place)).toMatchObject({ kind: 'undone', refused: [], remaining: 0 });
    expect(snapshot(place.root, all)).toBe(after);
  });

  it('brings back copies where the record lies on another file system', async () => {
    const place = farGround();
    const noLinks = '%P %y %m %U:%G %s %l %T@';
    shell(place.root, mixed.setup.replace('ln a d/hard', 'cp a d/hard; touch -d @4 d/hard'));
    const before = snapshot(place.root, noLinks);
    await runKept(place, mixed.work);
    const after = snapshot(place.root, noLinks);
    expect(await undoIn(place)).toMatchObject({ kind: 'undone', refused: [], remaining: 0 });
    expect(snapshot(place.root, noLinks)).toBe(before);
    expect(await undoIn(place)).toMatchObject({ kind: 'undone', refused: [], remaining: 0 });
    expect(snapshot(place.root, noLinks)).toBe(after);
  });

  it('goes back step by step through several commits of the same file', async () => {
    const place = ground();
    shell(place.root, 'echo 0 > f');
    for (const step of [1, 2, 3]) await runKept(place, `echo ${String(step)} > f`);
    const seen: string[] = [];
    for (const record of records(place)) {
      expect(refusedIn(place, await undoIn(place, { record }))).toEqual([]);
      seen.push(readFileSync(join(place.root, 'f'), 'utf8').trim());
    }
    expect(seen).toEqual(['2', '1', '0']);
  });

  it('refuses an older commit of a file that a newer one changed', async () => {
    const place = ground();
    shell(place.root, 'echo 0 > f; echo 0 > g');
    await runKept(place, 'echo 1 > f; echo 1 > g');
    await runKept(place, 'echo 2 > f');
    const [, older] = records(place);
    if (older === undefined) throw new Error('There is one record');
    expect(refusedIn(place, await undoIn(place, { record: older }))).toEqual([['f', 'changed-since']]);
    expect(shell(place.root, 'cat f g')).toBe('2\n0\n');
  });

  it('takes back a part, in a directory that is gone too, and the rest later', async () => {
    const place = ground();
    shell(
      place.root,
      'mkdir -p d/e; for i in a b c; do echo $i > d/$i; echo $i > d/e/$i; done; touch -d @7 d d/e',
    );
    const before = snapshot(place.root, all);
    await runKept(place, 'rm -r d; echo new > n');
    expect(await undoIn(place, { choice: { only: ['d/e/b'] } })).toMatchObject({ refused: [] });
    expect(shell(place.root, 'find . -type f -o -type d | sort | tr "\\n" " "; cat d/e/b')).toBe(
      '. ./d ./d/e ./d/e/b ./n b\n',
    );
    const [, rest] = records(place);
    if (rest === undefined) throw new Error('The rest is gone');
    expect(await undoIn(place, { record: rest, choice: { except: ['n'] } })).toMatchObject({ remaining: 1 });
    const [, , last] = records(place);
    if (last === undefined) throw new Error('The rest is gone');
    expect(await undoIn(place, { record: last })).toMatchObject({ refused: [], remaining: 0 });
    const noTimes = (text: string): string => text.replaceAll(/ [\d.]+$/gm, '');
    expect(noTimes(snapshot(place.root, all))).toBe(noTimes(before));
  });

  const since: readonly {
    readonly says: string;
    readonly meanwhile: string;
    readonly refused: readonly (readonly [string, string])[];
    /** What a script prints afterwards. */
    readonly look: string;
    readonly left: string;
  }[] = [
    {
      says: 'a changed file',
      meanwhile: 'echo theirs >> f',
      refused: [['f', 'changed-since']],
      look: 'cat f',
      left: 'new\ntheirs\n',
    },
    {
      says: 'the same bytes and the same time, written again',
      meanwhile: 'touch -r f ../stamp; echo new > f; touch -r ../stamp f',
      refused: [['f', 'changed-since']],
      look: 'cat f',
      left: 'new\n',
    },
    {
      says: 'another mode',
      meanwhile: 'chmod 700 f',
      refused: [['f', 'changed-since']],
      look: 'stat -c %a f',
      left: '700\n',
    },
    {
      says: 'a file in a new directory',
      meanwhile: 'echo theirs > made/theirs',
      refused: [['made', 'changed-since']],
      look: 'ls made',
      left: 'theirs\n',
    },
    {
      says: 'a changed file in a new directory',
      meanwhile: 'echo theirs > made/one',
      refused: [
        ['made', 'in-the-way'],
        ['made/one', 'changed-since'],
      ],
      look: 'ls made; cat made/one',
      left: 'one\ntheirs\n',
    },
    {
      says: 'something at a name that was removed',
      meanwhile: 'echo theirs > gone',
      refused: [['gone', 'changed-since']],
      look: 'cat gone',
      left: 'theirs\n',
    },
    {
      says: 'a directory at a name that was removed, which takes in what was there',
      meanwhile: 'mkdir tree; echo theirs > tree/theirs',
      refused: [['tree', 'changed-since']],
      look: 'ls tree',
      left: 'leaf\ntheirs\n',
    },
    {
      says: 'a link in place of a directory',
      meanwhile: 'rm -r made; mkdir ../outside; echo out > ../outside/one; ln -s ../outside made',
      refused: [['made', 'changed-since']],
      look: 'readlink made; cat ../outside/one; ls ../outside',
      left: '../outside\nout\none\n',
    },
    {
      says: 'a link where a tree is to come back',
      meanwhile: 'mkdir ../outside; ln -s ../outside tree',
      refused: [
        ['tree', 'changed-since'],
        ['tree/leaf', 'in-the-way'],
      ],
      look: 'readlink tree; ls ../outside',
      left: '../outside\n',
    },
    {
      says: 'nothing where somebody removed what was to go',
      meanwhile: 'rm made/two',
      refused: [],
      look: 'ls',
      left: 'f\ngone\ntree\n',
    },
  ];

  it.each(since)('leaves $says as somebody left it, and does the rest', async (row) => {
    const place = ground();
    shell(place.root, 'echo old > f; echo gone > gone; mkdir tree; echo leaf > tree/leaf');
    await runKept(place, 'echo new > f; rm -r gone tree; mkdir made; echo 1 > made/one; echo 2 > made/two');
    shell(place.root, row.meanwhile);
    const done = await undoIn(place);
    expect(refusedIn(place, done)).toEqual(row.refused);
    expect(shell(place.root, row.look)).toBe(row.left);
    const touched = new Set(row.refused.map(([path]) => path));
    if (!touched.has('f')) expect(shell(place.root, 'cat f')).toBe('old\n');
    if (!touched.has('gone')) expect(shell(place.root, 'cat gone')).toBe('gone\n');
    // What was refused is still in the record.
    if (row.refused.length > 0) expect(records(place)).toHaveLength(2);
  });

  it('follows no link that takes the place of a directory while it works', async () => {
    const place = ground();
    const outside = join(place.base, 'outside');
    shell(
      place.root,
      'mkdir ../outside d; for i in $(seq 60); do echo old > d/$i; echo out > ../outside/$i; done',
    );
    await runKept(place, 'for i in $(seq 60); do echo new > d/$i; done');
    const swap = `import ctypes, sys, time
libc = ctypes.CDLL(None)
while True: libc.renameat2(-100, b'd', -100, b'e', 2)`;
    shell(place.root, 'ln -s ../outside e');
    const { spawn } = await import('node:child_process');
    const attacker = spawn('python3', ['-c', swap], { cwd: place.root, stdio: 'ignore' });
    const over = new Promise((resolve) => attacker.once('close', resolve));
    onTestFinished(async () => {
      attacker.kill('SIGKILL');
      await over;
    });
    const outsideBefore = snapshot(outside, all);
    for (let round = 0; round < 10; round += 1) {
      const [record] = records(place);
      if (record !== undefined) await undoIn(place, { record });
    }
    attacker.kill('SIGKILL');
    await over;
    expect(snapshot(outside, all)).toBe(outsideBefore);
    const found = shell(place.root, 'cat d/* e/* | sort | uniq -c | tr -s " "').trim().split('\n');
    expect(found.filter((line) => !/ (old|new|out)$/.test(line))).toEqual([]);
  });

  it('refuses what the judge holds, keeps it in the record, and brings it back when that is said', async () => {
    const place = ground();
    shell(place.root, 'echo hook > hook; echo f > f');
    await runKept(place, 'rm hook f');
    const verdict = (path: string): typeof keep => (path === 'hook' ? hold : keep);
    expect(await undoIn(place, { verdict })).toMatchObject({
      count: 1,
      refused: [{ why: 'would-run', held: [{ runs: 'nothing' }] }],
      remaining: 1,
    });
    expect(existsSync(join(place.root, 'hook'))).toBe(false);
    const [, rest] = records(place);
    if (rest === undefined) throw new Error('The rest is gone');
    expect(await undoIn(place, { record: rest, verdict, unjudged: true })).toMatchObject({
      count: 1,
      remaining: 0,
    });
    expect(shell(place.root, 'cat f hook')).toBe('f\nhook\n');
  });

  it('brings back bits that lend rights, and extended attributes', async () => {
    const place = ground();
    shell(place.root, 'echo p > p; chmod 4755 p');
    await runKept(place, `echo q > p; python3 -c "import os; os.setxattr('p', 'user.note', b'1')"`);
    expect(statSync(join(place.root, 'p')).mode & 0o7777).not.toBe(0o4755);
    await undoIn(place);
    expect(statSync(join(place.root, 'p')).mode & 0o7777).toBe(0o4755);
    expect(shell(place.root, `python3 -c "import os; print(os.listxattr('p'))"`)).toBe('[]\n');
  });
});

describe.skipIf(!usable)('the store of what was there', () => {
  it('is for its owner alone, and holds no more than it is told to', async () => {
    const place = ground();
    const limits = { entries: 2, bytes: 1000, ageMs: 1_000_000 };
    const kept = journal(limits);
    shell(place.root, 'head -c 2000 /dev/zero > large; echo 0 > f');
    for (const step of [1, 2, 3, 4])
      await runKept(place, `echo ${String(step)} > f`, { tools: { journal: kept } });
    await expect.poll(() => records(place).length).toBe(2);
    expect(statSync(join(dirname(place.airlock), 'changes')).mode & 0o777).toBe(0o700);
    const settled = await runKept(place, 'echo > large', { tools: { journal: kept } });
    expect(settled).toMatchObject({
      kind: 'committed',
      count: 1,
      originals: { kind: 'none', because: 'the originals have 2000 bytes, and 1000 are kept at most' },
    });
    expect(readdirSync(place.airlock).filter((name) => name.startsWith('set-'))).toEqual([]);
  });

  it('keeps nothing where nobody asked for it, and nothing of a command that changed nothing', async () => {
    const place = ground();
    expect(await runKept(place, 'echo > f', { tools: { keeps: false } })).not.toHaveProperty('originals');
    expect(await runKept(place, 'true')).not.toHaveProperty('originals');
    expect(records(place)).toEqual([]);
  });
});
