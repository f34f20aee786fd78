import fc from 'fast-check';
import { expect, it } from 'vitest';
import { countLineFeeds } from './count-line-feeds.ts';

it('counts what a look at every byte counts, wherever the bytes lie', () => {
  const dense = fc.array(fc.constantFrom(0x0a, 0x0b, 0x8a, 0x00, 0xff, 0x0a ^ 0x80), { maxLength: 200 });
  fc.assert(
    fc.property(dense, fc.nat(7), (values, skipped) => {
      const bytes = Uint8Array.from(values).subarray(skipped);
      expect(countLineFeeds(bytes)).toBe(bytes.filter((byte) => byte === 0x0a).length);
    }),
    { numRuns: 1_000 },
  );
});

it('counts at every offset and length', () => {
  const feeds = new Uint8Array(64).fill(0x0a);
  for (let from = 0; from < 8; from += 1)
    for (let to = from; to <= feeds.length; to += 1)
      expect(countLineFeeds(feeds.subarray(from, to))).toBe(to - from);
});
