// Where layers may lie: a directory of this user's own that nobody else can enter, outside every root. On the file system
// of the workspace when there is one, because from there a commit is a rename.
import { existsSync, lstatSync, mkdirSync, realpathSync, statfsSync, statSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { absolutePath, type AbsolutePath } from '../../domain/index.ts';

export interface AirlockWish {
  /** In order of preference. Each is made when its parent is there. */
  readonly candidates: readonly AbsolutePath[];
  /** Where layers lie in memory, when the file systems of all others are full: a command must be able to make room. */
  readonly spare?: AbsolutePath;
  readonly roots: readonly AbsolutePath[];
  readonly uid: number;
}

export type FoundAirlock =
  | { readonly kind: 'found'; readonly airlock: AbsolutePath }
  | { readonly kind: 'none'; readonly because: string };

/** Outside of every view: commands have a `/dev/shm` of their own. */
export function spareAirlock(uid: number): AbsolutePath {
  return `/dev/shm/cordon-${String(uid)}/airlock` as AbsolutePath;
}

/** Places for layers in the order they are tried: the home's, then one for those whose home is the workspace. */
export function airlockCandidates(home: AbsolutePath | undefined, uid: number): readonly AbsolutePath[] {
  return [
    ...(home === undefined ? [] : [`${home}/airlock` as AbsolutePath]),
    `/var/tmp/cordon-${String(uid)}/airlock` as AbsolutePath,
  ];
}

export function findAirlock({ candidates, spare, roots, uid }: AirlockWish): FoundAirlock {
  const usableOf = (paths: readonly AbsolutePath[]): AbsolutePath[] =>
    paths.flatMap((path) => usablePlace(path, roots, uid) ?? []).filter(hasRoom);
  const preferred = usableOf(candidates);
  const usable = preferred.length > 0 || spare === undefined ? preferred : usableOf([spare]);
  const device = deviceOf(roots[0]);
  const best = usable.find((path) => deviceOf(path) === device) ?? usable[0];
  if (best !== undefined) return { kind: 'found', airlock: best };
  return {
    kind: 'none',
    because: `none of ${candidates.join(', ')} is a private directory outside the writable roots with room in it`,
  };
}

/** For some hundred small files: with less, a command that removes some could not even say so. */
function hasRoom(place: AbsolutePath): boolean {
  const { bavail, bsize, files, ffree } = statfsSync(place);
  return bavail * bsize >= 1 << 20 && (files === 0 || ffree >= 256);
}

function usablePlace(
  path: AbsolutePath,
  roots: readonly AbsolutePath[],
  uid: number,
): AbsolutePath | undefined {
  try {
    const parent = realpathSync(makeParent(path, roots, uid));
    const place = absolutePath(`${parent}${path.slice(dirname(path).length)}`);
    if (place === undefined || roots.some((root) => isAtOrBelow(place, root))) return undefined;
    if (!existsSync(place)) mkdirSync(place, { mode: 0o700 });
    const status = lstatSync(place);
    // One that somebody else made, or can enter, is no place of ours.
    return status.isDirectory() && status.uid === uid && (status.mode & 0o077) === 0 ? place : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The home of cordon may not exist yet; what it lies in must, and is no workspace, where nothing of ours may appear. One of
 * somebody else's could be swapped for another.
 */
function makeParent(path: AbsolutePath, roots: readonly AbsolutePath[], uid: number): string {
  const parent = dirname(path);
  const real = `${realpathSync(dirname(parent))}/${basename(parent)}`;
  if (!existsSync(parent) && !roots.some((root) => isAtOrBelow(real, root)))
    mkdirSync(parent, { mode: 0o700 });
  if (statSync(parent).uid !== uid) throw new Error('it belongs to somebody else');
  return parent;
}

function isAtOrBelow(path: string, root: string): boolean {
  return path === root || path.startsWith(`${root}/`);
}

function deviceOf(path: string | undefined): number | undefined {
  try {
    return path === undefined ? undefined : statSync(path).dev;
  } catch {
    return undefined;
  }
}
