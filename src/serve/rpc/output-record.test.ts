import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OutputRecord, type Piece } from './output-record.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const joined = (pieces: readonly Piece[]): string =>
  Buffer.concat(pieces.map((piece) => piece.bytes)).toString('latin1');

describe('numbered output', () => {
  it('is read by number, and cut at a number of bytes but for the first piece', () => {
    const record = new OutputRecord(10_000);
    for (const text of ['one', 'two', 'three']) record.append('stdout', bytes(text));
    const read = (seq: number, maxBytes: number): string => joined(record.after(seq, maxBytes));
    expect([read(0, 100), read(1, 100), read(3, 100), read(0, 6), read(0, 1)]).toEqual([
      'onetwothree',
      'twothree',
      '',
      'onetwo',
      'one',
    ]);
    expect(record.nextSeq).toBe(4);
  });

  it('forgets the oldest pieces, and the next offset says how much that was', () => {
    const record = new OutputRecord(1_000);
    for (let index = 0; index < 50; index += 1) record.append('stdout', new Uint8Array(100));
    const [first, ...rest] = record.after(0, 1_000_000);
    expect(first).toMatchObject({ offset: ((first?.seq ?? 0) - 1) * 100 });
    expect(rest.length).toBeLessThan(10);
    expect(rest.at(-1)?.seq).toBe(50);
  });

  it('keeps no more of a flood of single bytes than of large blocks', () => {
    const record = new OutputRecord(100_000);
    for (let index = 0; index < 100_000; index += 1) record.append('stdout', Uint8Array.of(1));
    expect(record.after(0, 1_000_000).length).toBeLessThan(1_000);
  });

  it('keeps the last piece although it is larger than all that may be kept', () => {
    const record = new OutputRecord(10);
    record.append('stdout', new Uint8Array(64 * 1024));
    expect(record.after(0, 1).length).toBe(1);
  });

  it('keeps nothing of the block that a piece came in', () => {
    const block = new Uint8Array(1024 * 1024);
    const record = new OutputRecord(1_000);
    record.append('stdout', block.subarray(5, 6));
    expect(record.after(0, 1)[0]?.bytes.buffer.byteLength).toBe(1);
  });

  it('gives a reader that is cut anywhere every byte once, whatever was written and read', () => {
    const steps = fc.array(
      fc.oneof(
        fc.record({ write: fc.integer({ min: 0, max: 200_000 }) }),
        fc.record({ read: fc.integer({ min: 1, max: 100_000 }), keep: fc.integer({ min: 0, max: 5 }) }),
      ),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(steps, (all) => {
        const record = new OutputRecord(Infinity);
        let written = 0;
        let seen = 0;
        let after = 0;
        const take = (pieces: readonly Piece[]): void => {
          for (const piece of pieces) {
            expect([piece.seq, piece.offset, piece.bytes[0]]).toEqual([after + 1, seen, seen % 251]);
            seen += piece.bytes.length;
            after = piece.seq;
          }
        };
        for (const step of all) {
          if ('write' in step) {
            const start = written;
            record.append(
              'stdout',
              Uint8Array.from({ length: step.write }, (_, at) => (start + at) % 251),
            );
            written += step.write;
          } else take(record.after(after, step.read).slice(0, step.keep));
        }
        take(record.after(after, Infinity));
        expect(seen).toBe(written);
      }),
      { numRuns: 50 },
    );
  });

  it('tells whoever waits', () => {
    const record = new OutputRecord(1_000);
    let told = 0;
    const stop = record.onNews(() => void (told += 1));
    record.append('stdout', bytes('x'));
    stop();
    record.append('stdout', bytes('y'));
    expect(told).toBe(1);
  });
});
