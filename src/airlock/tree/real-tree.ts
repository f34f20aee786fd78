// The file system as it is now, as the judge asks for it. Synchronous: the judge asks for little, and a directory that
// changes between two answers is what the caller has to rule out anyway.
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readlinkSync,
  readSync,
  type Stats,
} from 'node:fs';
import {
  bytePathOf,
  type NodeState,
  pathBytes,
  type ReadOutcome,
  type TreeReader,
} from '../../domain/index.ts';

export const realTree: TreeReader = {
  stat(path) {
    try {
      // Most paths that the judge asks for are not there, and an exception costs more than everything else about them.
      const found = lstatSync(pathBytes(path), { throwIfNoEntry: false });
      if (found === undefined) return { kind: 'missing' };
      return found.isSymbolicLink()
        ? { kind: 'symlink', target: bytePathOf(readlinkSync(pathBytes(path), 'buffer')) }
        : stateOf(found);
    } catch (error) {
      return isAbsent(error) ? { kind: 'missing' } : { kind: 'other', type: 'unknown' };
    }
  },
  list(path) {
    try {
      return { kind: 'names', names: readdirSync(pathBytes(path), 'buffer').map(bytePathOf) };
    } catch (error) {
      return isAbsent(error) ? { kind: 'absent' } : { kind: 'unreadable', errno: errnoOf(error) };
    }
  },
  read(path, limit) {
    try {
      if (lstatSync(pathBytes(path), { throwIfNoEntry: false }) === undefined) return { kind: 'absent' };
      return readRegular(pathBytes(path), limit);
    } catch (error) {
      return isAbsent(error) ? { kind: 'absent' } : { kind: 'unreadable', errno: errnoOf(error) };
    }
  },
};

function stateOf(found: Stats): NodeState {
  const mode = found.mode & 0o7777;
  if (found.isFile()) return { kind: 'file', size: found.size, mode };
  if (found.isDirectory()) return { kind: 'directory', mode };
  if (found.isFIFO()) return { kind: 'other', type: 'fifo' };
  if (found.isSocket()) return { kind: 'other', type: 'socket' };
  return { kind: 'other', type: 'device' };
}

function readRegular(path: Buffer, limit: number): ReadOutcome {
  // A pipe that nobody writes to must not hold the judge, a link must not lead it elsewhere.
  const file = openSync(
    path,
    constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK | constants.O_NOCTTY,
  );
  try {
    const found = fstatSync(file);
    if (!found.isFile()) return { kind: 'unreadable', errno: 'EINVAL' };
    if (found.size > limit) return { kind: 'too-large' };
    const bytes = Buffer.alloc(limit + 1 < found.size + 4096 ? limit + 1 : found.size + 4096);
    let filled = 0;
    for (;;) {
      const got = readSync(file, bytes, filled, bytes.length - filled, null);
      if (got === 0) return { kind: 'bytes', bytes: bytes.subarray(0, filled) };
      filled += got;
      // It grew while it was read.
      if (filled === bytes.length) return { kind: 'too-large' };
    }
  } finally {
    closeSync(file);
  }
}

export function errnoOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : 'EUNKNOWN';
}

/** ENOTDIR: a part of the path before the last is no directory, so there is nothing there either. */
export function isAbsent(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR'].includes(errnoOf(error));
}
