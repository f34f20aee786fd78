// A host that is killed loses nothing of what its commands wrote, and nothing that others wrote since: the next start finishes
// a commit that had begun, puts aside everything else, and says so.
import { execFileSync, spawn } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeLayerSet, recoverSets } from '../src/airlock/index.ts';
import { say } from '../src/airlock/layer/speech.ts';
import { describeSettled } from '../src/domain/index.ts';
import { type Ground, ground, nextId, recoverTools } from './support/airlock-rig.ts';
import { hasFullSandbox, launcher, systemPath } from './support/launcher-rig.ts';

type LayerSet = ReturnType<typeof makeLayerSet>;

const usable = await hasFullSandbox();
/** The set of a host that is no more; a script made what is in its layer. */
function orphan({ root, airlock }: Ground, script: string): LayerSet {
  const owner = { pid: 1, began: 'never' };
  const set = makeLayerSet({ id: nextId(), airlock, roots: [root], owner, command: 'make all' });
  execFileSync('bash', ['--norc', '-c', script], { cwd: set.layers[0]?.upper, env: { PATH: systemPath } });
  return set;
}

/** Kills the commit as soon as its journal is there. False when it was faster. */
async function commitAndKill(set: LayerSet): Promise<boolean> {
  const child = spawn(launcher, ['--airlock'], { stdio: ['pipe', 'ignore', 'inherit'], env: {} });
  const words = [say.directory(set.directory), ...set.layers.map((layer) => say.layer(layer)), say.scan()];
  child.stdin.write(Buffer.concat([...words, say.commit()]));
  const ended = new Promise((resolve) => child.once('close', resolve));
  while (child.exitCode === null && !existsSync(join(set.directory, 'journal')))
    await new Promise((resolve) => setImmediate(resolve));
  child.kill('SIGKILL');
  await ended;
  return existsSync(join(set.directory, 'journal'));
}

function setsOf({ airlock }: Ground): readonly string[] {
  return readdirSync(airlock).filter((name) => name.startsWith('set-'));
}

describe.skipIf(!usable)('the next start', () => {
  it('puts aside what was not being committed, says so once, and leaves the workspace alone', async () => {
    const place = ground();
    writeFileSync(join(place.root, 'f'), 'old');
    orphan(place, 'echo new > f; mkdir d; echo x > d/x; ln -s x l');
    const recovered = await recoverSets(place.airlock, recoverTools());
    expect(recovered).toMatchObject([{ kind: 'put-aside', command: 'make all' }]);
    expect(recovered[0]?.held.map(({ path }) => path.slice(place.root.length)).sort()).toEqual([
      '/d/x',
      '/f',
      '/l',
    ]);
    const settled = { kind: 'committed', count: 0, held: [], conflicts: [], direct: [], recovered } as const;
    expect(describeSettled(settled)).toEqual([
      'Cordon was killed before it brought in what a command wrote, and nothing of it is in place: make all. See `cordon held list` (3).',
    ]);
    expect([readdirSync(place.root), readFileSync(join(place.root, 'f'), 'utf8')]).toEqual([['f'], 'old']);
    expect([setsOf(place), await recoverSets(place.airlock, recoverTools())]).toEqual([[], []]);
  });

  it('leaves more than the store should take where it is, and says where, once', async () => {
    const place = ground();
    const { directory } = orphan(place, 'for i in $(seq 300); do echo $i > $i; done');
    expect(await recoverSets(place.airlock, recoverTools())).toEqual([
      { kind: 'put-aside', command: 'make all', held: [], directory },
    ]);
    expect(readdirSync(join(directory, '0/upper'))).toHaveLength(300);
    expect(await recoverSets(place.airlock, recoverTools())).toEqual([]);
  });

  it('has no word for a set in which nothing was written', async () => {
    const place = ground();
    orphan(place, 'true');
    expect([await recoverSets(place.airlock, recoverTools()), setsOf(place)]).toEqual([[], []]);
  });

  it('says where the work of a command lies whose workspace is gone', async () => {
    const place = ground();
    const { directory } = orphan(place, 'echo x > x');
    rmSync(place.root, { recursive: true });
    expect(await recoverSets(place.airlock, recoverTools())).toMatchObject([
      { kind: 'put-aside', directory },
    ]);
    expect(readFileSync(join(directory, '0/upper/x'), 'utf8')).toBe('x\n');
  });

  it('finishes a commit that had begun, and keeps what others wrote since', async () => {
    for (let round = 0; round < 20; round += 1) {
      const place = ground();
      const at = (path: string): string => join(place.root, path);
      mkdirSync(at('zz/d'), { recursive: true });
      for (const path of ['zz/d/a', 'zz/keep', 'zz/edited']) writeFileSync(at(path), 'old');
      const set = orphan(
        place,
        'for i in $(seq 3000); do echo $i > a$i; done; mkdir zz; mknod zz/d c 0 0; echo new > zz/edited; echo new > zz/keep',
      );
      if (!(await commitAndKill(set))) continue;
      const isOpen = existsSync(at('zz/d/a')) && readFileSync(at('zz/edited'), 'utf8') === 'old';
      if (!isOpen) continue;
      appendFileSync(at('zz/d/a'), ' theirs');
      appendFileSync(at('zz/edited'), ' theirs');
      const recovered = await recoverSets(place.airlock, recoverTools());
      expect(recovered).toEqual([
        { kind: 'finished', command: 'make all', held: [], directory: set.directory },
      ]);
      expect(readdirSync(place.root)).toHaveLength(3001);
      expect(['zz/d/a', 'zz/edited', 'zz/keep'].map((path) => readFileSync(at(path), 'utf8'))).toEqual([
        'old theirs',
        'old theirs',
        'new\n',
      ]);
      expect(readFileSync(join(set.directory, '0/upper/zz/edited'), 'utf8')).toBe('new\n');
      return;
    }
    throw new Error('No commit was caught in the middle');
  }, 120_000);
});
