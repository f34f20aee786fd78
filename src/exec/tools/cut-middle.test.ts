import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CapturedStream } from '../../domain/index.ts';
import { countLines, cutMiddle } from './cut-middle.ts';

const none = new Uint8Array();
const whole = (text: string): CapturedStream => {
  const head = Buffer.from(text);
  return { head, tail: none, omittedBytes: 0, totalBytes: head.length };
};

describe('cutMiddle', () => {
  it('leaves alone what fits', () => {
    expect(cutMiddle(whole('12345678'), 2)).toEqual({ text: '12345678', cut: false });
  });

  it('keeps head and tail, and counts what is gone', () => {
    expect(cutMiddle(whole('aaaaXXXXXXXXbbbb'), 2)).toEqual({
      text: 'aaaa…2 tokens truncated…bbbb',
      cut: true,
    });
  });

  it('does not show half a character', () => {
    expect(cutMiddle(whole(`aé${'x'.repeat(20)}é`), 1)).toEqual({
      text: 'a…6 tokens truncated…é',
      cut: true,
    });
    expect(cutMiddle(whole(`日本${'x'.repeat(20)}日本`), 2)).toEqual({
      text: '日…7 tokens truncated…本',
      cut: true,
    });
  });

  it('counts what was never kept, and never joins across the gap', () => {
    const captured = {
      head: Buffer.from('abcdef'),
      tail: Buffer.from('uvwxyz'),
      omittedBytes: 1000,
      totalBytes: 1012,
    };
    expect(cutMiddle(captured, 100)).toEqual({ text: 'abcdef…250 tokens truncated…uvwxyz', cut: true });
    expect(cutMiddle(captured, 2)).toEqual({ text: 'abcd…251 tokens truncated…wxyz', cut: true });
  });

  it('shows only text that is there, whatever the bytes', () =>
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), fc.integer({ min: 1, max: 8 }), (bytes, tokens) => {
        const { text, cut } = cutMiddle(
          { head: bytes, tail: none, omittedBytes: 0, totalBytes: bytes.length },
          tokens,
        );
        expect(cut).toBe(bytes.length > tokens * 4);
        if (cut) expect(Buffer.byteLength(text)).toBeLessThanOrEqual(tokens * 4 * 3 + 30);
      }),
    ));
});

describe('countLines', () => {
  const rows: readonly { says: string; text: string; want: number }[] = [
    { says: 'nothing is no line', text: '', want: 0 },
    { says: 'a line break ends a line', text: 'a\nb\n', want: 2 },
    { says: 'a last line without one counts too', text: 'a\nb', want: 2 },
  ];
  for (const { says, text, want } of rows)
    it(says, () => expect(countLines(whole(text), undefined)).toBe(want));
  it('believes the count of the stream over the kept bytes', () =>
    expect(countLines(whole('a\n'), 40_000)).toBe(40_000));
});
