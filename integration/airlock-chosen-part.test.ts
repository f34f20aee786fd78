// A chosen part of random work on random trees: what was chosen is as a plain run leaves it, and everything else as it was
// before. Of each tree all of it is chosen, nothing, or the change at one of its names. CORDON_PROPERTY_TREES says how many
// trees (10,000 is the whole test), CORDON_PROPERTY_SEED which.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ParityGround } from './support/parity-ground.ts';
import { playbook, randomTrees, tellTrees } from './support/random-trees.ts';
import { hasRuntimeSandbox } from './support/runtime-sandbox.ts';

const usable = await hasRuntimeSandbox('a chosen part of random work');
const wanted = Number(process.env['CORDON_PROPERTY_TREES'] ?? 100);
const firstSeed = Number(process.env['CORDON_PROPERTY_SEED'] ?? 1);
/** How many trees one command works on. */
const together = 50;
const seeds = Array.from({ length: Math.ceil(wanted / together) }, (_, index) => firstSeed + index);

/** `t3/d/e` to `t3/d`. */
const partOf = (path: string): string => path.split('/').slice(0, 2).join('/');

/**
 * What is told of each path, by path. How many names a file has depends on the other ones, and the time of a directory is no
 * change by itself: it comes in with any commit.
 */
function tell(directory: string): ReadonlyMap<string, string> {
  const rows = Object.values(tellTrees(directory)).flatMap((tree) => (tree === '' ? [] : tree.split('\n')));
  return new Map(
    rows.map((row) => {
      const path = /^\['([^']*)'/u.exec(row)?.[1] ?? row;
      const named = row.replace(/^(\['[^']*', '0o10[0-7]+'), '[^']*', \d+, /u, '$1, ');
      return [path, named.replace(/^(\['[^']*', '0o40[0-7]+'), 'touched'/u, '$1')];
    }),
  );
}

/** As `tellTrees` spells it. */
const spelled = (path: string): string => path.replaceAll('\n', '\\n').replaceAll('\u00ff', '\\xff');

describe.skipIf(!usable || process.platform !== 'linux')('a chosen part of random work', () => {
  it.each(seeds)(
    'is what a plain run leaves, beside what was there before: seed %i',
    async (seed) => {
      const ground = new ParityGround();
      try {
        await ground.open();
        const trees = randomTrees(together, seed);
        const [setup, work] = (['setup', 'work'] as const).map((part) =>
          playbook(
            ground.base,
            part,
            trees.map((tree) => tree[part]),
          ),
        );
        const plainly = join(ground.base, 'plain');
        mkdirSync(plainly);
        for (const directory of [plainly, ground.work]) setup?.play(directory);
        work?.play(plainly);
        const [before, plain] = [tell(ground.work), tell(plainly)];

        await using set = ground.runtime.changeSet();
        await set.exec({ command: ['sh', '-c', work?.command ?? 'false'] });
        const changed = new Map<string, Set<string>>();
        for (const { path } of set.changes) {
          const inside = path.slice(ground.work.length + 1);
          const [tree = ''] = inside.split('/');
          changed.set(tree, (changed.get(tree) ?? new Set()).add(partOf(inside)));
        }
        const chosen = [...changed].flatMap(([tree, parts], index) => {
          const all = [...parts].filter((part) => part !== tree);
          if (index % 3 === 0) return all;
          return index % 3 === 1 ? all.slice(0, 1) : [];
        });
        const settled = await set.commit({ only: chosen });
        expect(settled).toMatchObject({ kind: 'committed', conflicts: [], held: [] });

        const isChosen = new Set(chosen.map(spelled));
        const expected = [...new Set([...before.keys(), ...plain.keys()])]
          .map((path) => (isChosen.has(partOf(path)) ? plain : before).get(path))
          .filter((row) => row !== undefined);
        expect([...tell(ground.work).values()].toSorted()).toEqual(expected.toSorted());
      } finally {
        await ground.close();
      }
    },
    300_000,
  );
});
