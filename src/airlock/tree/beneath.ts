// Writes below a root while somebody else may rename directories and make links there: every directory on the way is
// opened by itself, no link is followed, and the last step works on the open directory, not on a path.
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  constants,
  existsSync,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmdirSync,
  symlinkSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { type AbsolutePath, bytePath, type BytePath, type NodeState, pathBytes } from '../../domain/index.ts';

export interface Restored {
  /** What the path is to be: `other` and `missing` remove what stands there. */
  readonly state: NodeState;
  readonly bytes: Uint8Array | undefined;
  /** Whose the file is to be, where this process may give files away. Default: whoever this process is. */
  readonly owner?: FileOwner | undefined;
  /** `leave-missing`: where the directory is gone, nothing is wanted there any more. Default `make-missing`. */
  readonly parents?: 'make-missing' | 'leave-missing';
}

export interface FileOwner {
  readonly uid: number;
  readonly gid: number;
}

/** What stands at a path below a root, and the bytes of a regular file that are at most `limit`. */
export type FoundBeneath =
  | { readonly kind: 'missing' | 'directory' | 'symlink' | 'other' | 'too-large' }
  | {
      readonly kind: 'file';
      readonly bytes: Buffer;
      readonly mode: number;
      readonly owner: FileOwner;
    };

/**
 * Reads one file below a root without following a link anywhere on the way. Throws what the file system throws; ELOOP
 * or ENOTDIR when a link or a file stands on the way.
 */
export function readBeneath(root: AbsolutePath, path: BytePath, limit: number): FoundBeneath {
  const parts = path.split('/');
  const name = parts.pop() ?? '';
  let directory: OpenDirectory;
  try {
    directory = openParents(root, parts, 'leave-missing');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return { kind: 'missing' };
    throw error;
  }
  try {
    return readAt(pathBytes(`${directory.place}/${name}` as BytePath), limit);
  } finally {
    directory.close();
  }
}

function readAt(at: Buffer, limit: number): FoundBeneath {
  const seen = lstatSync(at, { throwIfNoEntry: false });
  if (seen === undefined) return { kind: 'missing' };
  if (seen.isDirectory()) return { kind: 'directory' };
  if (seen.isSymbolicLink()) return { kind: 'symlink' };
  if (!seen.isFile()) return { kind: 'other' };
  // A pipe that took its place must not hold anybody up.
  const file = openSync(at, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const found = fstatSync(file);
    if (!found.isFile()) return { kind: 'other' };
    if (found.size > limit) return { kind: 'too-large' };
    const bytes = readFileSync(file);
    if (bytes.length > limit) return { kind: 'too-large' };
    return { kind: 'file', bytes, mode: found.mode & 0o7777, owner: { uid: found.uid, gid: found.gid } };
  } finally {
    closeSync(file);
  }
}

/**
 * Throws what the file system throws; ELOOP or ENOTDIR when a link or a file stands on the way, ENOENT when a directory is gone
 * that is not to be made.
 */
export function restoreBeneath(root: AbsolutePath, path: BytePath, wanted: Restored): void {
  const parts = path.split('/');
  const name = parts.pop() ?? '';
  const isRemoval = wanted.state.kind === 'missing' || wanted.state.kind === 'other';
  const directory = openParents(
    root,
    parts,
    isRemoval ? 'leave-missing' : (wanted.parents ?? 'make-missing'),
  );
  // Not to be guessed: whoever writes there at the same time must not be in the way.
  const fresh = `${directory.place}/.cordon-${randomBytes(8).toString('hex')}` as BytePath;
  const at = `${directory.place}/${name}` as BytePath;
  try {
    try {
      put(at, fresh, wanted);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EACCES')) throw error;
      // A directory made read-only after something was put into it.
      directory.makeWritable();
      put(at, fresh, wanted);
    }
  } finally {
    directory.close();
  }
}

export interface OpenDirectory {
  /** -1 where directories cannot be named by their descriptors. */
  readonly file: number;
  readonly place: string;
  makeWritable(): void;
  close(): void;
}

const asDirectory = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;

export function openParents(
  root: AbsolutePath,
  parts: readonly string[],
  how: 'make-missing' | 'leave-missing',
): OpenDirectory {
  // Without /proc a directory cannot be named by its descriptor; the real path is the best there is.
  if (!existsSync('/proc/self/fd')) {
    const real = realpathSync(pathBytes([bytePath(root), ...parts].join('/') as BytePath));
    if (real !== Buffer.from([bytePath(root), ...parts].join('/'), 'latin1').toString('utf8'))
      throw Object.assign(new Error('A link stands on the way'), { code: 'ELOOP' });
    return {
      file: -1,
      place: bytePath(real),
      makeWritable: () => chmodSync(real, 0o755),
      close: () => undefined,
    };
  }
  let file = openSync(root, asDirectory);
  try {
    for (const part of parts) {
      const next =
        how === 'make-missing' ? openOrMake(file, part) : openSync(placeIn(file, part), asDirectory);
      closeSync(file);
      file = next;
    }
  } catch (error) {
    closeSync(file);
    throw error;
  }
  const opened = file;
  return {
    file: opened,
    place: `/proc/self/fd/${opened}`,
    makeWritable: () => fchmodSync(opened, 0o755),
    close: () => closeSync(opened),
  };
}

export function placeIn(directory: number, part: string): Buffer {
  return pathBytes(`/proc/self/fd/${directory}/${part}` as BytePath);
}

function openOrMake(directory: number, part: string): number {
  const place = placeIn(directory, part);
  try {
    return openSync(place, asDirectory);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    mkdirSync(place, { mode: 0o755 });
    return openSync(place, asDirectory);
  }
}

function put(place: BytePath, fresh: BytePath, { state, bytes, owner }: Restored): void {
  const [at, temporary] = [pathBytes(place), pathBytes(fresh)];
  const found = lstatSync(at, { throwIfNoEntry: false });
  switch (state.kind) {
    case 'file': {
      if (bytes === undefined) return;
      let file: number;
      try {
        file = openSync(
          temporary,
          constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW,
          0o600,
        );
      } catch (error) {
        if (!isFull(error) || found?.isFile() !== true) throw error;
        writeInPlace(at, bytes, state.mode);
        return;
      }
      try {
        writeAll(file, bytes);
        if (owner !== undefined && process.geteuid?.() === 0) fchownSync(file, owner.uid, owner.gid);
        fchmodSync(file, state.mode & 0o777);
        fsyncSync(file);
      } catch (error) {
        unlinkSync(temporary);
        if (!isFull(error) || found?.isFile() !== true) throw error;
        writeInPlace(at, bytes, state.mode);
        return;
      } finally {
        closeSync(file);
      }
      renameSync(temporary, at);
      return;
    }
    case 'symlink':
      symlinkSync(pathBytes(state.target), temporary);
      renameSync(temporary, at);
      return;
    case 'directory':
      if (found?.isDirectory() === true) return;
      if (found !== undefined) unlinkSync(at);
      mkdirSync(at);
      chmodSync(at, state.mode & 0o777);
      return;
    case 'missing':
    case 'other':
      if (found?.isDirectory() === true) rmdirSync(at);
      else if (found !== undefined) unlinkSync(at);
      return;
  }
}

/** No room for a second file. What must not stay is then overwritten where it lies: half of it is better than all of it. */
function writeInPlace(at: Buffer, bytes: Uint8Array, mode: number): void {
  const file = openSync(
    at,
    constants.O_WRONLY | constants.O_TRUNC | constants.O_NOFOLLOW | constants.O_NONBLOCK,
  );
  try {
    writeAll(file, bytes);
    fchmodSync(file, mode & 0o777);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function writeAll(file: number, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length;) written += writeSync(file, bytes, written);
}

function isFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT');
}
