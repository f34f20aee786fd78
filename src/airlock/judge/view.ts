// The change set as the judge looks at it: every path absolute, both states of the file system, text as latin1.
import {
  bytePath,
  type BytePath,
  type Change,
  type ChangeSet,
  type NodeState,
  type TreeReader,
} from '../../domain/index.ts';
import { inside, isWithin } from './path.ts';
import type { JudgeWorld } from './world.ts';

/** The largest file whose content is judged; a larger one in a judged place is held. */
const largest = 1024 * 1024;

export interface View {
  readonly before: TreeReader;
  readonly after: TreeReader;
  readonly world: JudgeWorld;
  readonly home: BytePath | undefined;
  readonly roots: readonly BytePath[];
  /** By absolute path. */
  readonly changed: ReadonlyMap<BytePath, Change>;
  /** In a root: only there a command can have written. */
  inRoots(path: BytePath): boolean;
}

export function makeView(set: ChangeSet, world: JudgeWorld): View {
  const changed = new Map<BytePath, Change>();
  for (const change of set.changes) changed.set(absoluteOf(change), change);
  const roots = set.roots.map((root) => bytePath(root));
  return {
    before: withMemory(world.before),
    after: withMemory(world.after),
    world,
    home: world.home === undefined ? undefined : bytePath(world.home),
    roots,
    changed,
    inRoots: (path) => roots.some((root) => isWithin(path, root)),
  };
}

export function absoluteOf({ root, path }: Change): BytePath {
  return inside(bytePath(root), path);
}

/** Latin1 text of a regular file; undefined when there is none, or none that can be judged. */
export function readText(reader: TreeReader, path: BytePath): string | undefined {
  const outcome = reader.read(path, largest);
  return outcome.kind === 'bytes' ? Buffer.from(outcome.bytes).toString('latin1') : undefined;
}

export function namesIn(reader: TreeReader, path: BytePath): readonly string[] {
  const listed = reader.list(path);
  return listed.kind === 'names' ? listed.names : [];
}

/** Each state is asked for once: the same parents are looked at for every change. */
function withMemory(reader: TreeReader): TreeReader {
  const states = new Map<BytePath, NodeState>();
  return {
    stat(path) {
      const known = states.get(path);
      if (known !== undefined) return known;
      const state = reader.stat(path);
      states.set(path, state);
      return state;
    },
    list: (path) => reader.list(path),
    read: (path, limit) => reader.read(path, limit),
  };
}
