// A commit that keeps originals, and an undo, killed in the middle: the next start finishes what had begun, and nothing that
// stood there is lost.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeLayerSet, recoverSets } from '../src/airlock/index.ts';
import { say } from '../src/airlock/layer/speech.ts';
import { type Ground, ground, nextId, recoverTools, snapshot } from './support/airlock-rig.ts';
import { hasFullSandbox, launcher } from './support/launcher-rig.ts';
import { journal, records, undoIn } from './support/undo-rig.ts';

const usable = await hasFullSandbox();
const owner = { pid: 1, began: 'never' };
const all = '%P %y %m %s %l %T@';
const files = 400;

/** Files that were there, and a layer that changes, removes and adds some. */
function orphan({ root, airlock }: Ground): ReturnType<typeof makeLayerSet> {
  mkdirSync(join(root, 'gone/deep'), { recursive: true });
  for (let index = 0; index < files; index += 1) writeFileSync(join(root, `f${String(index)}`), 'old');
  writeFileSync(join(root, 'gone/deep/leaf'), 'old');
  return makeLayerSet({ id: nextId(), airlock, roots: [root], owner, command: 'make all' });
}

function fill(set: ReturnType<typeof makeLayerSet>, script: readonly (readonly [string, string])[]): void {
  for (const [path, text] of script) writeFileSync(join(set.layers[0]?.upper ?? '', path), text);
}

/** What a host says to have a set committed, with a record. */
function commitWords({ directory, layers }: ReturnType<typeof makeLayerSet>): readonly Buffer[] {
  const scan = [...layers.map((layer) => say.layer(layer)), say.scan()];
  return [say.directory(directory), ...scan, say.keep(), say.commit()];
}

const everyFile = Array.from({ length: files }, (_, index) => [`f${String(index)}`, 'new'] as const);

/** Says everything at once, and kills the program at the first moment at which `isThen`. False when it was faster. */
async function tellAndKill(words: readonly Buffer[], isThen: () => boolean): Promise<boolean> {
  const child = spawn(launcher, ['--airlock'], { stdio: ['pipe', 'ignore', 'inherit'], env: {} });
  child.stdin.on('error', () => undefined);
  child.stdin.write(Buffer.concat(words));
  const ended = new Promise((resolve) => child.once('close', resolve));
  let isCaught = false;
  while (child.exitCode === null && !isCaught) {
    isCaught = isThen();
    if (!isCaught) await new Promise((resolve) => setImmediate(resolve));
  }
  child.kill('SIGKILL');
  await ended;
  return isCaught;
}

const kept = { ...recoverTools(), journal: journal() };

describe.skipIf(!usable)('killed in the middle', () => {
  const moments: readonly {
    readonly says: string;
    readonly isThen: (directory: string, root: string) => boolean;
  }[] = [
    { says: 'when its journal is there', isThen: (directory) => existsSync(join(directory, 'journal')) },
    {
      says: 'when half of it is in place',
      isThen: (_, root) => readFileSync(join(root, 'f200'), 'utf8') === 'new',
    },
    {
      says: 'when originals are gathered',
      isThen: (directory) =>
        existsSync(join(directory, 'before/0')) && readdirSync(join(directory, 'before/0')).length > 20,
    },
    { says: 'when its record is there', isThen: (directory) => existsSync(join(directory, 'kept')) },
  ];

  it.each(moments)(
    'a commit is finished by the next start $says, with its record',
    async ({ isThen }) => {
      for (let round = 0; round < 30; round += 1) {
        const place = ground();
        const set = orphan(place);
        const before = snapshot(place.root, all);
        fill(set, everyFile);
        if (!(await tellAndKill(commitWords(set), () => isThen(set.directory, place.root)))) continue;
        const recovered = await recoverSets(place.airlock, kept);
        expect(recovered.filter(({ directory }) => directory !== undefined)).toEqual([]);
        expect(readdirSync(place.airlock).filter((name) => name.startsWith('set-'))).toEqual([]);
        expect(readFileSync(join(place.root, 'f0'), 'utf8')).toBe('new');
        expect(await undoIn(place)).toMatchObject({ kind: 'undone', refused: [], remaining: 0 });
        expect(snapshot(place.root, all)).toBe(before);
        return;
      }
      throw new Error('Nothing was caught in the middle');
    },
    120_000,
  );

  it.each(moments.filter(({ says }) => says !== 'when half of it is in place'))(
    'an undo is finished by the next start $says, and what it brought back leaves the record',
    async ({ isThen }) => {
      for (let round = 0; round < 30; round += 1) {
        const place = ground();
        const set = orphan(place);
        const before = snapshot(place.root, all);
        fill(set, everyFile);
        await tellAndKill(commitWords(set), () => existsSync(join(set.directory, 'kept')));
        await recoverSets(place.airlock, kept);
        const [record] = records(place);
        if (record === undefined) throw new Error('Nothing was kept');
        const back = makeLayerSet({ id: nextId(), airlock: place.airlock, roots: [place.root], owner });
        await tellAndKill(
          [say.directory(record.directory), say.open(), say.invert(back.directory)],
          () => false,
        );
        if (!(await tellAndKill(commitWords(back), () => isThen(back.directory, place.root)))) continue;
        await recoverSets(place.airlock, kept);
        expect(snapshot(place.root, all)).toBe(before);
        const others = records(place).filter(({ directory }) => directory !== record.directory);
        expect(others).toHaveLength(1);
        expect(await undoIn(place, { record: others[0] ?? record })).toMatchObject({
          refused: [],
          remaining: 0,
        });
        expect(readFileSync(join(place.root, 'f7'), 'utf8')).toBe('new');
        return;
      }
      throw new Error('Nothing was caught in the middle');
    },
    120_000,
  );

  it('before its journal, an undo leaves the record whole, and nothing to put aside', async () => {
    const place = ground();
    const set = orphan(place);
    fill(set, [['f1', 'new']]);
    await tellAndKill(commitWords(set), () => existsSync(join(set.directory, 'kept')));
    await recoverSets(place.airlock, kept);
    const [record] = records(place);
    if (record === undefined) throw new Error('Nothing was kept');
    const back = makeLayerSet({ id: nextId(), airlock: place.airlock, roots: [place.root], owner });
    await tellAndKill([say.directory(record.directory), say.open(), say.invert(back.directory)], () => false);
    expect(await recoverSets(place.airlock, kept)).toEqual([]);
    expect(existsSync(back.directory)).toBe(false);
    expect(dirname(record.directory)).toBe(join(dirname(place.airlock), 'changes'));
    expect(await undoIn(place)).toMatchObject({ count: 1, remaining: 0 });
    expect(readFileSync(join(place.root, 'f1'), 'utf8')).toBe('old');
  });
});
