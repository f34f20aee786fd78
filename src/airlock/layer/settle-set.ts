// The end of a command that wrote to layers: its changes are read, judged, and brought into the workspace, or not.
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type AbsolutePath,
  type BytePath,
  bytePath,
  type Change,
  type ChangeSet,
  type ChangeVerdict,
  type ConflictedChange,
  type HeldChange,
  type HeldPart,
  type JudgedChange,
  type Judgement,
  type SettledChanges,
  showBytePath,
  type TreeReader,
} from '../../domain/index.ts';
import { type AirlockProcess, type AirlockStart, ask, askAirlock, startAirlock } from './airlock-process.ts';
import { type ChangeJournal, endSet, wishOriginals } from './keep-originals.ts';
import { realTree } from '../tree/index.ts';
import { layeredReader } from './layer-reader.ts';
import { forgetLedger, isUntouched, type LayerSet, removeLayerSet } from './layer-set.ts';
import { say, type ScannedChange } from './speech.ts';

export interface Readers {
  readonly before: TreeReader;
  readonly after: TreeReader;
}

export interface SettleTools extends AirlockStart {
  /** Places whose changes are never kept, whatever the judge says: rules, configuration, our own program. */
  readonly protect: readonly AbsolutePath[];
  /** @param unsure changes whose paths somebody changed since: they may find themselves in the way. */
  judge(set: ChangeSet, readers: Readers, unsure: ReadonlySet<Change>): Judgement | Promise<Judgement>;
  /** Keeps what is withheld where no command can write; called while `after` can still be read. */
  putAside(
    set: ChangeSet,
    withheld: readonly JudgedChange[],
    readers: Readers,
    /** Whose work it is, for people, where that is another command than the one these tools were made for. */
    command?: string,
  ): readonly HeldChange[] | Promise<readonly HeldChange[]>;
  /**
   * Commits, at a moment when nobody else looks at the same directories: whoever judges them beside us takes `paths`
   * (absolute) for judged. Default: commits at once.
   */
  beside?<T>(paths: readonly BytePath[], commit: () => Promise<T>): Promise<T>;
  /** Takes what nobody has to wait for: the removal of a set that was not written to. Never rejects. Default: waits. */
  later?(removal: Promise<void>): void;
  /** Where the originals of commits are kept. Default: nowhere. */
  readonly journal?: ChangeJournal;
  /** Whether those of this commit are. Default: no. */
  readonly keeps?: boolean;
  /** The record that this commit takes back. */
  readonly undoes?: string;
  /** Which of the changes are meant: the rest is neither judged nor put aside, and goes. Default: all. */
  choose?(changes: readonly Change[]): ReadonlySet<Change>;
}

export async function settleSet(set: LayerSet, tools: SettleTools): Promise<SettledChanges> {
  const direct = set.unlayered;
  try {
    if (isUntouched(set)) {
      const removal = removeLayerSet(set);
      if (tools.later === undefined) await removal;
      else tools.later(removal);
      return { kind: 'committed', count: 0, held: [], conflicts: [], direct };
    }
    const settled = await readAndCommit(set, tools);
    forgetLedger(set.airlock, set.id);
    return settled;
  } catch (error) {
    const because = error instanceof Error ? error.message : String(error);
    const { directory } = set;
    // Begun already, and gone on with by the next start.
    if (hasJournal(directory)) return { kind: 'failed', because, directory, isUnfinished: true };
    // What the command wrote may be hours of work: nobody throws it away for a mistake of ours.
    try {
      writeFileSync(join(directory, 'failed'), because, { mode: 0o600 });
    } catch {
      // A full disk, most likely: as long as this host lives, the layer lies there all the same.
    }
    return { kind: 'failed', because, directory };
  }
}

async function readAndCommit(set: LayerSet, tools: SettleTools): Promise<SettledChanges> {
  const program = await startAirlock(tools);
  try {
    const { changes, unsure } = await scan(program, set);
    const chosen = tools.choose?.(changes);
    const changeSet = changeSetOf(set, chosen === undefined ? changes : [...chosen]);
    // What is protected does not come in, and hides nothing by what it would have been.
    const open = changeSet.changes.filter((change) => !isProtected(change, tools.protect));
    const readers = readersOf(set, changeSet.changes);
    const judgement = await tools.judge(changeSetOf(set, open), readersOf(set, open), unsure);
    if (judgement.kind === 'discarded') {
      const { change, reason, rule } = judgement;
      await ask(program, say.discard());
      return { kind: 'discarded', path: showBytePath(wholePath(change)), reason, rule };
    }
    const verdicts = new Map(judgement.changes.map(({ change, verdict }) => [change, verdict]));
    const decided = changes.map((change) => guard(change, verdicts.get(change), tools.protect));
    const withheld = changes.flatMap((change, index) => {
      const verdict = decided[index];
      if (verdict === undefined || verdict.kind === 'keep' || chosen?.has(change) === false) return [];
      return [{ change, verdict }];
    });
    const held = withheld.length === 0 ? [] : await tools.putAside(changeSet, withheld, readers);
    const kept = changes.filter((_, index) => decided[index]?.kind !== 'hold');
    const originals = wishOriginals(kept, tools);
    const done = await commitBeside(program, set, {
      changes,
      decided,
      tools,
      keeps: originals?.kind === 'keep',
    });
    const conflicts = await putConflictsAside(done.conflicts, changes, { changeSet, readers, tools });
    const told = await endSet(originals, { program, set, done }, tools);
    return { kind: 'committed', count: done.count, held, conflicts, direct: set.unlayered, ...told };
  } finally {
    await program.close();
  }
}

export function changeSetOf(set: Pick<LayerSet, 'id' | 'layers'>, changes: readonly Change[]): ChangeSet {
  return { id: set.id, roots: set.layers.map(({ root }) => root), changes };
}

/** The workspace as it is, and as it would be with these changes. */
export function readersOf(set: Pick<LayerSet, 'layers'>, changes: readonly Change[]): Readers {
  return { before: realTree, after: layeredReader(set.layers, changes) };
}

function changeIn(set: Pick<LayerSet, 'layers'>, { layer, path, before, after }: ScannedChange): Change {
  const root = set.layers[layer]?.root;
  if (root === undefined) throw new RangeError('the airlock spoke of a layer that it was not given');
  return { root, path, before, after };
}

export interface Scanned {
  readonly changes: readonly Change[];
  /** Those among them whose paths somebody changed since, or that are in the way already. */
  readonly unsure: ReadonlySet<Change>;
}

/** What the command left, and nothing more: nobody else is read or committed until `program` is closed. */
export async function scan(
  program: AirlockProcess,
  set: Pick<LayerSet, 'directory' | 'layers'>,
): Promise<Scanned> {
  program.tell(say.directory(set.directory), ...set.layers.map((layer) => say.layer(layer)), say.scan());
  const found = await scanned(program);
  const changes = found.map((change) => changeIn(set, change));
  return { changes, unsure: new Set(changes.filter((_, index) => found[index]?.conflict !== undefined)) };
}

/** Everything that the program tells of a set, or a record. */
export async function scanned(program: AirlockProcess): Promise<readonly ScannedChange[]> {
  const changes: ScannedChange[] = [];
  for (;;) {
    const reply = await program.next();
    if (reply.kind === 'change') changes.push(reply.change);
    else if (reply.kind === 'scanned' && reply.count === changes.length) return changes;
    else throw new Error(reply.kind === 'failed' ? reply.because : 'the airlock lost count of the changes');
  }
}

/** Nobody is asked about these. */
export const protectedPart: HeldPart = { reason: 'The place is protected.', runs: 'cordon itself' };

function isProtected(change: Change, protect: readonly AbsolutePath[]): boolean {
  const path = change.path === '' ? change.root : `${change.root}/${showBytePath(change.path)}`;
  return protect.some((place) => path === place || path.startsWith(`${place}/`));
}

/** A change without a verdict is not kept: nobody has looked at it. */
function guard(
  change: Change,
  verdict: ChangeVerdict | undefined,
  protect: readonly AbsolutePath[],
): ChangeVerdict {
  if (isProtected(change, protect)) return { kind: 'hold', held: [protectedPart] };
  return verdict ?? { kind: 'hold', held: [{ reason: 'It was not judged.', runs: 'nothing that is known' }] };
}

interface Committed {
  readonly count: number;
  /** By another run of the program than the one that scanned. */
  readonly isResumed?: boolean;
  readonly conflicts: ReadonlyMap<number, ConflictedChange['conflict']>;
}

interface Decided {
  readonly keeps: boolean;
  readonly changes: readonly Change[];
  readonly decided: readonly ChangeVerdict[];
  readonly tools: SettleTools;
}

async function commitBeside(program: AirlockProcess, set: LayerSet, wish: Decided): Promise<Committed> {
  const { changes, decided, tools } = wish;
  const paths = changes.filter((_, index) => decided[index]?.kind !== 'hold').map(wholePath);
  const run = async (): Promise<Committed> => {
    try {
      return await commit(program, wish);
    } catch (error) {
      if (!hasJournal(set.directory)) throw error;
      // The program was killed half way: what it began is finished at once.
      await askAirlock(tools, set.directory, say.resume());
      return missedBy(wish);
    }
  };
  return tools.beside === undefined ? await run() : await tools.beside(paths, run);
}

/** After a commit that was broken off and finished: a path that is not what it was to be was changed by somebody else. */
function missedBy({ changes, decided }: Decided): Committed {
  const conflicts = new Map<number, ConflictedChange['conflict']>();
  const kept = changes.flatMap((change, index) => {
    const verdict = decided[index];
    return verdict === undefined || verdict.kind === 'hold' ? [] : [{ change, verdict, index }];
  });
  for (const { change, verdict, index } of kept) {
    const { after } = change;
    const now = realTree.stat(wholePath(change));
    const size = verdict.kind === 'rewrite' ? verdict.bytes.length : after.kind === 'file' ? after.size : 0;
    const isThere = now.kind === after.kind && (now.kind !== 'file' || now.size === size);
    if (!isThere) conflicts.set(index, 'changed-since');
  }
  return { count: kept.length - conflicts.size, conflicts, isResumed: true };
}

function hasJournal(directory: string): boolean {
  return existsSync(join(directory, 'journal'));
}

async function commit(program: AirlockProcess, { decided, keeps }: Decided): Promise<Committed> {
  const words = decided.flatMap((verdict, index) => {
    if (verdict.kind === 'hold') return [say.leaveOut(index)];
    return verdict.kind === 'rewrite' ? [say.bytes(index, verdict.bytes)] : [];
  });
  program.tell(...words, ...(keeps ? [say.keep()] : []), say.commit());
  const conflicts = new Map<number, ConflictedChange['conflict']>();
  for (;;) {
    const reply = await program.next();
    if (reply.kind === 'conflict') conflicts.set(reply.index, reply.conflict);
    else if (reply.kind === 'done') return { count: reply.count, conflicts };
    else throw new Error(reply.kind === 'failed' ? reply.because : 'the airlock answered something else');
  }
}

/** What could not be committed is still in the layer. Removals have nothing to put aside. */
async function putConflictsAside(
  conflicts: Committed['conflicts'],
  changes: readonly Change[],
  { changeSet, readers, tools }: { changeSet: ChangeSet; readers: Readers; tools: SettleTools },
): Promise<readonly ConflictedChange[]> {
  const found = [...conflicts].flatMap(([index, conflict]) => {
    const change = changes[index];
    return change === undefined || isForeignRoot(change, conflict) ? [] : [{ change, conflict }];
  });
  if (found.length === 0) return [];
  const kept = found.filter(({ change }) => change.after.kind !== 'missing');
  const verdict = {
    kind: 'hold',
    held: [{ reason: 'It could not be committed.', runs: 'nothing by itself' }],
  } as const;
  const held = await tools.putAside(
    changeSet,
    kept.map(({ change }) => ({ change, verdict })),
    readers,
  );
  const ids = new Map(held.map(({ path, id }) => [path, id]));
  return found.map(({ change, conflict }) => {
    const path = showBytePath(wholePath(change));
    const id = ids.get(path);
    return { path, conflict, ...(id === undefined ? {} : { id }) };
  });
}

/** A root that belongs to somebody else, `/tmp` first of all: that something happened in it is all that changed about it. */
function isForeignRoot({ path, before, after }: Change, conflict: ConflictedChange['conflict']): boolean {
  return (
    path === '' &&
    conflict === 'failed' &&
    before.kind === 'directory' &&
    after.kind === 'directory' &&
    before.mode === after.mode
  );
}

export function wholePath({ root, path }: Pick<Change, 'root' | 'path'>): BytePath {
  return path === '' ? bytePath(root) : (`${bytePath(root)}/${path}` as BytePath);
}
