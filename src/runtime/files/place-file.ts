// Where a path leads, and whether a command could write there: the roots of the profile, and what is protected in them.
// Links below a root are met when the file is opened, not here: what is looked at twice may change between.
import { realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import {
  absolutePath,
  type AbsolutePath,
  type AccessProfile,
  bytePath,
  type BytePath,
  err,
  ok,
  type Result,
} from '../../domain/index.ts';
import { type FileRefusal, refusal } from './file-change.ts';

export interface PlacedFile {
  readonly root: AbsolutePath;
  /** Relative to the root. */
  readonly path: BytePath;
  readonly absolute: AbsolutePath;
}

export interface FilePlaces {
  readonly profile: AccessProfile;
  /** Where commands may have a directory of their own under the same name. */
  readonly temporary: readonly AbsolutePath[];
  readonly workspace: AbsolutePath;
}

/** Directories on the way to a file: each is looked at, by the judge several times. */
const mostSteps = 256;

export function placeFile(
  text: string,
  cwd: AbsolutePath,
  places: FilePlaces,
): Result<PlacedFile, FileRefusal> {
  const written = text === '' || text.endsWith('/') ? undefined : absolutePath(resolve(cwd, text));
  if (written === undefined || written === '/' || /(^|\/)\.{1,2}$/.test(text))
    return err(refusal('request', text, 'it names no file'));
  if (written.split('/').length > mostSteps) return err(refusal('request', written, 'it lies too deep'));
  const { profile } = places;
  switch (profile.kind) {
    case 'read-only':
      return err(refusal('sandbox', written, 'the sandbox is read-only'));
    case 'danger-full-access':
      return ok(below('/' as AbsolutePath, withRealParent(written)));
    case 'workspace-write': {
      const placed = inRoots(written, places) ?? inRoots(withRealParent(written), places);
      if (placed === undefined)
        return err(refusal('sandbox', written, 'it lies outside of the writable directories'));
      const { absolute } = placed;
      if (profile.protect.some((place) => isWithin(absolute, place) || isWithin(place, absolute)))
        return err(refusal('sandbox', absolute, 'it is protected'));
      if (profile.denyRead.some((place) => isWithin(absolute, place) || isWithin(place, absolute)))
        return err(refusal('sandbox', absolute, 'it is hidden from commands'));
      return ok(placed);
    }
  }
}

/** In the innermost root. Shared temporary directories are none: commands have their own in that place. */
function inRoots(path: AbsolutePath, { profile, temporary, workspace }: FilePlaces): PlacedFile | undefined {
  if (profile.kind !== 'workspace-write') return undefined;
  const [root] = profile.writable
    .filter((each) => each === workspace || !temporary.includes(each))
    .filter((each) => path !== each && isWithin(path, each))
    .toSorted((one, other) => other.length - one.length);
  return root === undefined ? undefined : below(root, path);
}

function below(root: AbsolutePath, absolute: AbsolutePath): PlacedFile {
  return { root, path: bytePath(absolute.slice(root === '/' ? 1 : root.length + 1)), absolute };
}

/** A home may be known under two names; the user's own links above a root are no trap of a command's. */
function withRealParent(path: AbsolutePath): AbsolutePath {
  const missing = [basename(path)];
  for (let parent = dirname(path); ; parent = dirname(parent)) {
    try {
      return absolutePath(join(realpathSync(parent), ...missing)) ?? path;
    } catch {
      if (parent === '/') return path;
      missing.unshift(basename(parent));
    }
  }
}

export function isWithin(path: string, place: string): boolean {
  return path === place || path.startsWith(place === '/' ? '/' : `${place}/`);
}
