// What only the file system can tell about a denial: where a path really leads, and whether this user could have
// written it. Asked after a command failed, never to decide whether one may run.
import { accessSync, constants, lstatSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { absolutePath, type AbsolutePath, type DenialFacts } from '../domain/index.ts';

export function hostFacts(cwd: AbsolutePath): DenialFacts {
  return { cwd, realPath, couldWrite };
}

/** The path with every symlink resolved that exists; what does not exist yet is kept as written. */
export function realPath(path: AbsolutePath): AbsolutePath {
  const missing: string[] = [];
  let existing: string = path;
  for (;;) {
    const real = tryRealpath(existing);
    if (real !== undefined) return absolutePath(join(real, ...missing)) ?? path;
    const parent = dirname(existing);
    if (parent === existing) return path;
    missing.unshift(existing.slice(parent === '/' ? 1 : parent.length + 1));
    existing = parent;
  }
}

export function exists(path: string): boolean {
  try {
    lstatSync(path);
    return true;
  } catch {
    return false;
  }
}

function couldWrite(path: AbsolutePath): boolean {
  if (exists(path)) return isAllowed(path, constants.W_OK);
  let parent = dirname(path);
  while (!exists(parent) && parent !== '/') parent = dirname(parent);
  return isAllowed(parent, constants.W_OK | constants.X_OK);
}

function isAllowed(path: string, mode: number): boolean {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    return false;
  }
}

function tryRealpath(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}
