// What a command costs a host that holds memory, as agents do: Node forks itself for each child, which copies its page
// tables while the event loop stands still; the launch server does not care. Every row of a table was measured in turns.
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';

export interface Command {
  readonly name: string;
  run(): Promise<void>;
}

const megabytes = [0, 100, 400];
const atOnce = 64;
const pauseMs = 30;

interface Costs {
  readonly after: number[];
  readonly paused: number[];
  readonly together: number[];
  /** Milliseconds per command in which the event loop was not waiting: the longest stand-still is never longer. */
  readonly busy: number[];
}

/** Prints one table for each amount of memory; `commands[0]` is what the others are compared with. */
export async function measureHeldMemory(commands: readonly Command[], rounds: number): Promise<void> {
  const held: Buffer[] = [];
  for (const size of megabytes) {
    const missing = size - held.length;
    for (let count = 0; count < missing; count++) held.push(Buffer.alloc(1024 * 1024, 1));
    const costs = await measureAll(commands, rounds);
    const reference = costs[0];
    if (reference === undefined) return;
    console.log(
      `\nheld by the host: ${size} MB`.padEnd(39) +
        '   one after the other   30 ms between   64 at once        event loop busy',
    );
    for (const [index, cost] of costs.entries())
      console.log(row(commands[index]?.name ?? '', cost, reference));
  }
}

async function measureAll(commands: readonly Command[], rounds: number): Promise<readonly Costs[]> {
  const costs = commands.map((): Costs => ({ after: [], paused: [], together: [], busy: [] }));
  for (let round = -3; round < rounds; round++) {
    for (const [index, command] of commands.entries()) {
      const { after, busy } = costs[index] as Costs;
      const before = performance.eventLoopUtilization();
      const took = await timed(() => command.run());
      const { active } = performance.eventLoopUtilization(before);
      if (round < 0) continue;
      after.push(took);
      busy.push(active);
    }
  }
  for (let round = 0; round < rounds; round++) {
    for (const [index, command] of commands.entries()) {
      await delay(pauseMs);
      costs[index]?.paused.push(await timed(() => command.run()));
    }
  }
  for (let round = 0; round < 5; round++) {
    for (const [index, command] of commands.entries()) {
      const all = (): Promise<unknown> => Promise.all(Array.from({ length: atOnce }, () => command.run()));
      costs[index]?.together.push(await timed(all));
    }
  }
  return costs;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}

function row(name: string, costs: Costs, reference: Costs): string {
  const cell = (key: keyof Costs): string => {
    const own = median(costs[key]);
    return `${own.toFixed(2).padStart(9)}${(own / median(reference[key])).toFixed(2).padStart(7)}x`;
  };
  return name.padEnd(38) + cell('after') + cell('paused') + cell('together') + cell('busy');
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
