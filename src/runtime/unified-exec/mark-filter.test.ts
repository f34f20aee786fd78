import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MarkFilter } from './mark-filter.ts';

const mark = Buffer.from('\x1eABAB\x1e');

function filter(chunks: readonly Buffer[]): { readonly text: string; readonly ended: boolean } {
  const filtered = new MarkFilter(mark);
  const seen = chunks.map((chunk) => filtered.push(chunk));
  return {
    text: Buffer.concat(seen.map(({ bytes }) => bytes)).toString('latin1'),
    ended: seen.some(({ ended }) => ended),
  };
}

/** Alphabets that make near misses likely. */
const soup = fc
  .array(fc.constantFrom(...Buffer.from('\x1eABx')), { maxLength: 40 })
  .map((bytes) => Buffer.from(bytes));

describe('MarkFilter', () => {
  it('lets everything before the mark through, wherever the chunks fall', () => {
    fc.assert(
      fc.property(soup, fc.array(fc.nat(5), { maxLength: 30 }), (before, cuts) => {
        fc.pre(!Buffer.concat([before, mark.subarray(0, -1)]).includes(mark));
        const whole = Buffer.concat([before, mark, Buffer.from('after')]);
        const chunks: Buffer[] = [];
        let at = 0;
        for (const cut of cuts) {
          chunks.push(whole.subarray(at, at + cut));
          at += cut;
        }
        chunks.push(whole.subarray(at));
        expect(filter(chunks)).toEqual({ text: before.toString('latin1'), ended: true });
      }),
    );
  });

  it('holds back no more than the beginning of a mark, and gives it when none comes', () => {
    const filtered = new MarkFilter(mark);
    const through = Buffer.from(filtered.push(Buffer.from('output\x1eABA')).bytes).toString('latin1');
    expect([through, Buffer.from(filtered.flush()).toString('latin1')]).toEqual(['output', '\x1eABA']);
  });

  it('does not delay ordinary output by a byte', () => {
    expect(filter([Buffer.from('$ ')])).toEqual({ text: '$ ', ended: false });
  });
});
