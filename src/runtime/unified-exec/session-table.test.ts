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
    table.finish(first, 'exited 0');
    expect(table.reserve()).not.toBe(first);
  });

  it('forgets a reservation that came to nothing', () => {
    const table = new SessionTable<string, string>(() => 0);
    const id = table.reserve();
    table.release(id);
    expect([table.size, table.find(id), table.finished(id), table.reserve()]).toEqual([
      0,
      undefined,
      undefined,
      id,
    ]);
  });

  it('answers for a finished session with its end, again and again, and counts it among the live no more', () => {
    const { table, ids } = fullTable(1);
    table.finish(ids[0]!, 'exited 3');
    expect([table.find(ids[0]!), table.size, table.finished(ids[0]!), table.finished(ids[0]!)]).toEqual([
      undefined,
      0,
      'exited 3',
      'exited 3',
    ]);
  });

  it('names the least recently used to end, each once', () => {
    const { table, ids } = fullTable();
    table.find(ids[0]!);
    expect([table.evict(), table.evict()]).toEqual(['session 1', 'session 2']);
  });

  it('never names one of the eight used last, nor one that has no program yet', () => {
    const { table } = fullTable(9);
    for (let more = 0; more < 20; more += 1) table.reserve();
    expect([table.evict(), table.evict()]).toEqual(['session 0', undefined]);
  });

  it('says when it gets crowded', () => {
    expect([fullTable(crowdedFrom - 1).table.isCrowded, fullTable(crowdedFrom).table.isCrowded]).toEqual([
      false,
      true,
    ]);
  });

  it('keeps a bounded number of ends, the newest', () => {
    let next = 0;
    const table = new SessionTable<string, string>(() => next++);
    const ids = Array.from({ length: 300 }, () => {
      const id = table.reserve();
      table.settle(id, 'live');
      table.finish(id, 'gone');
      return id;
    });
    expect([table.finished(ids[0]!), table.finished(ids[299]!)]).toEqual([undefined, 'gone']);
  });

  it('forgets an end that was read before one that nobody has read', () => {
    let next = 0;
    const table = new SessionTable<string, string>(() => next++);
    const ids = Array.from({ length: 256 }, (_, index) => {
      const id = table.reserve();
      table.finish(id, `end ${index}`);
      return id;
    });
    expect([table.markRead(ids[7]!), table.markRead(ids[7]!)]).toEqual([true, false]);
    expect([table.finish(table.reserve(), 'one'), table.finish(table.reserve(), 'two')]).toEqual([
      ['end 7'],
      ['end 0'],
    ]);
    expect(table.unread().length).toBe(256);
  });
});
