// The judge on the real directory, for whoever writes there directly: a session, or a command on a host without
// layers. Remembers what is judged before the program starts; each look judges what appeared or changed since, puts
// aside what may not stay and restores what stood there.
import {
  type AbsolutePath,
  bytePath,
  type BytePath,
  type Change,
  type ChangeVerdict,
  type HeldChange,
  type JudgedChange,
  type NodeState,
  showBytePath,
} from '../../domain/index.ts';
import { findJudged, type JudgeWorld, judgeChanges } from '../judge/index.ts';
import { realTree, type Restored, restoreBeneath } from '../tree/index.ts';
import { DirectoryIndex } from './directory-index.ts';
import { hotDirectories, type HotPlaces, isUnderWay, isWantedAtOnce } from './hot-places.ts';
import { isPlaceholder } from './is-placeholder.ts';
import { isOutOfSight } from './mark-of.ts';
import { asSeen, type Memory, RememberedTree } from './remembered-tree.ts';

export interface ScanParts {
  /** Links resolved; none inside another. */
  readonly roots: readonly AbsolutePath[];
  readonly world: Omit<JudgeWorld, 'before' | 'after'>;
  /** Puts the held parts into the store; called before anything is restored. */
  putAside(judged: readonly JudgedChange[], before: RememberedTree): readonly HeldChange[];
}

export interface Scan {
  /**
   * Judges what is new. One look at a time; a second caller gets a look that begins after the first. What git is in the
   * middle of (a rebase's list) waits for a look that is `final`, which is the default.
   */
  look(when?: 'final' | 'between'): Promise<readonly HeldChange[]>;
  /** Judges what changed in these of the hot directories alone; what is new there only at names that are obeyed at once. */
  glance(directories: ReadonlySet<BytePath>): Promise<readonly HeldChange[]>;
  /** Where something was obeyed when this began: worth a glance whenever it changes. */
  readonly hot: HotPlaces;
  /**
   * Changes these paths (absolute, parents first) at a moment when nobody looks, and takes them as they are then: somebody
   * judged them, or a person wanted them.
   */
  beside<T>(paths: readonly BytePath[], change: () => Promise<T>): Promise<T>;
}

interface Seen {
  readonly appeared: readonly BytePath[];
  readonly changed: readonly BytePath[];
  readonly when: 'final' | 'between';
  accept(): void;
}

/** Answers once everything that is judged is remembered: start the program after that. */
export async function startScan({ roots, world, putAside }: ScanParts): Promise<Scan> {
  const index = new DirectoryIndex(roots);
  const memory = new RememberedTree(index);
  const rootOf = (path: BytePath): AbsolutePath | undefined =>
    roots.find((root) => path.startsWith(root === '/' ? '/' : `${bytePath(root)}/`));
  const tops = new Set(roots.map((root) => bytePath(root)));
  const isTop = (directory: BytePath): boolean => tops.has(directory);
  const asChange = (path: BytePath, before: NodeState, after: NodeState): Change[] => {
    const root = rootOf(path);
    if (root === undefined) return [];
    const relative = path.slice(root === '/' ? 1 : bytePath(root).length + 1) as BytePath;
    return [{ root, path: relative, before, after }];
  };
  const placeOf = ({ root, path }: Change): BytePath =>
    `${root === '/' ? '' : bytePath(root)}/${path}` as BytePath;
  /** Those of them that are judged, as they are now. */
  const seeJudged = (paths: Iterable<BytePath>): Map<BytePath, Memory> => {
    // Asked about names alone: what each of them is shows when it is seen.
    const some = { kind: 'file', size: 0, mode: 0o644 } as const;
    const changes = [...paths].flatMap((path) => asChange(path, { kind: 'missing' }, some));
    const set = { id: 'scan', roots, changes };
    const judged = findJudged(set, { ...world, before: realTree, after: realTree }).map(placeOf);
    return new Map(judged.map((path) => [path, RememberedTree.see(path)]));
  };
  const rememberJudged = (paths: Iterable<BytePath>): void => {
    for (const [path, seen] of seeJudged(paths)) memory.keep(path, seen);
  };
  try {
    await index.fill();
    rememberJudged(index.paths());
  } finally {
    index.closeAgain();
  }

  const hot: HotPlaces = {
    directories: hotDirectories([...tops], memory.directories()),
    concerns: (path) => memory.knows(path) || isWantedAtOnce(path, isTop),
  };

  async function look(when: 'final' | 'between'): Promise<readonly HeldChange[]> {
    try {
      const { appeared, accept } = await index.look(when);
      return judge({ appeared, accept, changed: memory.changed(), when });
    } finally {
      index.closeAgain();
    }
  }

  function glance(directories: ReadonlySet<BytePath>): readonly HeldChange[] {
    const { appeared, accept } = index.glance(directories, (path) => isWantedAtOnce(path, isTop));
    return judge({ appeared, accept, changed: memory.changed(directories), when: 'between' });
  }

  function judge({ appeared, accept, changed, when }: Seen): readonly HeldChange[] {
    const later =
      when === 'final'
        ? []
        : [...appeared, ...changed].filter((path) => isUnderWay(path) || isOutOfSight(path));
    const paths = new Set([...appeared, ...changed].filter((path) => !later.includes(path)));
    if (paths.size === 0) {
      accept();
      for (const path of later) if (appeared.includes(path)) index.doubt(path);
      return [];
    }
    // Read once: what is judged is what is remembered, whatever somebody writes meanwhile.
    const seen = seeJudged(paths);
    const after = asSeen(seen);
    const changes = [...paths]
      .toSorted()
      .flatMap((path) => asChange(path, memory.stat(path), after.stat(path)))
      .filter(({ before, after }) => before.kind !== 'missing' || after.kind !== 'missing')
      .filter((change) => !isPlaceholder(after, placeOf(change), change.after));
    const judgement = judgeChanges({ id: 'scan', roots, changes }, { ...world, before: memory, after });
    // Written already: a rule that forbids a path cannot undo the rest, but the path itself does not stay.
    const judged =
      judgement.kind === 'judged'
        ? judgement.changes
        : changes.map((change): JudgedChange =>
            change === judgement.change
              ? {
                  change,
                  verdict: { kind: 'hold', held: [{ reason: judgement.reason, runs: judgement.rule }] },
                }
              : { change, verdict: { kind: 'keep' } },
          );
    const held = judged.filter(({ verdict }) => verdict.kind !== 'keep');
    const told = held.length === 0 ? [] : putAside(held, memory);
    const failed = new Map<string, string>();
    const wishes = held.map(({ change, verdict }) => ({
      change,
      wish: wanted(change, verdict, memory.bytesOf(placeOf(change))),
    }));
    for (const { change, wish } of wishes) {
      const problem = restore(change, wish);
      if (problem !== undefined) failed.set(showBytePath(placeOf(change)), problem);
    }
    accept();
    for (const path of later) if (appeared.includes(path)) index.doubt(path);
    for (const [path, state] of seen) memory.keep(path, state);
    for (const { change, wish } of wishes) {
      if (wish.state.kind === 'missing') {
        memory.forget(placeOf(change));
        // Whoever is quick has put another one there by now: that one was judged by nobody.
        index.doubt(placeOf(change));
      } else memory.keep(placeOf(change), { stamp: 'restored', state: wish.state, bytes: wish.bytes });
    }
    // What comes back to a name that is free by now appears anew.
    for (const path of paths) if (realTree.stat(path).kind === 'missing') index.doubt(path);
    return told.map((one) => {
      const remains = failed.get(one.path);
      return remains === undefined ? one : { ...one, remains };
    });
  }

  const state: { turn: Promise<unknown> } = { turn: Promise.resolve() };
  async function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = state.turn.then(work);
    state.turn = turn.catch(() => undefined);
    return await turn;
  }
  return {
    look: async (when = 'final') => await inTurn(async () => await look(when)),
    glance: async (directories) => await inTurn(async () => await Promise.resolve(glance(directories))),
    hot,
    beside: async (paths, change) =>
      await inTurn(async () => {
        const done = await change();
        for (const path of paths) index.adopt(path, realTree.stat(path).kind === 'directory');
        rememberJudged(paths);
        return done;
      }),
  };
}

/** A sentence when it could not be done. What is gone from its place meanwhile needs nothing. */
function restore(change: Change, wish: Restored): string | undefined {
  try {
    restoreBeneath(change.root, change.path, wish);
    return undefined;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    return error.code === 'ENOENT' ? undefined : `It could not be taken away (${String(error.code)}).`;
  }
}

function wanted(change: Change, verdict: ChangeVerdict, before: Uint8Array | undefined): Restored {
  if (verdict.kind === 'rewrite') {
    const mode = change.after.kind === 'file' ? change.after.mode : 0o644;
    const { bytes } = verdict;
    // A repository that somebody removed meanwhile is not made again.
    return { state: { kind: 'file', size: bytes.length, mode }, bytes, parents: 'leave-missing' };
  }
  // Too large to have been remembered: what is dangerous goes, and the store has it.
  if (change.before.kind === 'file' && before === undefined)
    return { state: { kind: 'missing' }, bytes: undefined };
  return { state: change.before, bytes: before };
}
