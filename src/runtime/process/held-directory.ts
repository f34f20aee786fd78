// Enters a directory by what it is, where no launcher does: on Linux through a handle, elsewhere by a look just before.
import { closeSync, constants, fstatSync, openSync, statSync } from 'node:fs';
import type { DirectoryIdentity } from '../../domain/index.ts';

export interface HeldDirectory {
  /** Enters the held directory, in this process and in one that was forked from it and has not executed yet. */
  readonly path: string;
  close(): void;
}

/** Throws an error with the code of the system, or ESTALE when `path` is not the directory it was. */
export function holdDirectory(
  path: string,
  identity: DirectoryIdentity | undefined,
  platform: NodeJS.Platform,
): HeldDirectory {
  if (identity === undefined) return { path, close: () => undefined };
  if (platform !== 'linux') {
    compare(path, statSync(path, { bigint: true }), identity);
    return { path, close: () => undefined };
  }
  const handle = openSync(path, pathOnly | constants.O_DIRECTORY);
  try {
    compare(path, fstatSync(handle, { bigint: true }), identity);
  } catch (error) {
    closeSync(handle);
    throw error;
  }
  return { path: `/proc/self/fd/${String(handle)}`, close: () => closeSync(handle) };
}

function compare(
  path: string,
  found: { readonly dev: bigint; readonly ino: bigint },
  { device, inode }: DirectoryIdentity,
): void {
  if (found.dev === device && found.ino === inode) return;
  throw Object.assign(new Error(`${path} is another directory than it was`), { code: 'ESTALE' });
}

/** Linux: a handle on what cannot be listed, too. Node does not name it. */
const pathOnly = 0o10000000;
