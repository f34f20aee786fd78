import { describe, expect, it } from 'vitest';
import { retryAfterMs } from './retry-after.ts';

const now = Date.parse('2026-01-01T00:00:00Z');
const rows: readonly { says: string; headers: Record<string, string>; want: number | undefined }[] = [
  { says: 'seconds', headers: { 'retry-after': '2' }, want: 2000 },
  { says: 'a fraction of a second', headers: { 'retry-after': '0.5' }, want: 500 },
  { says: 'milliseconds win', headers: { 'retry-after': '2', 'retry-after-ms': '30' }, want: 30 },
  { says: 'a date', headers: { 'retry-after': 'Thu, 01 Jan 2026 00:00:05 GMT' }, want: 5000 },
  { says: 'a date that has passed', headers: { 'retry-after': 'Thu, 01 Jan 2015 00:00:05 GMT' }, want: 0 },
  { says: 'nothing', headers: {}, want: undefined },
  { says: 'a number below zero', headers: { 'retry-after': '-1.5x' }, want: undefined },
  { says: 'words', headers: { 'retry-after': 'soon' }, want: undefined },
];

describe('retryAfterMs reads', () => {
  for (const { says, headers, want } of rows)
    it(says, () => expect(retryAfterMs(new Headers(headers), now)).toBe(want));
});
