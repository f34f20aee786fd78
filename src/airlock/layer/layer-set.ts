// The private directory of one command: a layer for each writable root, made before it starts and gone after it ended.
// Every name in here is our own, in a directory that only this user can enter and no command can write.
import {
  chmodSync,
  chownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  statSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { chmod, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { AbsolutePath } from '../../domain/index.ts';
import { findMountsBelow } from './mounts-below.ts';
import { writeSetRecord } from './set-record.ts';

/** What is written below `root` goes to `upper`. */
export interface Layer {
  readonly root: AbsolutePath;
  readonly upper: string;
  readonly work: string;
  /** Nanoseconds: what is newer in the workspace was made after the layer. */
  readonly start: bigint;
  /** Which directory the root is: another one in its place is nothing that the command saw. */
  readonly device: bigint;
  readonly inode: bigint;
}

/** A root that a command writes to directly, and why. */
export interface UnlayeredRoot {
  readonly root: AbsolutePath;
  readonly because: string;
}

export interface LayerSet {
  readonly id: string;
  /** Where all sets are: the airlock. */
  readonly airlock: AbsolutePath;
  readonly directory: string;
  /** For people: whose work it is. */
  readonly command: string;
  readonly layers: readonly Layer[];
  readonly unlayered: readonly UnlayeredRoot[];
}

export interface LayerWish {
  readonly id: string;
  /** From `findAirlock`. */
  readonly airlock: AbsolutePath;
  readonly roots: readonly AbsolutePath[];
  /** This process: as long as it lives, the set is nobody else's to clean up. */
  readonly owner: OwnerMark;
  /** For people: whose work it is. */
  readonly command?: string;
}

/** A process, and when it began: numbers are used again. */
export interface OwnerMark {
  readonly pid: number;
  readonly began: string;
}

export function makeLayerSet({ id, airlock, roots, owner, command = 'a command' }: LayerWish): LayerSet {
  const directory = join(airlock, id);
  mkdirSync(directory, { mode: 0o700 });
  writeFileSync(join(directory, 'owner'), JSON.stringify(owner), { mode: 0o600 });
  const outer = roots.filter(
    (root) => !roots.some((other) => root !== other && root.startsWith(`${other}/`)),
  );
  return widenLayerSet({ id, airlock, directory, command, layers: [], unlayered: [] }, [...new Set(outer)]);
}

/** The same, with layers for further roots, none of which lies in another. */
export function widenLayerSet(set: LayerSet, roots: readonly AbsolutePath[]): LayerSet {
  const mounts = findMountsBelow(roots);
  const layers = [...set.layers];
  const unlayered = [...set.unlayered];
  for (const root of roots) {
    const because = mounts.has(root)
      ? 'other file systems are mounted below it'
      : statSync(root).isDirectory()
        ? undefined
        : 'it is a single file';
    if (because === undefined) layers.push(makeLayer(root, join(set.directory, String(layers.length))));
    else unlayered.push({ root, because });
  }
  writeSetRecord(set.directory, { command: set.command, layers });
  return { ...set, layers, unlayered };
}

/** The same layer for one more command, when the one before is gone: the kernel takes no work directory a second time. */
export function layerAgain(layer: Layer, run: number): Layer {
  const work = join(layer.upper, '..', `work-${String(run)}`);
  mkdirSync(work, { mode: 0o700 });
  return { ...layer, work };
}

/** The top of the layer is what the command sees of the root itself: its mode and its times. */
function makeLayer(root: AbsolutePath, place: string): Layer {
  const upper = join(place, 'upper');
  const work = join(place, 'work');
  mkdirSync(place, { mode: 0o700 });
  mkdirSync(upper, { mode: 0o700 });
  mkdirSync(work, { mode: 0o700 });
  const seen = statSync(root);
  const { dev: device, ino: inode } = statSync(root, { bigint: true });
  const made = statSync(upper);
  if (made.uid !== seen.uid || made.gid !== seen.gid) {
    try {
      chownSync(upper, seen.uid, seen.gid);
    } catch {
      // A directory of somebody else's, in which this user may write: the layer is this user's own.
    }
  }
  chmodSync(upper, seen.mode & 0o7777);
  utimesSync(upper, seen.atime, seen.mtime);
  return { root, upper, work, start: statSync(upper, { bigint: true }).ctimeNs, device, inode };
}

/** Whether the command left nothing in any layer, and changed no root itself. */
export function isUntouched({ layers }: LayerSet): boolean {
  return layers.every(({ root, upper }) => {
    if (readdirSync(upper).length > 0) return false;
    const [seen, left] = [statSync(root), statSync(upper)];
    return (seen.mode & 0o7777) === (left.mode & 0o7777);
  });
}

/**
 * Removes a set whose layers nobody wrote to. Never rejects: what cannot be removed (the kernel may hold a layer for a
 * moment longer) goes with what killed hosts leave.
 */
export async function removeLayerSet(set: LayerSet): Promise<void> {
  const { airlock, id, directory, layers } = set;
  try {
    // Behind the answer: whoever waits for the command does not wait for this.
    await nextTurn();
    if (!removeAsMade(set)) {
      // Some of it may be gone by now.
      for (const { work } of layers) await openUp(work).catch(() => undefined);
      await rm(directory, { recursive: true, force: true });
    }
    forgetLedger(airlock, id);
  } catch {
    // The next start looks again.
  }
}

/**
 * What was made for a command and nothing else, name by name: a walk through it costs a hundred times as much. False when
 * there is more in it.
 */
function removeAsMade({ directory, layers }: LayerSet): boolean {
  try {
    for (const { upper, work } of layers) {
      rmdirSync(upper);
      removeKernelsOwn(join(work, 'work'));
      rmdirSync(work);
      rmdirSync(dirname(work));
    }
    for (const name of ['set', 'owner']) unlinkSync(join(directory, name));
    rmdirSync(directory);
    return true;
  } catch {
    return false;
  }
}

/** What an overlay that is not synced leaves in its work directory: a mark, and nothing a command wrote. */
function removeKernelsOwn(directory: string): void {
  const mark = join(directory, 'incompat', 'volatile');
  chmodSync(directory, 0o700);
  unlinkSync(join(mark, 'dirty'));
  for (const each of [mark, dirname(mark), directory]) rmdirSync(each);
}

/** The kernel's own directories in it have no permissions, at any depth. */
async function openUp(directory: string): Promise<void> {
  await chmod(directory, 0o700);
  for (const entry of await readdir(directory, { withFileTypes: true }))
    if (entry.isDirectory()) await openUp(join(directory, entry.name));
}

/** Whether commands of ours other than this one have a set in the airlock. */
export function hasOtherSets(airlock: AbsolutePath, id: string): boolean {
  return setsIn(airlock).some((other) => other !== id);
}

/** The names of all sets. */
export function setsIn(airlock: AbsolutePath): string[] {
  return readdirSync(airlock, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);
}

/** Nobody is at work: what commits of ours changed meanwhile interests nobody. */
export function forgetLedger(airlock: AbsolutePath, id: string): void {
  if (hasOtherSets(airlock, id)) return;
  rmSync(join(airlock, 'ledger'), { force: true });
}

/** The owner of a set; undefined when it has none that can be read. */
export function ownerOf(directory: string): OwnerMark | undefined {
  try {
    const { pid, began } = JSON.parse(readFileSync(join(directory, 'owner'), 'utf8')) as Partial<OwnerMark>;
    return typeof pid === 'number' && typeof began === 'string' ? { pid, began } : undefined;
  } catch {
    return undefined;
  }
}
