// The commit under attack, and killed anywhere. Layers are made by hand here where a
// command could not make them so: whoever could forge one must still get nothing past the root.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeLayerSet, recoverSets, settleSet } from '../src/airlock/index.ts';
import { say } from '../src/airlock/layer/speech.ts';
import type { AbsolutePath } from '../src/domain/index.ts';
import {
  type Ground,
  ground,
  nextId,
  recoverTools,
  settleTools,
  snapshot,
  thisProcess,
} from './support/airlock-rig.ts';
import { hasFullSandbox, launcher, systemPath } from './support/launcher-rig.ts';

const usable = await hasFullSandbox();
function shell(directory: string, script: string): void {
  execFileSync('bash', ['-c', script], { cwd: directory, env: { PATH: systemPath }, stdio: 'pipe' });
}

/** A set whose layer a script made by hand. */
function forge({ root, airlock }: Ground, script: string): ReturnType<typeof makeLayerSet> {
  const set = makeLayerSet({ id: nextId(), airlock, roots: [root], owner: thisProcess() });
  shell(set.layers[0]?.upper ?? '', script);
  return set;
}

describe.skipIf(!usable)('a forged layer', () => {
  const attacks: readonly {
    readonly says: string;
    readonly setup?: string;
    readonly forge: string;
    /** What the workspace holds afterwards. */
    readonly left: readonly string[];
  }[] = [
    { says: 'a removal of what is not there does nothing', forge: 'mknod gone c 0 0', left: [] },
    {
      says: 'a removal below a new directory does nothing',
      forge: 'mkdir d; mknod d/gone c 0 0; echo > d/f',
      left: ['d d', 'd/f f'],
    },
    {
      says: 'a removal through a link of the workspace removes nothing',
      setup: 'mkdir ../outside; echo > ../outside/f; ln -s ../outside d',
      forge: 'mkdir d; mknod d/f c 0 0',
      left: ['d d'],
    },
    {
      says: 'a mark that hides a directory through a link hides nothing behind it',
      setup: 'mkdir ../outside; echo > ../outside/f; ln -s ../outside d',
      forge: `mkdir d; python3 -c "import os; os.setxattr('d', 'user.overlay.opaque', b'y')"`,
      left: ['d d'],
    },
    {
      says: 'a hidden directory loses what is in it',
      setup: 'mkdir d; echo > d/f',
      forge: `mkdir d; python3 -c "import os; os.setxattr('d', 'user.overlay.opaque', b'y')"`,
      left: ['d d'],
    },
    {
      says: 'links are committed as links',
      forge: 'ln -s /etc/passwd p; ln -s .. up',
      left: ['p l', 'up l'],
    },
    {
      says: 'names with line breaks, blanks and bytes that are no text arrive as they are',
      forge: `touch -- $'a\\nb' $'\\xff' ' ' '-rf' '*'`,
      left: ['\xff f', ' f', '* f', '-rf f', 'a\nb f'].map((line) => (line === ' f' ? '  f' : line)),
    },
    {
      says: 'marks of the overlay are taken off',
      forge: `touch f; python3 -c "import os; os.setxattr('f', 'user.overlay.origin', b'')"`,
      left: ['f f'],
    },
  ];

  it.each(attacks)('$says', async ({ setup = 'true', forge: script, left }) => {
    const place = ground();
    shell(place.root, setup);
    const outside = join(place.base, 'outside');
    const before = existsSync(outside) ? readdirSync(outside) : [];
    const settled = await settleSet(forge(place, script), settleTools({}));
    expect(settled).toMatchObject({ kind: 'committed', conflicts: [] });
    expect(snapshot(place.root, '%P %y')).toBe(['', ...[...left].sort()].join('\n'));
    expect(existsSync(outside) ? readdirSync(outside) : []).toEqual(before);
    const marks =
      "import os,sys\nprint([n for d,_,f in os.walk('.') for p in [d, *[d+'/'+x for x in f]] if not os.path.islink(p) for n in os.listxattr(p)])";
    expect(execFileSync('python3', ['-c', marks], { cwd: place.root, encoding: 'utf8' })).toBe('[]\n');
  });

  it.skipIf(process.getuid?.() !== 0)('a device is never put into the workspace', async () => {
    const place = ground();
    const outcome = await settleSet(forge(place, 'mknod null c 1 3; echo > f'), settleTools({}));
    expect(outcome).toMatchObject({ kind: 'committed', conflicts: [{ path: join(place.root, 'null') }] });
    expect(readdirSync(place.root)).toEqual(['f']);
  });
});

describe.skipIf(!usable)('a commit', () => {
  it('never leaves the root while somebody swaps its directories for links', async () => {
    const place = ground();
    const outside = join(place.base, 'outside');
    mkdirSync(outside);
    mkdirSync(join(place.root, 'd'));
    const swap = 'while :; do mv d e; ln -s ../outside d; rm d; mv e d; done 2>/dev/null';
    const attacker = spawn('bash', ['-c', swap], {
      cwd: place.root,
      env: { PATH: systemPath },
      stdio: 'ignore',
    });
    try {
      for (let round = 0; round < 10; round++) {
        const script = `mkdir -p d; for i in $(seq 40); do echo $i > d/${String(round)}-$i; done`;
        await settleSet(forge(place, script), settleTools({}));
      }
    } finally {
      attacker.kill('SIGKILL');
    }
    expect(readdirSync(outside)).toEqual([]);
  });

  it('that is killed anywhere leaves each file old or new, and the next start finishes it', async () => {
    const place = ground();
    const files = Array.from({ length: 60 }, (_, index) => `f${String(index)}`);
    for (let round = 0; round < 25; round++) {
      for (const file of files) writeFileSync(join(place.root, file), `old ${String(round)}`);
      const writes = files.map((file) => `echo new ${String(round)} > ${file}`).join(';');
      const id = nextId();
      const set = makeLayerSet({
        id,
        airlock: place.airlock,
        roots: [place.root],
        owner: { pid: 1, began: 'never' },
      });
      shell(
        set.layers[0]?.upper ?? '',
        `${writes}; mkdir made${String(round)}; echo x > made${String(round)}/x`,
      );
      // Killed after a while that grows: before its journal, in the middle, after its end.
      const child = spawnSync(
        'timeout',
        ['-s', 'KILL', String(0.002 + round * 0.0008), launcher, '--airlock'],
        {
          input: requestOf(set),
        },
      );
      for (const file of files) {
        const text = readFileSync(join(place.root, file), 'utf8');
        expect([`old ${String(round)}`, `new ${String(round)}\n`]).toContain(text);
      }
      const began = existsSync(join(set.directory, 'journal'));
      await recoverSets(place.airlock, recoverTools());
      const after = new Set(files.map((file) => readFileSync(join(place.root, file), 'utf8')));
      expect(after.size).toBe(1);
      if (began || child.signal === null) expect([...after]).toEqual([`new ${String(round)}\n`]);
      expect(readdirSync(place.airlock).filter((name) => name.startsWith('set-'))).toEqual([]);
    }
  });

  it('to a full disk says which paths it could not write', async () => {
    const place = ground();
    const disk = join(place.base, 'disk');
    mkdirSync(disk);
    if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'cordon-test', disk]).status !== 0) return;
    try {
      const root = join(disk, 'root') as AbsolutePath;
      mkdirSync(root);
      writeFileSync(join(root, 'kept'), 'old');
      const settled = await settleSet(
        forge({ ...place, root }, 'echo small > a; head -c 4000000 /dev/urandom > big; echo new > kept'),
        settleTools({}),
      );
      expect(settled).toMatchObject({
        kind: 'committed',
        conflicts: [{ path: join(root, 'big'), conflict: 'failed' }],
      });
      expect(snapshot(root, '%P %y %s').split('\n').filter(Boolean)).toEqual(['a f 6', 'kept f 4']);
    } finally {
      spawnSync('umount', [disk]);
    }
  });
});

/** A whole request, as the library makes it. */
function requestOf(set: ReturnType<typeof makeLayerSet>): Buffer {
  return Buffer.concat([
    say.directory(set.directory),
    ...set.layers.map((layer) => say.layer(layer)),
    say.scan(),
    say.commit(),
  ]);
}
