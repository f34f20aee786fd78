// What commands changed, for the page: the change sets that wait, and the records of commits that can be taken back.
// Looked at only; who opened a set decides about it.
import type { ChangeRecord } from '../../domain/index.ts';
import type { ChangeHistory, ChangeSet } from '../../runtime/index.ts';
import type { ChangesDiff, WatchedChanges } from '../../web/protocol/index.ts';
import { heldReasons } from '../rpc/command-result.ts';
import { RpcError } from '../rpc/rpc-error.ts';

/** Of each kind. */
const mostListed = 100;
const mostPaths = 200;
const mostLines = 5_000;

interface Waiting {
  readonly set: ChangeSet;
  /** Of its last command. */
  readonly command: string;
  readonly atMs: number;
}

export class WatchedChangesList {
  readonly #sets = new Map<string, Waiting>();
  readonly #history: ChangeHistory;
  readonly #workspace: string;

  /** `workspace`: records of others are left out. */
  constructor(history: ChangeHistory, workspace: string) {
    this.#history = history;
    this.#workspace = workspace;
  }

  waits(set: ChangeSet, command: string, atMs: number): void {
    this.#sets.set(set.id, { set, command, atMs });
  }

  settled({ id }: Pick<ChangeSet, 'id'>): void {
    this.#sets.delete(id);
  }

  /** Sets first, then records; the newest of each first. */
  list(): readonly WatchedChanges[] {
    const sets = [...this.#sets.values()].toReversed();
    const records = this.#history
      .list()
      .filter(({ roots }) => roots.some((root) => root === this.#workspace));
    return [...sets.slice(0, mostListed).map(setOf), ...records.slice(0, mostListed).map(recordOf)];
  }

  /** Rejects with an RpcError for a set that is settled, and as the runtime does. */
  async diff(kind: WatchedChanges['kind'], id: string): Promise<ChangesDiff> {
    const lines = await this.#lines(kind, id);
    return { lines: lines.slice(0, mostLines), omitted: Math.max(0, lines.length - mostLines) };
  }

  async #lines(kind: WatchedChanges['kind'], id: string): Promise<readonly string[]> {
    if (kind === 'record') return await this.#history.diff(id);
    const waiting = this.#sets.get(id);
    if (waiting !== undefined) return await waiting.set.diff();
    throw new RpcError('unknown-change-set', 'Cannot show it: it was committed or dropped meanwhile');
  }
}

function setOf({ set, command, atMs }: Waiting): WatchedChanges {
  const { id, changes, omitted, forbidden, problem } = set;
  return {
    kind: 'set',
    id,
    command,
    atMs,
    count: changes.length + omitted,
    paths: changes
      .slice(0, mostPaths)
      .map(({ path, kind, held }) => ({ path, kind, held: heldReasons(held) })),
    problem: forbidden === undefined ? (problem ?? null) : `${forbidden.path}: ${forbidden.reason}`,
  };
}

function recordOf({ id, command, at, count }: ChangeRecord): WatchedChanges {
  return { kind: 'record', id, command, atMs: at, count, paths: [], problem: null };
}
