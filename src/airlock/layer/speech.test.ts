import { describe, expect, it } from 'vitest';
import { bytePath } from '../../domain/index.ts';
import { ReplyReader, say } from './speech.ts';

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function node(mode: number, size: number, target = ''): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(size));
  return Buffer.concat([u32(mode), bytes, u32(target.length), Buffer.from(target)]);
}

function reply(type: number, payload: Buffer): Buffer {
  return Buffer.concat([Buffer.from([type]), u32(payload.length), payload]);
}

const change = reply(
  16,
  Buffer.concat([
    Buffer.from([2, 1]),
    u32(2),
    Buffer.from([0xff, 0x0a]),
    node(0, 0),
    node(0o120777, 0, '..'),
  ]),
);

describe('what the airlock’s program says', () => {
  it('is the same however it is cut', () => {
    const said = Buffer.concat([
      change,
      reply(17, u32(1)),
      reply(18, Buffer.concat([u32(7), Buffer.from([3])])),
      reply(21, Buffer.from([1, 1, 0x61])),
    ]);
    const whole = new ReplyReader().push(said);
    const reader = new ReplyReader();
    const pieces = [...said].flatMap((byte) => reader.push(Buffer.from([byte])));
    expect(pieces).toEqual(whole);
    expect(whole).toEqual([
      {
        kind: 'change',
        change: {
          layer: 2,
          path: '\xff\n',
          before: { kind: 'missing' },
          after: { kind: 'symlink', target: bytePath('..') },
          conflict: 'changed-since',
        },
      },
      { kind: 'scanned', count: 1 },
      { kind: 'conflict', index: 7, conflict: 'in-the-way' },
      { kind: 'missed', layer: 1, path: 'a', conflict: 'changed-since' },
    ]);
  });

  it('is refused when it is nothing that it would say', () => {
    expect(() => new ReplyReader().push(reply(99, Buffer.alloc(0)))).toThrow(RangeError);
    expect(() => new ReplyReader().push(reply(16, Buffer.alloc(3)))).toThrow(RangeError);
  });
});

describe('what it is told', () => {
  it('carries the moment of a layer in seconds and nanoseconds, and which directory its root was', () => {
    const record = say.layer({ root: '/r', upper: '/u', start: 5_000_000_007n, device: 3n, inode: 4n });
    const numbers = [5, 13, 21, 29].map((at) => record.readBigInt64LE(at));
    expect([record[0], ...numbers, record.subarray(37).toString()]).toEqual([2, 5n, 7n, 3n, 4n, '/r\0/u']);
  });
});
