import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { widthOf } from './visible-text.ts';
import { wrapSpans, wrapWords } from './wrap-spans.ts';

describe('wrapSpans', () => {
  it('breaks by columns and keeps the styles', () => {
    const spans = [
      { text: 'abc', style: 'program' },
      { text: '日本', style: undefined },
    ] as const;
    expect(wrapSpans(spans, 4)).toEqual([
      [{ text: 'abc', style: 'program' }],
      [{ text: '日本', style: undefined }],
    ]);
  });

  it('gives an empty line one empty row', () => {
    expect(wrapSpans([], 10)).toEqual([[]]);
  });

  it('drops nothing and fits, except where one character is wider than the row', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 2, max: 20 }), (text, columns) => {
        const rows = wrapSpans([{ text, style: undefined }], columns).map((row) =>
          row.map((s) => s.text).join(''),
        );
        expect(rows.join('')).toBe(text);
        for (const row of rows) expect(widthOf(row)).toBeLessThanOrEqual(columns);
      }),
    );
  });
});

describe('wrapWords', () => {
  it('breaks at spaces, and inside a word only when it must', () => {
    expect(wrapWords('one two threefourfive', 9)).toEqual(['one two', 'threefour', 'five']);
  });
});
