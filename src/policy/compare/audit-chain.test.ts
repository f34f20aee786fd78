import { describe, expect, it } from 'vitest';
import { hashOfLine, noLine, verifyLog } from './audit-chain.ts';

function chain(run: string, texts: readonly string[], after: string = noLine): string[] {
  let prev = after;
  return texts.map((text, seq) => {
    const line = JSON.stringify({ text, chain: { run, seq, prev } });
    prev = hashOfLine(line);
    return line;
  });
}
const log = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');

const one = chain('one', ['a', 'b', 'c']);
const two = chain('two', ['d', 'e'], hashOfLine(one[2] ?? ''));

describe('a chained log', () => {
  it('is whole, with the lines of runs between each other', () => {
    const mixed = [...one.slice(0, 2), ...chain('two', ['d', 'e'], hashOfLine(one[1] ?? '')), one[2] ?? ''];
    expect(verifyLog(log(mixed))).toEqual({
      lines: 5,
      runs: 2,
      unchained: 0,
      broken: [],
      head: hashOfLine(one[2] ?? ''),
    });
    expect(verifyLog('')).toEqual({ lines: 0, runs: 0, unchained: 0, broken: [], head: noLine });
  });

  const rows: readonly { says: string; text: string; want: readonly [number, RegExp][] }[] = [
    {
      says: 'a changed line',
      text: log([one[0] ?? '', (one[1] ?? '').replace('"b"', '"B"'), one[2] ?? '']),
      want: [[3, /not the one it was written after/]],
    },
    {
      says: 'a line taken out',
      text: log([one[0] ?? '', one[2] ?? '']),
      want: [[2, /number 2 of its run, after number 0/]],
    },
    { says: 'a beginning taken out', text: log(one.slice(1)), want: [[1, /lines before it are gone/]] },
    { says: 'a whole run taken out', text: log(two), want: [[1, /is gone or changed/]] },
    { says: 'a line of nowhere', text: log([...one, '{"text":"x"}']), want: [[4, /no place in the chain/]] },
    { says: 'a line that is none', text: log([...one, 'x']), want: [[4, /no JSON object/]] },
    {
      says: 'a line twice',
      text: log([...one, one[2] ?? '']),
      want: [[4, /number 2 of its run, after number 2/]],
    },
    { says: 'a torn end', text: `${log(one)}{"te`, want: [[4, /never finished/]] },
  ];
  for (const { says, text, want } of rows)
    it(`shows ${says}`, () => {
      expect(verifyLog(text).broken).toEqual(
        want.map(([line, because]) => ({ line, because: expect.stringMatching(because) })),
      );
    });

  it('may begin with lines of a version that had no chains', () => {
    expect(verifyLog(log(['{"at":1}', ...chain('one', ['a'], hashOfLine('{"at":1}'))]))).toMatchObject({
      unchained: 1,
      broken: [],
    });
  });
});
