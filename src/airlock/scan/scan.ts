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
import { isPlaceholder } from './is-placeholder.ts';
import { RememberedTree } from './remembered-tree.ts';

export interface ScanParts {
  /** Links resolved; none inside another. */
  readonly roots: readonly AbsolutePath[];
  readonly world: Omit<JudgeWorld, 'before' | 'after'>;
  /** Puts the held parts into the store; called before anything is restored. */
  putAside(judged: readonly JudgedChange[], before: RememberedTree): readonly HeldChange[];
}

export interface Scan {
  /** Judges what is new. One look at a time; a second caller gets a look that begins after the first. */
  look(): Promise<readonly HeldChange[]>;
  /**
   * Changes these paths (absolute, parents first) at a moment when nobody looks, and takes them as they are then: somebody
   * judged them, or a person wanted them.
   */
  beside<T>(paths: readonly BytePath[], change: () => Promise<T>): Promise<T>;
}

/** Answers once everything that is judged is remembered: start the program after that. */
export async function startScan({ roots, world, putAside }: ScanParts): Promise<Scan> {
  const index = new DirectoryIndex(roots);
  await index.fill();
  const memory = new RememberedTree(index);
  const rootOf = (path: BytePath): AbsolutePath | undefined =>
    roots.find((root) => path.startsWith(root === '/' ? '/' : `${bytePath(root)}/`));
  const asChange = (path: BytePath, before: NodeState, after: NodeState): Change[] => {
    const root = rootOf(path);
    if (root === undefined) return [];
    const relative = path.slice(root === '/' ? 1 : bytePath(root).length + 1) as BytePath;
    return [{ root, path: relative, before, after }];
  };
  const placeOf = ({ root, path }: Change): BytePath =>
    `${root === '/' ? '' : bytePath(root)}/${path}` as BytePath;
  const rememberJudged = (paths: Iterable<BytePath>): void => {
    // Asked about names alone: what each of them is shows when it is remembered.
    const some = { kind: 'file', size: 0, mode: 0o644 } as const;
    const changes = [...paths].flatMap((path) => asChange(path, { kind: 'missing' }, some));
    const set = { id: 'scan', roots, changes };
    for (const change of findJudged(set, { ...world, before: realTree, after: realTree }))
      memory.remember(placeOf(change));
  };
  rememberJudged(index.paths());

  async function look(): Promise<readonly HeldChange[]> {
    const { appeared, accept } = await index.look();
    const paths = new Set([...appeared, ...memory.changed()]);
    if (paths.size === 0) {
      accept();
      return [];
    }
    const changes = [...paths]
      .toSorted()
      .flatMap((path) => asChange(path, memory.stat(path), realTree.stat(path)))
      .filter(({ before, after }) => before.kind !== 'missing' || after.kind !== 'missing')
      .filter((change) => !isPlaceholder(realTree, placeOf(change), change.after));
    const judgement = judgeChanges(
      { id: 'scan', roots, changes },
      { ...world, before: memory, after: realTree },
    );
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
    for (const one of held) {
      const problem = restore(one, memory.bytesOf(placeOf(one.change)));
      if (problem !== undefined) failed.set(showBytePath(placeOf(one.change)), problem);
    }
    accept();
    rememberJudged(paths);
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
    look: async () => await inTurn(look),
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
function restore({ change, verdict }: JudgedChange, before: Uint8Array | undefined): string | undefined {
  try {
    restoreBeneath(change.root, change.path, wanted(change, verdict, before));
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
