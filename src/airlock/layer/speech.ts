// The language of `cordon-launcher --airlock`, which reads what a command wrote and commits it. Pure; native/airlock/speech.c
// is the other side. A record is a `u8` type, a `u32` little-endian length, and so many bytes.
import { type BytePath, bytePathOf, type ConflictKind, type NodeState } from '../../domain/index.ts';

const word = {
  directory: 1,
  layer: 2,
  scan: 3,
  leaveOut: 4,
  bytes: 5,
  commit: 6,
  resume: 7,
  discard: 8,
  keep: 9,
  tidy: 10,
  open: 11,
  invert: 12,
} as const;

const reply = { change: 16, scanned: 17, conflict: 18, done: 19, failed: 20, missed: 21 } as const;

/** From 1; 0 is none. */
const conflictKinds: readonly ConflictKind[] = ['changed-since', 'unreadable', 'in-the-way', 'failed'];

/** One line of a scan; its place in the list is its number in later words. */
export interface ScannedChange {
  /** Which of the layers, in the order they were named. */
  readonly layer: number;
  readonly path: BytePath;
  readonly before: NodeState;
  readonly after: NodeState;
  readonly conflict: ConflictKind | undefined;
}

export type AirlockReply =
  | { readonly kind: 'change'; readonly change: ScannedChange }
  | { readonly kind: 'scanned'; readonly count: number }
  | { readonly kind: 'conflict'; readonly index: number; readonly conflict: ConflictKind }
  /** Of a commit that went on after a kill: one that could not be done. */
  | {
      readonly kind: 'missed';
      readonly layer: number;
      readonly path: BytePath;
      readonly conflict: ConflictKind;
    }
  | { readonly kind: 'done'; readonly count: number }
  | { readonly kind: 'failed'; readonly because: string };

export interface SpokenLayer {
  readonly root: string;
  readonly upper: string;
  /** Nanoseconds: what changed in the workspace later was changed by somebody else. */
  readonly start: bigint;
  /** Which directory the root was then. */
  readonly device: bigint;
  readonly inode: bigint;
}

export const say = {
  directory: (path: string): Buffer => record(word.directory, Buffer.from(path)),
  layer: ({ root, upper, start, device, inode }: SpokenLayer): Buffer => {
    const numbers = Buffer.alloc(32);
    numbers.writeBigInt64LE(start / 1_000_000_000n, 0);
    numbers.writeBigInt64LE(start % 1_000_000_000n, 8);
    numbers.writeBigUInt64LE(device, 16);
    numbers.writeBigUInt64LE(inode, 24);
    return record(word.layer, numbers, Buffer.from(`${root}\0${upper}`));
  },
  scan: (): Buffer => record(word.scan),
  leaveOut: (index: number): Buffer => record(word.leaveOut, numberOf(index)),
  bytes: (index: number, bytes: Uint8Array): Buffer => record(word.bytes, numberOf(index), bytes),
  commit: (): Buffer => record(word.commit),
  resume: (): Buffer => record(word.resume),
  discard: (): Buffer => record(word.discard),
  /** The originals of what is committed. */
  keep: (): Buffer => record(word.keep),
  /** What is no part of the record of a commit goes. */
  tidy: (): Buffer => record(word.tidy),
  /** The record that lies in the directory. */
  open: (): Buffer => record(word.open),
  /** What is not left out of an open record goes to the layers of another set, over the same roots. */
  invert: (directory: string): Buffer => record(word.invert, Buffer.from(directory)),
} as const;

function record(type: number, ...parts: readonly Uint8Array[]): Buffer {
  const head = Buffer.alloc(5);
  head[0] = type;
  head.writeUInt32LE(
    parts.reduce((sum, part) => sum + part.length, 0),
    1,
  );
  return Buffer.concat([head, ...parts]);
}

function numberOf(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

/** Cuts what the program says into replies, however it was chunked. Throws a RangeError for what it would not say. */
export class ReplyReader {
  #pending: Buffer = Buffer.alloc(0);

  push(chunk: Buffer): AirlockReply[] {
    let bytes = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    const replies: AirlockReply[] = [];
    while (bytes.length >= 5) {
      const end = 5 + bytes.readUInt32LE(1);
      if (bytes.length < end) break;
      replies.push(decode(bytes.readUInt8(0), bytes.subarray(5, end)));
      bytes = bytes.subarray(end);
    }
    this.#pending = bytes;
    return replies;
  }
}

function decode(type: number, bytes: Buffer): AirlockReply {
  switch (type) {
    case reply.change:
      return { kind: 'change', change: decodeChange(bytes) };
    case reply.scanned:
      return { kind: 'scanned', count: bytes.readUInt32LE(0) };
    case reply.conflict:
      return {
        kind: 'conflict',
        index: bytes.readUInt32LE(0),
        conflict: conflictOf(bytes.readUInt8(4)),
      };
    case reply.done:
      return { kind: 'done', count: bytes.readUInt32LE(0) };
    case reply.missed:
      return {
        kind: 'missed',
        layer: bytes.readUInt8(0),
        conflict: conflictOf(bytes.readUInt8(1)),
        path: bytePathOf(bytes.subarray(2)),
      };
    case reply.failed:
      return { kind: 'failed', because: bytes.toString('utf8') };
    default:
      throw new RangeError(`Cannot read a reply of type ${String(type)}: this library knows none`);
  }
}

/** A number that nobody named is no way to say that all is well. */
function conflictOf(number: number): ConflictKind {
  return conflictKinds[number - 1] ?? 'failed';
}

function decodeChange(bytes: Buffer): ScannedChange {
  const pathEnd = 6 + bytes.readUInt32LE(2);
  const before = decodeNode(bytes, pathEnd);
  const after = decodeNode(bytes, before.end);
  if (after.end !== bytes.length) throw new RangeError('Cannot read a change: it has another length');
  return {
    layer: bytes.readUInt8(0),
    path: bytePathOf(bytes.subarray(6, pathEnd)),
    before: before.node,
    after: after.node,
    conflict: bytes.readUInt8(1) === 0 ? undefined : conflictOf(bytes.readUInt8(1)),
  };
}

const formats = { mask: 0o170000, file: 0o100000, directory: 0o040000, symlink: 0o120000 } as const;
const otherTypes: ReadonlyMap<number, 'fifo' | 'socket' | 'device'> = new Map([
  [0o010000, 'fifo'],
  [0o140000, 'socket'],
  [0o020000, 'device'],
  [0o060000, 'device'],
]);

function decodeNode(bytes: Buffer, at: number): { readonly node: NodeState; readonly end: number } {
  const whole = bytes.readUInt32LE(at);
  const size = Number(bytes.readBigUInt64LE(at + 4));
  const end = at + 16 + bytes.readUInt32LE(at + 12);
  if (end > bytes.length) throw new RangeError('Cannot read a change: it is cut short');
  const mode = whole & 0o7777;
  const target = bytePathOf(bytes.subarray(at + 16, end));
  return { node: nodeOf(whole & formats.mask, mode, size, target), end };
}

function nodeOf(format: number, mode: number, size: number, target: BytePath): NodeState {
  switch (format) {
    case 0:
      return { kind: 'missing' };
    case formats.file:
      return { kind: 'file', size, mode };
    case formats.directory:
      return { kind: 'directory', mode };
    case formats.symlink:
      return { kind: 'symlink', target };
    default:
      return { kind: 'other', type: otherTypes.get(format) ?? 'unknown' };
  }
}
