// Random work on random trees: what comes out of a layer is what a plain run leaves, and a discarded set leaves everything
// identical. CORDON_PROPERTY_TREES says how many trees (10,000 is the whole test), CORDON_PROPERTY_SEED which.
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeGround, removeGround, runInLayers, snapshot } from './support/airlock-rig.ts';
import { hasFullSandbox } from './support/launcher-rig.ts';
import { playbook, type RandomTree, randomTrees, tellTrees } from './support/random-trees.ts';

const usable = await hasFullSandbox();
const wanted = Number(process.env['CORDON_PROPERTY_TREES'] ?? 150);
const firstSeed = Number(process.env['CORDON_PROPERTY_SEED'] ?? 1);
/** How many trees one command works on. */
const together = 50;
const everything = '%P %y %m %s %l %n %i %T@ %C@';

interface Outcome {
  readonly said: readonly [plain: string, layered: string];
  readonly trees: readonly [
    plain: Readonly<Record<string, string>>,
    layered: Readonly<Record<string, string>>,
  ];
  /** Before and after a set that was discarded. */
  readonly discarded: readonly [before: string, after: string];
  readonly conflicts: unknown;
}

async function playBoth(trees: readonly RandomTree[]): Promise<Outcome> {
  const place = makeGround();
  try {
    const plain = join(place.base, 'plain');
    const setup = playbook(
      place.base,
      'setup',
      trees.map((tree) => tree.setup),
    );
    const work = playbook(
      place.base,
      'work',
      trees.map((tree) => tree.work),
    );
    setup.play(plain);
    setup.play(place.root);
    const said = work.play(plain);
    const before = snapshot(place.root, everything);
    await runInLayers(place, work.command, {
      tools: {
        judge: ({ changes: [change] }) =>
          change === undefined
            ? { kind: 'judged', changes: [] }
            : { kind: 'discarded', change, reason: 'no', rule: 'r' },
      },
    });
    const after = snapshot(place.root, everything);
    const { end, settled } = await runInLayers(place, work.command);
    return {
      said: [said, end.stdout],
      trees: [tellTrees(plain), tellTrees(place.root)],
      discarded: [before, after],
      conflicts: settled.kind === 'committed' ? settled.conflicts : settled,
    };
  } finally {
    removeGround(place);
  }
}

function isSame({ said, trees, discarded, conflicts }: Outcome): boolean {
  return (
    said[0] === said[1] &&
    JSON.stringify(trees[0]) === JSON.stringify(trees[1]) &&
    discarded[0] === discarded[1] &&
    JSON.stringify(conflicts) === '[]'
  );
}

/** Leaves steps out as long as the difference stays. */
async function shrink(tree: RandomTree): Promise<RandomTree> {
  let least = tree;
  for (const part of ['work', 'setup'] as const) {
    for (let at = least[part].length - 1; at >= 0; at -= 1) {
      const smaller = { ...least, [part]: least[part].filter((_, index) => index !== at) };
      if (!isSame(await playBoth([smaller]))) least = smaller;
    }
  }
  return least;
}

/** The first tree of a batch that differs, as small as it gets. */
async function explain(trees: readonly RandomTree[], { trees: [plain, layered] }: Outcome): Promise<string> {
  const index = trees.findIndex((_, at) => plain[`t${String(at)}`] !== layered[`t${String(at)}`]);
  const tree = trees[index];
  if (tree === undefined) return 'no single tree';
  const least = await shrink(tree);
  return JSON.stringify([least, await playBoth([least])], undefined, 1);
}

describe.skipIf(!usable)('random work on random trees', () => {
  const seeds = Array.from({ length: Math.ceil(wanted / together) }, (_, index) => firstSeed + index);

  it.each(seeds)(
    'comes out of the layer as it does without one, and a discarded set leaves everything identical: seed %i',
    async (seed) => {
      const trees = randomTrees(together, seed);
      const outcome = await playBoth(trees);
      if (!isSame(outcome)) expect.soft(await explain(trees, outcome)).toBe('');
      expect(outcome.said[1]).toBe(outcome.said[0]);
      expect(outcome.trees[1]).toEqual(outcome.trees[0]);
      expect(outcome.discarded[1]).toBe(outcome.discarded[0]);
      expect(outcome.conflicts).toEqual([]);
    },
    300_000,
  );
});
