import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HeadTailBuffer } from './head-tail-buffer.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (kept: Uint8Array): string => new TextDecoder().decode(kept);

describe('HeadTailBuffer', () => {
  const rows = [
    { says: 'keeps nothing of nothing', budget: 8, chunks: [], want: ['', '', 0, 0] },
    { says: 'keeps all when it fits', budget: 8, chunks: ['abcd', 'efgh'], want: ['abcd', 'efgh', 0, 8] },
    { says: 'drops the middle', budget: 8, chunks: ['abcdefghi'], want: ['abcd', 'fghi', 1, 9] },
    { says: 'gives the odd byte to the tail', budget: 3, chunks: ['abcde'], want: ['a', 'de', 2, 5] },
    { says: 'counts when it may keep nothing', budget: 0, chunks: ['abc'], want: ['', '', 3, 3] },
    { says: 'keeps the last of a budget of one', budget: 1, chunks: ['a', 'b', 'c'], want: ['', 'c', 2, 3] },
  ];
  for (const { says, budget, chunks, want } of rows) {
    it(says, () => {
      const buffer = new HeadTailBuffer(budget);
      for (const chunk of chunks) buffer.append(bytes(chunk));
      const { head, tail, omittedBytes, totalBytes } = buffer.capture();
      expect([text(head), text(tail), omittedBytes, totalBytes]).toEqual(want);
    });
  }

  it('answers like a buffer that keeps everything, however the bytes were cut', () => {
    const chunks = fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 30 });
    fc.assert(
      fc.property(fc.nat({ max: 200 }), chunks, (budget, parts) => {
        const buffer = new HeadTailBuffer(budget);
        for (const part of parts) buffer.append(part);
        const all = Buffer.concat(parts);
        const headLength = Math.min(all.length, Math.floor(budget / 2));
        const tailLength = Math.min(all.length - headLength, budget - Math.floor(budget / 2));
        expect(buffer.capture()).toEqual({
          head: new Uint8Array(all.subarray(0, headLength)),
          tail: new Uint8Array(all.subarray(all.length - tailLength)),
          omittedBytes: all.length - headLength - tailLength,
          totalBytes: all.length,
        });
      }),
      { numRuns: 500 },
    );
  });

  it('answers the same over the borders of its blocks', () => {
    const pattern = Uint8Array.from({ length: 100_003 }, (_, index) => index % 251);
    const buffer = new HeadTailBuffer(70_000);
    for (let at = 0; at < pattern.length; at += 977) buffer.append(pattern.subarray(at, at + 977));
    const captured = buffer.capture();
    expect(Buffer.compare(captured.head, pattern.subarray(0, 35_000))).toBe(0);
    expect(Buffer.compare(captured.tail, pattern.subarray(pattern.length - 35_000))).toBe(0);
    expect(captured.omittedBytes).toBe(30_003);
  });

  it('hands bytes out once when drained', () => {
    const buffer = new HeadTailBuffer(4);
    buffer.append(bytes('abcdef'));
    expect(text(buffer.drain().tail)).toBe('ef');
    buffer.append(bytes('gh'));
    expect(buffer.drain()).toEqual({ head: bytes('gh'), tail: bytes(''), omittedBytes: 0, totalBytes: 2 });
  });

  it('keeps its own copy', () => {
    const buffer = new HeadTailBuffer(4);
    const reused = bytes('ab');
    buffer.append(reused);
    reused.fill(0);
    expect(text(buffer.capture().head)).toBe('ab');
  });

  it('holds no more than its budget, in whatever pieces the bytes come', () => {
    const before = process.memoryUsage().arrayBuffers;
    const buffer = new HeadTailBuffer(64 * 1024);
    for (let count = 0; count < 500_000; count += 1) buffer.append(Uint8Array.of(count));
    const held = process.memoryUsage().arrayBuffers - before;
    expect(buffer.omittedBytes).toBe(500_000 - 64 * 1024);
    expect(held).toBeLessThan(64 * 1024 + 8 * 1024 * 1024); // The garbage of the test itself included.
  });
});
