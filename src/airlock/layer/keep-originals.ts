// The end of a commit: its set goes, or becomes the record by which the commit can be taken back. What lies in the record is
// what the commit took out of the workspace, moved and not copied; the record itself is one rename away.
import type { Change, KeptOriginals } from '../../domain/index.ts';
import { type AirlockProcess, type AirlockStart, ask, askAirlock } from './airlock-process.ts';
import type { LayerSet } from './layer-set.ts';
import { say } from './speech.ts';

/** What a record is about, for people and for whoever drops the oldest. */
export interface RecordAbout {
  readonly command: string;
  readonly undoes?: string;
  readonly roots: LayerSet['layers'][number]['root'][];
  readonly count: number;
  /** Of the files that are kept. */
  readonly bytes: number;
}

/** Where records lie: beside the airlock, on its file system. */
export interface ChangeJournal {
  /** Why originals of so many bytes are not kept: a clause. Undefined: they are. */
  refuses(bytes: number): string | undefined;
  /** Takes the directory of a set, which is gone then, and answers with the id. Throws what the file system throws. */
  adopt(set: Pick<LayerSet, 'airlock' | 'directory'>, about: RecordAbout, start: AirlockStart): string;
}

export type OriginalsWish =
  { readonly kind: 'keep'; readonly bytes: number } | Extract<KeptOriginals, { readonly kind: 'none' }>;

interface KeepTools extends AirlockStart {
  readonly journal?: ChangeJournal;
  readonly keeps?: boolean;
  readonly undoes?: string;
}

/** Undefined: nobody wants them. */
export function wishOriginals(
  changes: readonly Change[],
  { journal, keeps }: KeepTools,
): OriginalsWish | undefined {
  if (keeps !== true) return undefined;
  const bytes = changes.reduce((sum, { before }) => sum + (before.kind === 'file' ? before.size : 0), 0);
  const because = journal === undefined ? 'there is no place for it' : journal.refuses(bytes);
  return because === undefined ? { kind: 'keep', bytes } : { kind: 'none', because };
}

interface Ended {
  readonly program: AirlockProcess;
  readonly set: LayerSet;
  readonly done: { readonly count: number; readonly isResumed?: boolean };
}

/** The set is gone from the airlock then. */
export async function endSet(
  wish: OriginalsWish | undefined,
  { program, set, done }: Ended,
  tools: KeepTools,
): Promise<{ readonly originals?: KeptOriginals }> {
  const end = async (record: Buffer): Promise<void> => {
    if (done.isResumed === true) await askAirlock(tools, set.directory, record);
    else await ask(program, record);
  };
  const { journal, undoes } = tools;
  if (wish?.kind !== 'keep' || done.count === 0 || journal === undefined) {
    await end(say.discard());
    return wish === undefined || wish.kind === 'keep' ? {} : { originals: wish };
  }
  try {
    await end(say.tidy());
    const { command, layers } = set;
    const about = { command, roots: layers.map(({ root }) => root), count: done.count, bytes: wish.bytes };
    const id = journal.adopt(set, { ...about, ...(undoes === undefined ? {} : { undoes }) }, tools);
    return { originals: { kind: 'kept', id } };
  } catch (error) {
    // What came in is in place all the same; the record goes with what killed hosts leave.
    const because = error instanceof Error ? error.message : String(error);
    return { originals: { kind: 'none', because } };
  }
}
