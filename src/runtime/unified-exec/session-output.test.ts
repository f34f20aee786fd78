import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SessionOutput } from './session-output.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('SessionOutput', () => {
  it('hands out each byte once and no half characters, wherever the reads fall', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.array(fc.nat(7)), (text, cuts) => {
        const whole = bytes(text);
        const output = new SessionOutput(1_000_000);
        const texts: string[] = [];
        let at = 0;
        for (const cut of cuts) {
          output.append(whole.subarray(at, at + cut));
          at += cut;
          texts.push(output.take({ last: false }).text);
        }
        output.append(whole.subarray(at));
        texts.push(output.take({ last: true }).text);
        expect(texts.join('')).toBe(text);
      }),
    );
  });

  it('keeps bytes bytes: what is not UTF-8 comes through and is never waited for', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.array(fc.nat(5)), (whole, cuts) => {
        const output = new SessionOutput(1_000_000);
        const parts: Uint8Array[] = [];
        let at = 0;
        for (const cut of cuts) {
          output.append(whole.subarray(at, at + cut));
          at += cut;
          const { head, tail } = output.take({ last: false }).output;
          parts.push(head, tail);
        }
        output.append(whole.subarray(at));
        const { head, tail } = output.take({ last: true }).output;
        expect(Buffer.concat([...parts, head, tail]).equals(Buffer.from(whole))).toBe(true);
      }),
    );
  });

  it('marks what fell out with its exact size and cuts no character beside it', () => {
    const output = new SessionOutput(8);
    output.append(bytes('aaaéXXXXXXXéb'));
    const chunk = output.take({ last: true });
    expect([chunk.text, chunk.output.omittedBytes, chunk.output.totalBytes]).toEqual([
      'aaa\n... 7 bytes omitted ...\nXéb',
      7,
      15,
    ]);
  });

  it('counts line breaks also in what fell out', () => {
    const output = new SessionOutput(4);
    output.append(bytes('\n'.repeat(100)));
    expect([output.take({ last: false }).lineBreaks, output.take({ last: false }).lineBreaks]).toEqual([
      100, 0,
    ]);
  });
});
