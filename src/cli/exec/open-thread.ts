// Which conversation the turn goes on with, and where it is kept.
import { randomUUID } from 'node:crypto';
import { restoreHistory } from '../../exec/thread/restore-history.ts';
import type { ThreadFile } from '../../exec/thread/thread-file.ts';
import { type ThreadStore, threadStore } from '../../exec/thread/thread-store.ts';
import type { HistoryItem } from '../../exec/model/response-items.ts';
import { CliError } from '../edge.ts';
import type { ExecArguments } from './exec-arguments.ts';

export interface OpenThread {
  readonly id: string;
  /** What was said before, oldest first. */
  readonly history: readonly HistoryItem[];
  /** undefined: nothing is kept. */
  readonly file: ThreadFile | undefined;
  /** What a person should know, one sentence each. */
  readonly notices: readonly string[];
}

export interface ThreadPlace {
  readonly home: string;
  /** Real path. */
  readonly workspace: string;
  readonly maxThreads: number;
}

/** @throws CliError status 1 when there is no such thread. @throws RuntimeError `E_THREAD` when it cannot be read. */
export async function openThread(
  { thread, isEphemeral }: Pick<ExecArguments, 'thread' | 'isEphemeral'>,
  place: ThreadPlace,
): Promise<OpenThread> {
  const store = threadStore(place.home, place.maxThreads);
  if (thread.kind === 'new') return await newThread(store, place.workspace, isEphemeral);
  const id = thread.kind === 'resume' ? thread.id : await lastOf(store, place.workspace);
  const { file, records, tornBytes } = await store.open(id);
  const { items, supplied } = restoreHistory(records);
  const notices = [
    ...(tornBytes > 0
      ? [`the last line of thread ${id} was never finished and is dropped (${tornBytes} bytes)`]
      : []),
    ...(supplied.length > 0
      ? [
          `the thread ended in the middle of ${supplied.length === 1 ? 'a call' : `${supplied.length} calls`}: not run again`,
        ]
      : []),
  ];
  if (isEphemeral) {
    await file.close();
    return { id, history: items, file: undefined, notices };
  }
  for (const item of supplied) await file.append({ kind: 'answer', item });
  return { id, history: items, file, notices };
}

async function newThread(store: ThreadStore, workspace: string, isEphemeral: boolean): Promise<OpenThread> {
  const id = randomUUID();
  if (isEphemeral) return { id, history: [], file: undefined, notices: [] };
  try {
    return { id, history: [], file: await store.create(id, workspace), notices: [] };
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    // A machine without a home to write in still does the work; what it cannot do later is said now.
    return {
      id,
      history: [],
      file: undefined,
      notices: [`this thread cannot be resumed later: it is not kept (${why})`],
    };
  }
}

async function lastOf(store: ThreadStore, workspace: string): Promise<string> {
  const found = (await store.list()).find((thread) => thread.workspace === workspace);
  if (found !== undefined) return found.id;
  throw new CliError(
    1,
    `There is no thread of ${workspace} to resume`,
    '`cordon sessions list` shows what there is.',
  );
}
