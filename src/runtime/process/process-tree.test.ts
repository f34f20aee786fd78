import { describe, expect, it } from 'vitest';
import type { ProcessEntry } from './process-table.ts';
import { findMembers, sendSignal } from './process-tree.ts';

const process_ = (pid: number, parent: number, more: Partial<ProcessEntry> = {}): ProcessEntry => ({
  pid,
  parent,
  group: pid,
  session: pid,
  startedAt: 1000 + pid,
  ...more,
});

describe('findMembers', () => {
  const root = { pid: 100, startedAt: 1100 };
  const stranger = process_(50, 1);
  const leader = process_(100, 50);
  const rows = [
    { says: 'finds the leader', entries: [stranger, leader], want: [100] },
    {
      says: 'finds a child in a session of its own (setsid)',
      entries: [stranger, leader, process_(101, 100), process_(102, 101)],
      want: [100, 101, 102],
    },
    {
      says: 'finds an orphan by its group',
      entries: [leader, process_(101, 1, { group: 100, session: 100 })],
      want: [100, 101],
    },
    {
      says: 'finds an orphan by its session, when job control gave it another group',
      entries: [leader, process_(101, 1, { session: 100 })],
      want: [100, 101],
    },
    {
      says: 'finds the children of an orphan',
      entries: [process_(101, 1, { group: 100 }), process_(102, 101)],
      want: [101, 102],
    },
    {
      says: 'finds a daemon by its mark, and what that started',
      entries: [leader, process_(101, 1), process_(102, 101)],
      marked: [101],
      want: [100, 101, 102],
    },
    {
      says: 'finds an orphan in its own session that was seen before',
      entries: [process_(101, 1), process_(102, 101)],
      known: [process_(101, 100)],
      want: [101, 102],
    },
    {
      says: 'leaves a stranger alone who got the number of one that was seen before',
      entries: [process_(101, 1, { startedAt: 9000 })],
      known: [process_(101, 100)],
      want: [],
    },
    { says: 'leaves a daemon without a mark alone', entries: [process_(101, 1)], want: [] },
    {
      says: 'leaves the parent and its other children alone',
      entries: [stranger, process_(51, 50)],
      want: [],
    },
    {
      says: 'leaves everybody alone when the number belongs to somebody else by now',
      entries: [
        process_(100, 1, { startedAt: 9000 }),
        process_(101, 100, { startedAt: 9001, group: 100, session: 100 }),
      ],
      want: [],
    },
    {
      says: 'leaves a group alone that is older than the program',
      entries: [process_(90, 1, { group: 100, session: 100, startedAt: 500 })],
      want: [],
    },
    {
      says: 'ends when two processes claim to be parents of each other',
      entries: [process_(100, 101), process_(101, 100)],
      want: [100, 101],
    },
  ];
  for (const { says, entries, marked, known, want } of rows) {
    it(says, () => {
      const found = findMembers(entries, root, {
        marked: new Set(marked),
        known: new Map(known?.map((entry) => [entry.pid, entry])),
      });
      expect(found.map(({ pid }) => pid).toSorted((a, b) => a - b)).toEqual(want);
    });
  }
});

describe('sendSignal', () => {
  it('says when nobody is there', () => {
    expect(sendSignal(2 ** 22 + 1, 0)).toBe('nobody');
  });

  it('says when somebody is', () => {
    expect(sendSignal(process.pid, 0)).toBe('sent');
  });
});
