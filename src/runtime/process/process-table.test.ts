import { describe, expect, it } from 'vitest';
import { parseLinuxStat, parsePs, processTable } from './process-table.ts';

const statOf = (name: string, state = 'S'): string =>
  `77 (${name}) ${state} 12 34 56 0 -1 4194304 100 0 0 0 1 1 0 0 20 0 1 0 98765 1000 10 18446744073709551615`;

describe('parseLinuxStat', () => {
  const entry = { pid: 77, parent: 12, group: 34, session: 56, startedAt: 98_765 };
  const rows = [
    { says: 'reads a line', stat: statOf('sleep'), want: entry },
    { says: 'believes no numbers in the name', stat: statOf('x) S 1 1 1 (y'), want: entry },
    { says: 'reads a name with spaces', stat: statOf('Web Content'), want: entry },
    { says: 'leaves a zombie out', stat: statOf('sleep', 'Z'), want: undefined },
    { says: 'leaves a dead one out', stat: statOf('sleep', 'X'), want: undefined },
    { says: 'takes half a line for nothing', stat: '77 (sleep) S 12', want: undefined },
    { says: 'takes an empty file for nothing', stat: '', want: undefined },
  ];
  for (const { says, stat, want } of rows) {
    it(says, () => {
      expect(parseLinuxStat(stat)).toEqual(want);
    });
  }
});

describe('parsePs', () => {
  it('reads pid, parent and group, and leaves zombies out', () => {
    expect(parsePs('    1     0     1 Ss\n  501   1   501 S+\n  502   501   501 Z+\n')).toEqual([
      { pid: 1, parent: 0, group: 1, session: 0, startedAt: 0 },
      { pid: 501, parent: 1, group: 501, session: 0, startedAt: 0 },
    ]);
  });
});

describe.runIf(process.platform === 'linux')('processTable', () => {
  it('finds this process among all, with the same facts', async () => {
    const table = processTable('linux');
    const own = table.find(process.pid);
    expect(own?.parent).toBe(process.ppid);
    expect((await table.list()).find(({ pid }) => pid === process.pid)).toEqual(own);
  });

  it('finds nobody under a number that nobody has', () => {
    expect(processTable('linux').find(2 ** 22 + 1)).toBeUndefined();
  });
});
