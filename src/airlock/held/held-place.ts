// Where the store of what was held back lies: in the first place that is ours alone and outside of everything a
// command can write. A place inside a root would let the next command rewrite what a person is about to keep.
import { lstatSync, mkdirSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type AbsolutePath, absolutePath, err, ok, type Result } from '../../domain/index.ts';

export interface HeldPlaceOptions {
  /** `$CORDON_HOME`. */
  readonly home: AbsolutePath | undefined;
  readonly uid: number;
  /** Everything commands can write, links resolved. */
  readonly roots: readonly AbsolutePath[];
}

/** In order: the home's, then one below `/var/tmp` for those whose home is the workspace. */
export function heldPlaces(home: AbsolutePath | undefined, uid: number): AbsolutePath[] {
  const fallback = absolutePath(`/var/tmp/cordon-${uid}/held`);
  return [...(home === undefined ? [] : [join(home, 'held')]), fallback ?? ''].flatMap(
    (place) => absolutePath(place) ?? [],
  );
}

/** Makes the directory where it is missing. The error is a sentence. */
export function openHeldPlace({ home, uid, roots }: HeldPlaceOptions): Result<AbsolutePath, string> {
  const refused: string[] = [];
  for (const place of heldPlaces(home, uid)) {
    const problem = prepare(place, uid, roots);
    if (problem === undefined) return ok(place);
    refused.push(`${place} ${problem}`);
  }
  return err(`Nothing can be put aside: ${refused.join('; ')}.`);
}

function prepare(place: AbsolutePath, uid: number, roots: readonly AbsolutePath[]): string | undefined {
  const parent = dirname(place);
  try {
    // Looked at before anything is made: nothing of ours may appear in a workspace, and no home is made for anybody.
    if (isInside(realPlace(place), roots)) return 'lies in a directory that commands can write';
    for (const directory of [parent, place]) makeDirectory(directory);
    if (isInside(realpathSync(place), roots)) return 'lies in a directory that commands can write';
    for (const directory of [parent, place]) {
      const found = lstatSync(directory);
      // The home may be a link of the person's own; the store itself never is.
      if (directory === place && !found.isDirectory()) return 'is no directory';
      if (found.uid !== uid) return 'belongs to somebody else';
    }
    if ((lstatSync(place).mode & 0o077) !== 0) return 'can be read by others';
    return undefined;
  } catch (error) {
    return `cannot be used (${codeOf(error)})`;
  }
}

/** The real path of what is there of it, with the missing names behind it; the place above the parent must exist. */
function realPlace(place: string): string {
  const parent = dirname(place);
  for (const [directory, rest] of [
    [place, ''],
    [parent, `/${basename(place)}`],
  ] as const) {
    try {
      return `${realpathSync(directory)}${rest}`;
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw error;
    }
  }
  return join(realpathSync(dirname(parent)), basename(parent), basename(place));
}

function makeDirectory(path: string): void {
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  }
}

function isInside(path: string, roots: readonly string[]): boolean {
  return roots.some((root) => path === root || path.startsWith(root === '/' ? '/' : `${root}/`));
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
}
