// Takes a commit back, or a part of it. What comes back is a change set like every other one: it is put into layers of its
// own, judged, and committed path by path, never over what somebody did since; its own originals make the record that takes
// the undo back.
import {
  type AbsolutePath,
  bytePath,
  type Change,
  type ChangeChoice,
  type ChangeSet,
  err,
  type Judgement,
  ok,
  type RefusedUndo,
  type Result,
  type SettledChanges,
  showBytePath,
  type UndoneChanges,
} from '../../domain/index.ts';
import {
  type AirlockProcess,
  type AirlockStart,
  ask,
  askAirlock,
  chooseChanges,
  findStray,
  type LayTools,
  openLayerSet,
  readChoice,
  say,
  scanned,
  type ScannedChange,
  settleSet,
  startAirlock,
  wholePath,
} from '../layer/index.ts';
import { dropRecord, type FoundRecord, rewriteRecord } from './record-store.ts';

export interface UndoWish {
  readonly choice: ChangeChoice;
  /** Where relative paths start. */
  readonly base: AbsolutePath;
  /** Brings back what something outside would run or obey, too. */
  readonly unjudged: boolean;
}

export type UndoTools = LayTools & AirlockStart;

/** One path of a record, as it is now and as it would be. */
interface Turnable {
  readonly change: Change;
  readonly conflict: ScannedChange['conflict'];
}

/** What a record holds, as it is now. Rejects when it cannot be read. */
export async function readRecordChanges(
  { record, directory }: FoundRecord,
  start: AirlockStart,
): Promise<readonly Turnable[]> {
  const program = await startAirlock(start);
  try {
    return await openRecord(program, { record, directory });
  } finally {
    await program.close();
  }
}

async function openRecord(
  program: AirlockProcess,
  { record, directory }: FoundRecord,
): Promise<readonly Turnable[]> {
  program.tell(say.directory(directory), say.open());
  return (await scanned(program)).map(({ layer, path, before, after, conflict }) => {
    const root = record.roots[layer];
    if (root === undefined) throw new RangeError('the record speaks of a root that it does not name');
    return { change: { root, path, before, after }, conflict };
  });
}

/** The error is a clause about the choice. Never rejects. */
export async function undoRecord(
  found: FoundRecord,
  wish: UndoWish,
  tools: UndoTools,
): Promise<Result<UndoneChanges, string>> {
  try {
    return await undo(found, wish, tools);
  } catch (error) {
    return ok({ kind: 'failed', because: error instanceof Error ? error.message : String(error) });
  }
}

async function undo(
  found: FoundRecord,
  { choice, base, unjudged }: UndoWish,
  tools: UndoTools,
): Promise<Result<UndoneChanges, string>> {
  const wanted = readChoice(choice, bytePath(base));
  if (!wanted.ok) return wanted;
  const { roots } = found.record;
  // Before the record is compared with the workspace: what somebody does after that is newer than the layers.
  const opened = await openLayerSet({ roots, launcher: tools.launcher }, tools);
  if (opened.kind === 'none') return ok({ kind: 'failed', because: opened.because });
  const { set } = opened;
  const drop = async (): Promise<void> => {
    await askAirlock(tools, set.directory, say.discard());
  };
  const program = await startAirlock(tools);
  const refused: RefusedUndo[] = [];
  try {
    if (set.layers.map(({ root }) => root).join('\0') !== roots.join('\0'))
      throw new Error('its writable roots are not as they were: one is gone, or something is mounted there');
    const all = await openRecord(program, found);
    const changes = all.map(({ change }) => change);
    const stray = findStray(changes, wanted.value);
    if (stray !== undefined) {
      await drop();
      return err(`${stray} is not among the changes`);
    }
    const meant = chooseChanges(changes, wanted.value);
    const back = all.map(({ change, conflict }) => meant.has(change) && conflict === undefined);
    for (const { change, conflict } of all)
      if (conflict !== undefined && meant.has(change)) refused.push({ path: shown(change), why: conflict });
    if (!back.includes(true)) {
      await drop();
      return ok({ kind: 'undone', count: 0, refused, remaining: changes.length });
    }
    await ask(
      program,
      ...back.flatMap((is, index) => (is ? [] : [say.leaveOut(index)])),
      say.invert(set.directory),
    );
  } catch (error) {
    await drop();
    throw error;
  } finally {
    await program.close();
  }
  const settled = await settleSet(set, {
    ...tools,
    protect: [],
    keeps: true,
    undoes: found.record.id,
    judge: async (changes, readers, unsure) =>
      unjudged ? keepAll(changes) : whole(await tools.judge(changes, readers, unsure)),
    // It is in the record.
    putAside: (_set, withheld) =>
      withheld.flatMap(({ change, verdict }) =>
        verdict.kind === 'keep' ? [] : [{ path: shown(change), parts: verdict.held }],
      ),
  });
  return ok(await answer(found, settled, { refused, tools }));
}

async function answer(
  found: FoundRecord,
  settled: SettledChanges,
  { refused, tools }: { readonly refused: readonly RefusedUndo[]; readonly tools: UndoTools },
): Promise<UndoneChanges> {
  if (settled.kind === 'discarded')
    return { kind: 'failed', because: `${settled.reason} (${settled.path}, by ${settled.rule})` };
  if (settled.kind !== 'committed')
    return {
      kind: 'failed',
      because: settled.kind === 'failed' ? settled.because : 'it waits in a change set',
      ...(settled.kind === 'failed' && settled.isUnfinished === true ? { directory: settled.directory } : {}),
    };
  const remaining = (await readRecordChanges(found, tools)).length;
  if (remaining === 0) await dropRecord(found, tools);
  else rewriteRecord(found, remaining);
  const { originals } = settled;
  return {
    kind: 'undone',
    count: settled.count,
    ...(originals?.kind === 'kept' ? { id: originals.id } : {}),
    refused: [
      ...refused,
      ...settled.conflicts.map(({ path, conflict }): RefusedUndo => ({ path, why: conflict })),
      ...settled.held
        .filter(({ path }) => !settled.conflicts.some((each) => each.path === path))
        .map(({ path, parts }): RefusedUndo => ({ path, why: 'would-run', held: parts })),
    ],
    remaining,
  };
}

/** A part of an original is none. */
function whole(judgement: Judgement): Judgement {
  if (judgement.kind === 'discarded') return judgement;
  return {
    kind: 'judged',
    changes: judgement.changes.map(({ change, verdict }) => ({
      change,
      verdict: verdict.kind === 'rewrite' ? { kind: 'hold', held: verdict.held } : verdict,
    })),
  };
}

function keepAll({ changes }: ChangeSet): Judgement {
  return { kind: 'judged', changes: changes.map((change) => ({ change, verdict: { kind: 'keep' } })) };
}

function shown(change: Change): string {
  return showBytePath(wholePath(change));
}
