// Commits whose originals are kept, and taking them back, as the library does it.
import { dirname, join } from 'node:path';
import {
  changeJournal,
  type FoundRecord,
  listRecords,
  recordLimits,
  type RecordLimits,
  undoRecord,
  type UndoWish,
} from '../../src/airlock/index.ts';
import type { SettledChanges, UndoneChanges } from '../../src/domain/index.ts';
import { type Ground, type LayeredWish, runInLayers, settleTools } from './airlock-rig.ts';

const uid = process.getuid?.() ?? 0;

export function journal(limits: RecordLimits = recordLimits): ReturnType<typeof changeJournal> {
  const clock = { now: Date.now() };
  // Each is newer than the one before, however fast they come.
  return changeJournal({ uid, limits, now: () => (clock.now += 1), later: (removal) => void removal });
}

/** Newest first. */
export function records({ airlock }: Ground): readonly FoundRecord[] {
  return listRecords([join(dirname(airlock), 'changes')], uid);
}

export async function runKept(
  place: Ground,
  script: string,
  wish: LayeredWish = {},
): Promise<SettledChanges> {
  const tools = { journal: journals, keeps: true, ...wish.tools };
  const { end, settled } = await runInLayers(place, script, { ...wish, tools });
  if (end.stderr !== '') throw new Error(end.stderr);
  return settled;
}

const journals = journal();

/** The newest record, or the one that is named. */
export async function undoIn(
  place: Ground,
  wish: Partial<UndoWish> & { readonly record?: FoundRecord; readonly verdict?: LayeredWish['verdict'] } = {},
): Promise<UndoneChanges> {
  const { record = records(place)[0], verdict, ...rest } = wish;
  if (record === undefined) throw new Error('There is no record');
  const done = await undoRecord(
    record,
    { choice: {}, base: place.root, unjudged: false, ...rest },
    {
      ...settleTools(verdict === undefined ? {} : { verdict }),
      candidates: [place.airlock],
      journal: journals,
    },
  );
  if (!done.ok) throw new Error(done.error);
  return done.value;
}
