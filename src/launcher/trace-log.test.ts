import { expect, it } from 'vitest';
import { TraceLog } from './trace-log.ts';

it('keeps a bounded number of records and bytes, and counts the rest', () => {
  const file = { change: 'wrote', path: 'x'.repeat(1024 * 1024) } as const;
  const large = new TraceLog();
  for (let left = 40; left > 0; left--) large.add({ kind: 'wrote', pid: 1, file });
  large.add({ kind: 'lost', count: 2 });
  expect([large.records.length, large.records.at(-1)]).toEqual([33, { kind: 'lost', count: 10 }]);
  const many = new TraceLog();
  for (let left = 60_010; left > 0; left--)
    many.add({ kind: 'ended', pid: 1, at: 0, end: { kind: 'unseen' } });
  expect([many.records.length, many.records.at(-1)]).toEqual([60_001, { kind: 'lost', count: 10 }]);
});
