import { PassThrough } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stdioWire } from './stdio-wire.ts';

async function linesOf(chunks: readonly Uint8Array[], limit = 100): Promise<readonly string[]> {
  const input = new PassThrough();
  const said: string[] = [];
  await new Promise<void>((resolve) => {
    const ends = {
      onLine: (line: string) => void said.push(line),
      onBadLine: (why: string) => void said.push(`! ${why}`),
      onEnd: resolve,
    };
    stdioWire(input, new PassThrough(), ends, limit);
    for (const chunk of chunks) input.write(chunk);
    input.end();
  });
  return said;
}

describe('lines', () => {
  it('come as they are, wherever the chunks end', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.stringMatching(/^[^\n]{1,20}$/u)),
        fc.integer({ min: 1, max: 7 }),
        async (lines, step) => {
          const all = Buffer.from(lines.map((line) => `${line}\n`).join(''), 'utf8');
          const chunks: Uint8Array[] = [];
          for (let at = 0; at < all.length; at += step) chunks.push(all.subarray(at, at + step));
          const wanted = lines
            .map((line) => Buffer.from(line).toString())
            .filter((line) => line.trim() !== '');
          expect(await linesOf(chunks)).toEqual(wanted);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('that are too long or no UTF-8 are told and passed over, and the last needs no end', async () => {
    const long = Buffer.alloc(60, 'x');
    const chunks = [long, long, Buffer.from('\nnext\n'), Buffer.from([0xff, 10]), Buffer.from('\n\nlast')];
    expect(await linesOf(chunks)).toEqual([
      '! Cannot read the message: it is longer than 100 bytes',
      'next',
      '! Cannot read the message: it is no UTF-8',
      'last',
    ]);
  });
});
