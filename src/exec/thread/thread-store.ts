// The threads of a user, below their own home: found by id or as the last one of a workspace, bounded in number.
import { mkdir, readdir, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { RuntimeError } from '../../domain/index.ts';
import {
  createThreadFile,
  type OpenedThread,
  openThreadFile,
  readThreadFile,
  readThreadHead,
  type ThreadFile,
} from './thread-file.ts';
import type { ThreadRecord } from './thread-record.ts';

export interface ThreadSummary {
  readonly id: string;
  readonly workspace: string;
  /** ISO 8601. */
  readonly created: string;
  /** Milliseconds since the epoch. */
  readonly changedMs: number;
}

export interface ThreadStore {
  /** The oldest beyond the limit go first. */
  create(id: string, workspace: string): Promise<ThreadFile>;
  /** @throws RuntimeError `E_THREAD` for an id that is not there. */
  open(id: string): Promise<OpenedThread>;
  read(id: string): Promise<readonly ThreadRecord[]>;
  /** Newest first. A file that is no thread is left out. */
  list(): Promise<readonly ThreadSummary[]>;
  /** @throws RuntimeError `E_THREAD` for an id that is not there. */
  remove(id: string): Promise<void>;
}

/** @param home `$CORDON_HOME` @param limit how many threads are kept; at least 1 */
export function threadStore(home: string, limit: number): ThreadStore {
  const directory = join(home, 'sessions');

  /** An id is a file name here, and comes from a command line. */
  function pathOf(id: string): string {
    if (/^[0-9a-z][0-9a-z-]{0,63}$/.test(id)) return join(directory, `${id}.jsonl`);
    throw new RuntimeError(
      'E_THREAD',
      `Cannot use ${JSON.stringify(id.slice(0, 80))}: it is no id of a thread`,
    );
  }

  async function existing(id: string): Promise<string> {
    const path = pathOf(id);
    const isThere = await stat(path).then(
      () => true,
      (error: unknown) => !(error instanceof Error && 'code' in error && error.code === 'ENOENT'),
    );
    if (isThere) return path;
    throw new RuntimeError('E_THREAD', `There is no thread ${id}`, {
      hint: '`cordon sessions list` shows what there is.',
    });
  }

  async function files(): Promise<{ id: string; changedMs: number }[]> {
    const names = await readdir(directory).catch((error: unknown) => {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
      throw error;
    });
    const ids = names
      .filter((name) => name.endsWith('.jsonl'))
      .map((name) => name.slice(0, -'.jsonl'.length));
    const found = await Promise.all(
      ids.map(async (id) => {
        const status = await stat(join(directory, `${id}.jsonl`)).catch(() => undefined);
        return status?.isFile() === true ? [{ id, changedMs: status.mtimeMs }] : [];
      }),
    );
    return found.flat().toSorted((one, other) => other.changedMs - one.changedMs);
  }

  async function summaryOf({ id, changedMs }: { id: string; changedMs: number }): Promise<ThreadSummary[]> {
    const first = await readThreadHead(join(directory, `${id}.jsonl`)).catch(() => undefined);
    return first?.kind === 'thread'
      ? [{ id, workspace: first.workspace, created: first.created, changedMs }]
      : [];
  }

  return {
    async create(id, workspace) {
      await mkdir(directory, { recursive: true, mode: 0o700 });
      const old = (await files()).slice(Math.max(0, limit - 1));
      for (const { id: oldest } of old)
        await unlink(join(directory, `${oldest}.jsonl`)).catch(() => undefined);
      const file = await createThreadFile(pathOf(id));
      await file.append({ kind: 'thread', id, workspace, created: new Date().toISOString() });
      return file;
    },
    open: async (id) => await openThreadFile(await existing(id)),
    read: async (id) => await readThreadFile(await existing(id)),
    list: async () => (await Promise.all((await files()).map(summaryOf))).flat(),
    remove: async (id) => await unlink(await existing(id)),
  };
}
