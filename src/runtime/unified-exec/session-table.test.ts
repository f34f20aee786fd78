import { describe, expect, it } from 'vitest';
import type { SessionId } from '../../domain/index.ts';
import { crowdedFrom, maxSessions, SessionTable } from './session-table.ts';

function fullTable(live = maxSessions): { table: SessionTable<string, string>; ids: SessionId[] } {
  const table = new SessionTable<string, string>(() => 0);
  const ids = Array.from({ length: live }, (_, index) => {
    const id = table.reserve();
    table.settle(id, `session ${index}`);
    return id;
  });
  return { table, ids };
}

describe('SessionTable', () => {
  it('hands out ids from 1000 to 99999 and never the same twice', () => {
    const { ids } = fullTable();
    expect(new Set(ids).size).toBe(maxSessions);
    expect(ids.every((id) => id >= 1_000 && id <= 99_999)).toBe(true);
  });

  it('does not hand out the id of a finished session that still answers', () => {
    const table = new SessionTable<string, string>(() => 0);
    const first = table.reserve();
    table.bury(first, 'exited 0');
    expect(table.reserve()).not.toBe(first);
  });

  it('forgets a reservation that came to nothing', () => {
    const table = new SessionTable<string, string>(() => 0);
    const id = table.reserve();
    table.release(id);
    expect([table.size, table.find(id), table.tombstone(id), table.reserve()]).toEqual([
      0,
      undefined,
      undefined,
      id,
    ]);
  });

  it('answers for a finished session with its tombstone, again and again', () => {
    const { table, ids } = fullTable(1);
    table.bury(ids[0]!, 'exited 3');
    expect([table.find(ids[0]!), table.tombstone(ids[0]!), table.tombstone(ids[0]!)]).toEqual([
      undefined,
      'exited 3',
      'exited 3',
    ]);
  });

  it('asks for no room while there is a place', () => {
    expect(fullTable().table.makeRoom()).toBeUndefined();
  });

  it('names the least recently used when one too many is reserved', () => {
    const { table, ids } = fullTable();
    table.find(ids[0]!);
    table.reserve();
    expect(table.makeRoom()).toEqual({ id: ids[1], live: 'session 1' });
  });

  it('prefers a session whose program has ended', () => {
    const { table, ids } = fullTable();
    table.markExited(ids[20]!);
    table.reserve();
    expect(table.makeRoom()?.id).toBe(ids[20]);
  });

  it('never names one of the eight used last, ended or not', () => {
    const { table, ids } = fullTable();
    table.markExited(ids[maxSessions - 1]!);
    table.reserve();
    expect(table.makeRoom()?.id).toBe(ids[0]);
  });

  it('says when it gets crowded', () => {
    expect([fullTable(crowdedFrom - 1).table.isCrowded, fullTable(crowdedFrom).table.isCrowded]).toEqual([
      false,
      true,
    ]);
  });

  it('keeps a bounded number of tombstones, the newest', () => {
    let next = 0;
    const table = new SessionTable<string, string>(() => next++);
    const ids = Array.from({ length: 300 }, () => {
      const id = table.reserve();
      table.settle(id, 'live');
      table.bury(id, 'gone');
      return id;
    });
    expect([table.tombstone(ids[0]!), table.tombstone(ids[299]!)]).toEqual([undefined, 'gone']);
  });
});
