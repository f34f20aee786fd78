import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TextDrain } from './text-drain.ts';

describe('TextDrain', () => {
  it('never splits a character, wherever the polls fall', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.array(fc.nat(7)), (text, cuts) => {
        const bytes = new TextEncoder().encode(text);
        const drain = new TextDrain();
        let at = 0;
        const parts: string[] = [];
        for (const cut of cuts) {
          parts.push(drain.push(bytes.subarray(at, at + cut)));
          at += cut;
        }
        parts.push(drain.push(bytes.subarray(at)), drain.end());
        expect(parts.join('')).toBe(new TextDecoder('utf-8').decode(bytes));
        expect(parts.some((part) => part.includes('\ufffd')) && !text.includes('\ufffd')).toBe(false);
      }),
    );
  });

  it('shows an unfinished character once, at the end', () => {
    const drain = new TextDrain();
    expect([drain.push(Uint8Array.of(0xc3)), drain.end(), drain.end()]).toEqual(['', '\ufffd', '']);
  });
});
