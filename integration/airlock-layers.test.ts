// What a command writes goes to a layer and comes into the workspace when it was judged: on a real kernel, with real tools.
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ground, hold, keep, runInLayers, snapshot } from './support/airlock-rig.ts';
import { addLayers, encodeStart, startFrame } from '../src/launcher/launcher-frames.ts';
import { hasFullSandbox, launch, sh, workspaceWrite } from './support/launcher-rig.ts';

const usable = await hasFullSandbox();
const nothing = { kind: 'committed', count: 0, held: [], conflicts: [], direct: [] };

describe.skipIf(!usable)('layers over the writable roots', () => {
  it('leave the workspace alone until the end, and then bring everything', async () => {
    const { root, ...rest } = ground();
    writeFileSync(join(root, 'old'), 'old');
    let during: string | undefined;
    const { settled } = await runInLayers(
      { root, ...rest },
      'echo new > made; echo more >> old; rm -f none',
      {
        meanwhile: () => {
          during = snapshot(root);
        },
      },
    );
    expect(during).toBe(snapshotOf(root, { old: 'old' }));
    expect(settled).toEqual({ ...nothing, count: 2 });
    expect(readFileSync(join(root, 'old'), 'utf8')).toBe('oldmore\n');
    expect(readFileSync(join(root, 'made'), 'utf8')).toBe('new\n');
  });

  it('leave nothing of their own behind, in the workspace or beside it', async () => {
    const place = ground();
    await runInLayers(place, 'mkdir -p a/b; echo x > a/b/c; chmod 0 a/b');
    await runInLayers(place, 'true');
    expect(readdirSync(place.root)).toEqual(['a']);
    expect(readdirSync(place.airlock)).toEqual(['lock']);
  });

  it('are out of reach for the command', async () => {
    const place = ground();
    const { end } = await runInLayers(place, `touch ${place.airlock}/x ${place.airlock}/*/owner; echo $?`);
    expect(end.stdout).toBe('1\n');
  });

  it('show no name that was not there', async () => {
    const place = ground();
    const { end } = await runInLayers(
      place,
      'ls -A; for n in .git .envrc .mcp.json .vscode; do test -e $n && echo $n; done',
    );
    expect(end.stdout).toBe('');
  });

  it('let go of everything that is held back, and of what lies below it', async () => {
    const place = ground();
    writeFileSync(join(place.root, 'kept'), 'as it was');
    const { settled } = await runInLayers(
      place,
      'mkdir -p new/bad new/good; echo 1 > new/bad/f; echo 2 > new/good/f; echo 3 > kept',
      { verdict: (path) => (path.startsWith('new/bad') || path === 'kept' ? hold : keep) },
    );
    expect(snapshot(place.root, '%P %y')).toBe(
      ['', 'kept f', 'new d', 'new/good d', 'new/good/f f'].join('\n'),
    );
    expect(readFileSync(join(place.root, 'kept'), 'utf8')).toBe('as it was');
    expect(settled).toMatchObject({ kind: 'committed', count: 3, conflicts: [] });
    expect(settled.kind === 'committed' && settled.held.map(({ path }) => path).sort()).toEqual(
      ['kept', 'new/bad', 'new/bad/f'].map((path) => `${place.root}/${path}`),
    );
  });

  it('keep a part of a tree that was removed when that part is held back', async () => {
    const place = ground();
    mkdirSync(join(place.root, 'd/e'), { recursive: true });
    for (const name of ['a', 'e/b', 'e/c']) writeFileSync(join(place.root, 'd', name), name);
    await runInLayers(place, 'rm -rf d', { verdict: (path) => (path === 'd/e/b' ? hold : keep) });
    expect(snapshot(place.root, '%P')).toBe(['', 'd', 'd/e', 'd/e/b'].join('\n'));
  });

  it('put other bytes in a file when the judge says so, and nothing else', async () => {
    const place = ground();
    await runInLayers(place, 'echo all > config; chmod 640 config; touch -d 2020-01-01T00:00:00Z config', {
      verdict: () => ({
        kind: 'rewrite',
        bytes: Buffer.from('part\n'),
        held: [{ part: 'x', reason: 'r', runs: 'r' }],
      }),
    });
    expect(readFileSync(join(place.root, 'config'), 'utf8')).toBe('part\n');
    const { mode, mtimeMs } = statSync(join(place.root, 'config'));
    expect([mode & 0o777, mtimeMs]).toEqual([0o640, Date.parse('2020-01-01T00:00:00Z')]);
  });

  it('change nothing at all when the whole set is discarded', async () => {
    const place = ground();
    mkdirSync(join(place.root, 'd'));
    writeFileSync(join(place.root, 'd/a'), 'a');
    const full = '%P %y %m %s %l %n %i %T@ %C@';
    const before = snapshot(place.root, full);
    const { settled } = await runInLayers(place, 'rm -rf d; mkdir d; echo b > d/a; chmod 700 d; ln d/a d/b', {
      tools: {
        judge: ({ changes: [change] }) =>
          change === undefined
            ? { kind: 'judged', changes: [] }
            : { kind: 'discarded', change, reason: 'no', rule: 'change_rule' },
      },
    });
    expect(settled.kind).toBe('discarded');
    expect(snapshot(place.root, full)).toBe(before);
    expect(readdirSync(place.airlock)).toEqual(['lock']);
  });

  it('never keep a set-id bit of a program, and keep one of a directory', async () => {
    const place = ground();
    await runInLayers(place, 'cp /bin/true p; chmod 6755 p; mkdir d; chmod 2755 d; ls -l p >/dev/null');
    expect(statSync(join(place.root, 'p')).mode & 0o6000).toBe(0);
    expect(statSync(join(place.root, 'd')).mode & 0o7777).toBe(0o2755);
  });

  it('write nothing where the root does not reach, whatever links lie in it', async () => {
    const place = ground();
    const outside = join(place.base, 'outside');
    mkdirSync(outside);
    symlinkSync(outside, join(place.root, 'out'));
    await runInLayers(place, 'echo x > out/f 2>/dev/null; rm out; mkdir out; echo y > out/f');
    expect(readdirSync(outside)).toEqual([]);
    expect(readFileSync(join(place.root, 'out/f'), 'utf8')).toBe('y\n');
  });

  it('leave what another directory of the file system has under a hard link as it was', async () => {
    const place = ground();
    const outside = join(place.base, 'outside');
    writeFileSync(outside, 'outside');
    linkSync(outside, join(place.root, 'inside'));
    await runInLayers(place, 'echo changed > inside');
    expect([readFileSync(outside, 'utf8'), readFileSync(join(place.root, 'inside'), 'utf8')]).toEqual([
      'outside',
      'changed\n',
    ]);
  });
});

describe.skipIf(!usable)('somebody else at work in the same places', () => {
  const cases: readonly {
    readonly says: string;
    readonly setup: (root: string) => void;
    readonly script: string;
    readonly meanwhile: (root: string) => void;
    readonly conflicts: readonly string[];
    readonly left: Readonly<Record<string, string>>;
  }[] = [
    {
      says: 'edits a file that the command edited, too',
      setup: (root) => writeFileSync(join(root, 'f'), 'old'),
      script: 'echo ours > f',
      meanwhile: (root) => writeFileSync(join(root, 'f'), 'theirs'),
      conflicts: ['f'],
      left: { f: 'theirs' },
    },
    {
      says: 'saves it as editors do, by renaming',
      setup: (root) => writeFileSync(join(root, 'f'), 'old'),
      script: 'echo ours > f',
      meanwhile: (root) => {
        writeFileSync(join(root, 'f~'), 'theirs');
        renameSync(join(root, 'f~'), join(root, 'f'));
      },
      conflicts: ['f'],
      left: { f: 'theirs' },
    },
    {
      says: 'makes a file of the same name',
      setup: () => undefined,
      script: 'echo ours > f; echo g > g',
      meanwhile: (root) => writeFileSync(join(root, 'f'), 'theirs'),
      conflicts: ['f'],
      left: { f: 'theirs', g: 'g\n' },
    },
    {
      says: 'writes into a tree that the command removed',
      setup: (root) => {
        mkdirSync(join(root, 'd'));
        writeFileSync(join(root, 'd/a'), 'a');
        writeFileSync(join(root, 'd/b'), 'b');
      },
      script: 'rm -rf d',
      meanwhile: (root) => writeFileSync(join(root, 'd/b'), 'theirs'),
      conflicts: ['d', 'd/b'],
      left: { 'd/b': 'theirs' },
    },
    {
      says: 'makes a file in a tree that the command removed',
      setup: (root) => {
        mkdirSync(join(root, 'd'));
        writeFileSync(join(root, 'd/a'), 'a');
      },
      script: 'rm -rf d',
      meanwhile: (root) => writeFileSync(join(root, 'd/new'), 'theirs'),
      conflicts: ['d', 'd/new'],
      left: { 'd/new': 'theirs' },
    },
    {
      says: 'removes a file that the command wrote to',
      setup: (root) => writeFileSync(join(root, 'f'), 'old'),
      script: 'echo ours > f',
      meanwhile: (root) => rmSync(join(root, 'f')),
      conflicts: ['f'],
      left: {},
    },
    {
      says: 'puts a link where the command made a directory',
      setup: (root) => mkdirSync(join(root, '../outside')),
      script: 'mkdir -p d/e; echo x > d/e/f',
      meanwhile: (root) => symlinkSync('../outside', join(root, 'd')),
      conflicts: ['d', 'd/e', 'd/e/f'],
      left: {},
    },
    {
      says: 'puts a link where the command worked in a directory',
      setup: (root) => {
        mkdirSync(join(root, '../outside'));
        mkdirSync(join(root, 'd'));
      },
      script: 'echo x > d/f; echo g > g',
      meanwhile: (root) => {
        renameSync(join(root, 'd'), join(root, 'old'));
        symlinkSync('../outside', join(root, 'd'));
      },
      conflicts: ['d', 'd/f'],
      left: { g: 'g\n' },
    },
    {
      says: 'works on other files',
      setup: (root) => writeFileSync(join(root, 'f'), 'old'),
      script: 'echo ours > g',
      meanwhile: (root) => writeFileSync(join(root, 'f'), 'theirs'),
      conflicts: [],
      left: { f: 'theirs', g: 'ours\n' },
    },
  ];

  it.each(cases)('$says', async ({ setup, script, meanwhile, conflicts, left }) => {
    const place = ground();
    setup(place.root);
    const { settled } = await runInLayers(place, script, { meanwhile: () => meanwhile(place.root) });
    expect(settled.kind).toBe('committed');
    if (settled.kind !== 'committed') return;
    expect(settled.conflicts.map(({ path }) => path.slice(place.root.length + 1)).sort()).toEqual(conflicts);
    expect(filesOf(place.root)).toEqual(left);
    const outside = join(place.base, 'outside');
    expect(existsSync(outside) ? readdirSync(outside) : []).toEqual([]);
  });
});

describe.skipIf(!usable)('deny_read below a layer', () => {
  it('hides the file, under its own name and when its directory moves', async () => {
    const place = ground();
    mkdirSync(join(place.root, 'd'));
    writeFileSync(join(place.root, 'd/secret'), 'hidden words');
    writeFileSync(join(place.root, 'd/a'), 'a');
    const { end } = await runInLayers(
      place,
      "cat d/secret; mv d e; cat e/secret; python3 -c \"import os; os.rename('d','g')\"; cat g/secret; ln d/secret l; cat l; cp -r d c; cat c/secret",
      { parts: { denyRead: [join(place.root, 'd/secret')] } },
    );
    expect(end.stdout).not.toContain('hidden words');
    expect(readFileSync(join(place.root, 'd/secret'), 'utf8')).toBe('hidden words');
  });
});

describe.skipIf(!usable)('a layer that the kernel refuses', () => {
  it('refuses the run in one sentence, and nothing ran', async () => {
    const place = ground();
    const inside = (name: string): string => join(place.root, name);
    mkdirSync(inside('upper'));
    const policy = workspaceWrite(place.root, sh('echo ran > ran'));
    const start = addLayers(encodeStart(policy), [
      { root: place.root, upper: inside('upper'), work: inside('upper') },
    ]);
    const { frames } = await launch(policy, { raw: startFrame(start) }).end;
    expect(frames.at(-1)).toMatchObject({
      kind: 'failed',
      failure: {
        stage: 'layers',
        message: expect.stringContaining(`Cannot put a layer over ${place.root}`) as string,
      },
    });
    expect(existsSync(inside('ran'))).toBe(false);
  });
});

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

function snapshotOf(root: string, files: Readonly<Record<string, string>>): string {
  const lines = Object.entries(files).map(([path, text]) => {
    const { mode } = statSync(join(root, path));
    return `${path} f ${(mode & 0o777).toString(8)} ${String(text.length)}  1`;
  });
  return ['', ...lines].sort().join('\n');
}
