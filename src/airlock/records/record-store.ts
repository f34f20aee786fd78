// Where the originals of commits lie: `changes/ID/` beside the airlock, for this user alone, outside of everything a command
// can write. Bounded by count, bytes and age; the oldest go first.
import { randomBytes } from 'node:crypto';
import { lstatSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { AbsolutePath, ChangeRecord } from '../../domain/index.ts';
import { airlockCandidates, type AirlockStart, askAirlock, type ChangeJournal, say } from '../layer/index.ts';
import { readRecordEntry, writeRecordEntry } from './record-entry.ts';

export interface RecordLimits {
  readonly entries: number;
  /** Of the files that are kept. */
  readonly bytes: number;
  readonly ageMs: number;
}

export const recordLimits: RecordLimits = {
  entries: 100,
  bytes: 1024 * 1024 * 1024,
  ageMs: 7 * 24 * 60 * 60 * 1000,
};

/** A record and where it lies. */
export interface FoundRecord {
  readonly record: ChangeRecord;
  readonly directory: string;
}

/** The directories that may hold records: beside every place for layers. */
export function recordPlaces(home: AbsolutePath | undefined, uid: number): readonly string[] {
  return airlockCandidates(home, uid).map((airlock) => placeBeside(airlock));
}

/** Newest first. Directories that are missing, or not this user's alone, hold none. */
export function listRecords(places: readonly string[], uid: number): readonly FoundRecord[] {
  return places
    .filter((place) => isPrivate(place, uid))
    .flatMap((place) =>
      readdirSync(place)
        .filter((name) => /^c[a-z0-9]+$/.test(name))
        .flatMap((name) => readRecord(join(place, name), name) ?? []),
    )
    .toSorted(({ record: one }, { record: other }) =>
      other.at === one.at ? (other.id < one.id ? -1 : 1) : other.at - one.at,
    );
}

/** By its id, or a beginning of it that no other has. */
export function findRecord(records: readonly FoundRecord[], id: string): FoundRecord | undefined {
  const whole = records.find(({ record }) => record.id === id);
  const [only, ...others] = id === '' ? [] : records.filter(({ record }) => record.id.startsWith(id));
  return whole ?? (others.length === 0 ? only : undefined);
}

/** Rejects when it cannot be removed. */
export async function dropRecord({ directory }: FoundRecord, start: AirlockStart): Promise<void> {
  await askAirlock(start, directory, say.discard());
}

/** What is left of a record after a part of it was taken back. */
export function rewriteRecord({ directory, record }: FoundRecord, count: number): void {
  const draft = join(directory, 'entry.new');
  writeFileSync(draft, writeRecordEntry({ ...record, count }), { mode: 0o600 });
  renameSync(draft, join(directory, 'entry.json'));
}

export interface JournalOptions {
  readonly uid: number;
  readonly limits: RecordLimits;
  readonly now: () => number;
  /** Takes what nobody has to wait for. Never rejects. */
  readonly later: (removal: Promise<void>) => void;
}

export function changeJournal({ uid, limits, now, later }: JournalOptions): ChangeJournal {
  async function makeRoom(place: string, start: AirlockStart): Promise<void> {
    let bytes = 0;
    for (const [index, found] of listRecords([place], uid).entries()) {
      bytes += found.record.bytes;
      const isOld = now() - found.record.at > limits.ageMs;
      if (index < limits.entries && bytes <= limits.bytes && !isOld) continue;
      // The next one tries again.
      await dropRecord(found, start).catch(() => undefined);
    }
  }

  return {
    refuses: (bytes) =>
      bytes > limits.bytes
        ? `the originals have ${String(bytes)} bytes, and ${String(limits.bytes)} are kept at most`
        : undefined,
    adopt: ({ airlock, directory }, about, start) => {
      const place = placeBeside(airlock);
      makePlace(place, uid);
      const id = `c${now().toString(36)}${randomBytes(3).toString('hex')}`;
      const entry = writeRecordEntry({ id, at: now(), ...about, command: about.command.slice(0, 500) });
      writeFileSync(join(directory, 'entry.json'), entry, { mode: 0o600 });
      renameSync(directory, join(place, id));
      later(makeRoom(place, start));
      return id;
    },
  };
}

function placeBeside(airlock: string): string {
  return join(dirname(airlock), 'changes');
}

function makePlace(place: string, uid: number): void {
  try {
    mkdirSync(place, { mode: 0o700 });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
  if (!isPrivate(place, uid)) throw new Error(`${place} is no directory that is this user's alone`);
}

function isPrivate(place: string, uid: number): boolean {
  const found = lstatSync(place, { throwIfNoEntry: false });
  return found?.isDirectory() === true && found.uid === uid && (found.mode & 0o077) === 0;
}

function readRecord(directory: string, id: string): FoundRecord | undefined {
  try {
    const record = readRecordEntry(id, readFileSync(join(directory, 'entry.json'), 'utf8'));
    return record === undefined ? undefined : { record, directory };
  } catch {
    return undefined;
  }
}
