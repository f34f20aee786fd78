// Random work on random trees, taken back: everything is as it was, times included, and as the work left it when the undo is
// taken back, all at once or path by path. CORDON_PROPERTY_TREES says how many trees, CORDON_PROPERTY_SEED which.
import { describe, expect, it } from 'vitest';
import { makeGround, removeGround, snapshot } from './support/airlock-rig.ts';
import { hasFullSandbox } from './support/launcher-rig.ts';
import { playbook, type RandomTree, randomTrees, tellTrees } from './support/random-trees.ts';
import { records, runKept, undoIn } from './support/undo-rig.ts';

const usable = await hasFullSandbox();
const wanted = Number(process.env['CORDON_PROPERTY_TREES'] ?? 100);
const firstSeed = Number(process.env['CORDON_PROPERTY_SEED'] ?? 1);
const together = 25;

type Look = Readonly<Record<string, unknown>>;

/**
 * What each tree holds, with the times of everything. Names that a record holds count as names of a file, too: which names are
 * of one file is compared, how many there are is not.
 */
function look(directory: string): Look {
  const times = snapshot(directory, '%P %T@').split('\n');
  const told = tellTrees(directory);
  return Object.fromEntries(
    Object.entries(told).map(([name, rows]) => [
      name,
      [
        rows.replaceAll(/^(.*?', '0o100\d+', .*?), \d+, (\d+, (?:True|False), )/gm, '$1, $2'),
        times.filter((line) => line.startsWith(`${name} `) || line.startsWith(`${name}/`)),
      ],
    ]),
  );
}

interface Outcome {
  readonly looks: readonly Look[];
  readonly refused: readonly unknown[];
}

async function playBackAndForth(trees: readonly RandomTree[]): Promise<Outcome> {
  const place = makeGround();
  try {
    const steps = (part: keyof RandomTree): Parameters<typeof playbook>[2] => trees.map((tree) => tree[part]);
    const setup = playbook(place.base, 'setup', steps('setup'));
    const work = playbook(place.base, 'work', steps('work'));
    setup.play(place.root);
    const looks = [look(place.root)];
    await runKept(place, work.command);
    looks.push(look(place.root));
    const refused: unknown[] = [];
    const undo = async (wish: Parameters<typeof undoIn>[1] = {}): Promise<void> => {
      const done = await undoIn(place, wish);
      if (done.kind !== 'undone' || done.refused.length > 0) refused.push(done);
    };
    if (records(place).length > 0) {
      await undo();
      looks.push(look(place.root));
      await undo();
      looks.push(look(place.root));
    }
    return { looks, refused };
  } finally {
    removeGround(place);
  }
}

function isSame({ looks: [before, after, back = before, forth = after], refused }: Outcome): boolean {
  return (
    JSON.stringify(before) === JSON.stringify(back) &&
    JSON.stringify(after) === JSON.stringify(forth) &&
    refused.length === 0
  );
}

/** Leaves steps out as long as the difference stays. */
async function shrink(trees: readonly RandomTree[]): Promise<unknown> {
  for (const tree of trees) {
    if (isSame(await playBackAndForth([tree]))) continue;
    let least = tree;
    for (const part of ['work', 'setup'] as const)
      for (let at = least[part].length - 1; at >= 0; at -= 1) {
        const smaller = { ...least, [part]: least[part].filter((_, index) => index !== at) };
        if (!isSame(await playBackAndForth([smaller]))) least = smaller;
      }
    return [least, await playBackAndForth([least])];
  }
  return 'no single tree';
}

describe.skipIf(!usable)('random work on random trees', () => {
  const seeds = Array.from({ length: Math.ceil(wanted / together) }, (_, index) => firstSeed + index);

  it.each(seeds)(
    'is taken back, and the undo is taken back: seed %i',
    async (seed) => {
      const trees = randomTrees(together, seed);
      const outcome = await playBackAndForth(trees);
      if (process.env['CORDON_PROPERTY_SHRINK'] !== undefined && !isSame(outcome))
        expect.soft(JSON.stringify(await shrink(trees), undefined, 1)).toBe('');
      const [before, after, back = before, forth = after] = outcome.looks;
      expect(outcome.refused).toEqual([]);
      expect(back).toEqual(before);
      expect(forth).toEqual(after);
    },
    300_000,
  );
});
