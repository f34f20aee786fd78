// Writes below a root while somebody else may rename directories and make links there: every directory on the way is
// opened by itself, no link is followed, and the last step works on the open directory, not on a path.
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  constants,
  existsSync,
  fchmodSync,
  lstatSync,
  mkdirSync,
  openSync,
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
}

/** Throws what the file system throws; ELOOP or ENOTDIR when a link or a file stands on the way. */
export function restoreBeneath(root: AbsolutePath, path: BytePath, wanted: Restored): void {
  const parts = path.split('/');
  const name = parts.pop() ?? '';
  const directory = openParents(root, parts);
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

interface OpenDirectory {
  readonly place: string;
  makeWritable(): void;
  close(): void;
}

const asDirectory = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;

function openParents(root: AbsolutePath, parts: readonly string[]): OpenDirectory {
  // Without /proc a directory cannot be named by its descriptor; the real path is the best there is.
  if (!existsSync('/proc/self/fd')) {
    const real = realpathSync(pathBytes([bytePath(root), ...parts].join('/') as BytePath));
    if (real !== Buffer.from([bytePath(root), ...parts].join('/'), 'latin1').toString('utf8'))
      throw Object.assign(new Error('A link stands on the way'), { code: 'ELOOP' });
    return { place: bytePath(real), makeWritable: () => chmodSync(real, 0o755), close: () => undefined };
  }
  let file = openSync(root, asDirectory);
  try {
    for (const part of parts) {
      const next = openOrMake(file, part);
      closeSync(file);
      file = next;
    }
  } catch (error) {
    closeSync(file);
    throw error;
  }
  const opened = file;
  return {
    place: `/proc/self/fd/${opened}`,
    makeWritable: () => fchmodSync(opened, 0o755),
    close: () => closeSync(opened),
  };
}

function openOrMake(directory: number, part: string): number {
  const place = pathBytes(`/proc/self/fd/${directory}/${part}` as BytePath);
  try {
    return openSync(place, asDirectory);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    mkdirSync(place, { mode: 0o755 });
    return openSync(place, asDirectory);
  }
}

function put(place: BytePath, fresh: BytePath, { state, bytes }: Restored): void {
  const [at, temporary] = [pathBytes(place), pathBytes(fresh)];
  const found = lstatSync(at, { throwIfNoEntry: false });
  switch (state.kind) {
    case 'file': {
      if (bytes === undefined) return;
      const file = openSync(
        temporary,
        constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW,
        0o600,
      );
      try {
        for (let written = 0; written < bytes.length;) written += writeSync(file, bytes, written);
        fchmodSync(file, state.mode & 0o777);
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
