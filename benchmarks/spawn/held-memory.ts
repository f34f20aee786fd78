// What a command costs a host that holds memory, as agents do: Node forks itself for each child, which copies its page
// tables while the event loop stands still; the launch server does not care. Every row of a table was measured in turns.
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';

export interface Command {
  readonly name: string;
  run(): Promise<void>;
}

/** Ways to the same end: the first is what the others are compared with. */
export interface Contest {
  readonly title: string;
  readonly ways: readonly Command[];
  /** How many are started at once for the third column; 0 leaves it out. */
  readonly atOnce: number;
}

/** CORDON_BENCH_MEGABYTES leaves some of them out: `400`, `0,100`. */
const megabytes = (process.env['CORDON_BENCH_MEGABYTES'] ?? '0,100,400').split(',').map(Number);
const mostAtOnceRounds = 5;
const pauseMs = 30;

interface Costs {
  readonly after: number[];
  readonly paused: number[];
  readonly together: number[];
  /** The longest stand-still of the event loop in one command. */
  readonly stalled: number[];
}

const columns: readonly { readonly key: keyof Costs; readonly says: string }[] = [
  { key: 'after', says: 'one after other' },
  { key: 'paused', says: '30 ms between' },
  { key: 'together', says: '64 at once' },
  { key: 'stalled', says: 'longest stall' },
];

/** Prints one table of each contest for each amount of memory. */
export async function measureHeldMemory(contests: readonly Contest[], rounds: number): Promise<void> {
  const held: Buffer[] = [];
  for (const size of megabytes) {
    const missing = size - held.length;
    for (let count = 0; count < missing; count++) held.push(Buffer.alloc(1024 * 1024, 1));
    for (const contest of contests) await measureContest(contest, size, rounds);
  }
}

async function measureContest({ title, ways, atOnce }: Contest, size: number, rounds: number): Promise<void> {
  const costs = ways.map((): Costs => ({ after: [], paused: [], together: [], stalled: [] }));
  await inTurns(ways, 3, async ({ run }) => await run());
  await inTurns(ways, rounds, async ({ run }, index) => costs[index]?.after.push(await timed(run)));
  await inTurns(ways, rounds, async ({ run }, index) => costs[index]?.stalled.push(await longestStall(run)));
  await inTurns(ways, rounds, async ({ run }, index) => {
    await delay(pauseMs);
    costs[index]?.paused.push(await timed(run));
  });
  const atOnceRounds = Math.max(1, Math.min(mostAtOnceRounds, Math.floor(rounds / 4)));
  await inTurns(ways, atOnce > 0 ? atOnceRounds : 0, async ({ run }, index) => {
    const all = async (): Promise<unknown> => await Promise.all(Array.from({ length: atOnce }, run));
    costs[index]?.together.push(await timed(all));
  });
  const [reference] = costs;
  if (reference === undefined) return;
  const shown = columns.filter(({ key }) => reference[key].length > 0);
  const heads = shown.map(({ says }) => says.padStart(17)).join('');
  console.log(`\n${`${title}, ${String(size)} MB held by the host`.padEnd(46)}${heads}`);
  for (const [index, cost] of costs.entries()) {
    const cells = shown.map(({ key }) => {
      const own = median(cost[key]);
      return `${own.toFixed(2).padStart(9)}${(own / median(reference[key])).toFixed(2).padStart(7)}x`;
    });
    console.log((ways[index]?.name ?? '').padEnd(46) + cells.join(''));
  }
}

async function inTurns(
  ways: readonly Command[],
  rounds: number,
  work: (way: Command, index: number) => Promise<unknown>,
): Promise<void> {
  for (let round = 0; round < rounds; round++)
    for (const [index, way] of ways.entries()) await work(way, index);
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}

/** With a callback waiting at every turn the loop never sleeps: the longest turn is the longest stand-still. */
async function longestStall(work: () => Promise<unknown>): Promise<number> {
  let longest = 0;
  let isOver = false;
  let last = performance.now();
  const turned = (): void => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
    if (!isOver) setImmediate(turned);
  };
  setImmediate(turned);
  await work();
  isOver = true;
  // The turn that the end came in counts, too.
  await new Promise((resolve) => setImmediate(resolve));
  return longest;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
