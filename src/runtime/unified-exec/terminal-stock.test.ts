import { describe, expect, it } from 'vitest';
import type { AbsolutePath } from '../../domain/index.ts';
import type { LaunchedTerminal } from './launched-terminal.ts';
import { TerminalStock } from './terminal-stock.ts';

const launcher = '/opt/launcher' as AbsolutePath;
const size = { rows: 24, cols: 80 };

class FakeTerminal {
  readonly said: string[] = [];
  isGone = false;
  readonly gone: Promise<void> = Promise.resolve();
  resize({ rows, cols }: typeof size): void {
    this.said.push(`${rows}x${cols}`);
  }
  hold(hold: string): void {
    this.said.push(`hold ${hold}`);
  }
  discard(): void {
    this.said.push('discard');
  }
}

interface Shop {
  readonly stock: TerminalStock;
  readonly made: FakeTerminal[];
  readonly world: { heritage: string | undefined; fails: boolean };
}

function shop(idleMs = 60_000): Shop {
  const made: FakeTerminal[] = [];
  const world = { heritage: 'umask 22' as string | undefined, fails: false };
  const stock = new TerminalStock({
    heritage: () => world.heritage,
    idleMs,
    launch: async () => {
      await Promise.resolve();
      const failure = { stage: 'launcher', errno: 'EAGAIN', message: 'Cannot open a terminal: no' } as const;
      if (world.fails) return { ok: false, error: failure };
      const terminal = new FakeTerminal();
      made.push(terminal);
      return { ok: true, value: terminal as unknown as LaunchedTerminal };
    },
  });
  return { stock, made, world };
}

async function settled(): Promise<void> {
  await new Promise(setImmediate);
}

describe('TerminalStock', () => {
  it('makes a terminal when it has none', async () => {
    const { stock, made } = shop();
    const opened = await stock.open(launcher, size);
    expect([opened.ok && opened.value, made.map(({ said }) => said)]).toEqual([made[0], [[]]]);
  });

  it('hands out the one that waits, in the size that is wanted', async () => {
    const { stock, made } = shop();
    stock.restock(launcher);
    await settled();
    await stock.open(launcher, { rows: 40, cols: 120 });
    expect(made.map(({ said }) => said)).toEqual([['hold not', 'hold alive', '40x120']]);
  });

  it('never has more than one', async () => {
    const { stock, made } = shop();
    for (let times = 0; times < 3; times += 1) {
      stock.restock(launcher);
      stock.restock(launcher);
      await settled();
    }
    expect(made).toHaveLength(1);
  });

  const misfits: readonly { says: string; spoil: (shop: Shop) => void; wanted?: string }[] = [
    { says: 'has died', spoil: ({ made }) => void (made[0]!.isGone = true) },
    {
      says: 'would run programs as another user',
      spoil: ({ world }) => void (world.heritage = 'umask 77'),
    },
    {
      says: 'was made where nobody can tell any more',
      spoil: ({ world }) => void (world.heritage = undefined),
    },
    { says: 'is another launcher', spoil: () => undefined, wanted: '/opt/newer' },
  ];
  for (const { says, spoil, wanted = launcher } of misfits) {
    it(`throws away the one that ${says}`, async () => {
      const made = shop();
      made.stock.restock(launcher);
      await settled();
      spoil(made);
      const opened = await made.stock.open(wanted as AbsolutePath, size);
      expect([opened.ok && opened.value, made.made[0]!.said]).toEqual([
        made.made[1],
        ['hold not', 'discard'],
      ]);
    });
  }

  it('keeps none where it cannot tell what a program would inherit', async () => {
    const { stock, made, world } = shop();
    world.heritage = undefined;
    stock.restock(launcher);
    await settled();
    expect(made).toEqual([]);
  });

  it('gives up one that nobody wants', async () => {
    const { stock, made } = shop(1);
    stock.restock(launcher);
    while (made[0]?.said.at(-1) !== 'discard') await new Promise((resolve) => setTimeout(resolve, 1));
    await stock.open(launcher, size);
    expect(made).toHaveLength(2);
  });

  it('says why there is none only when one is wanted', async () => {
    const { stock, world } = shop();
    world.fails = true;
    stock.restock(launcher);
    await settled();
    expect(await stock.open(launcher, size)).toMatchObject({ ok: false, error: { errno: 'EAGAIN' } });
  });

  it('leaves none behind when it is closed, also one that is being made', async () => {
    const { stock, made } = shop();
    stock.restock(launcher);
    await stock.close();
    stock.restock(launcher);
    await settled();
    expect(made.map(({ said }) => said.at(-1))).toEqual(['discard']);
  });
});
