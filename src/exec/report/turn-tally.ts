// Counts what happened in a turn while it happens, for the summary at its end.
import type { CommandItem, FileChangeItem, ThreadEvent, TurnError, UsageFields } from './thread-event.ts';

export interface RefusedItem {
  readonly what: string;
  readonly by: string;
  readonly rule: string | null;
  readonly reason: string;
}

/** A view: it goes on counting. */
export interface TurnTally {
  readonly commands: number;
  readonly failed: number;
  /** Held back before or while they ran, by rules, approvals or the sandbox; malformed calls are not among them. */
  readonly refused: readonly RefusedItem[];
  /** More than are listed. */
  readonly refusedCount: number;
  /** Of them, those that ran until the sandbox stopped them. */
  readonly deniedCount: number;
  /** Absolute paths that patches changed. */
  readonly changedFiles: ReadonlySet<string>;
  /** Paths that were put aside. */
  readonly held: number;
  readonly usage: UsageFields | undefined;
  readonly error: TurnError | undefined;
  note(event: ThreadEvent): void;
}

/** Refusals that are listed one by one. */
const mostListed = 50;

export function turnTally(): TurnTally {
  const refused: RefusedItem[] = [];
  const changedFiles = new Set<string>();
  const tally = {
    commands: 0,
    failed: 0,
    refused,
    refusedCount: 0,
    deniedCount: 0,
    changedFiles,
    held: 0,
    usage: undefined as UsageFields | undefined,
    error: undefined as TurnError | undefined,
    note(event: ThreadEvent): void {
      if (event.type === 'turn.completed') tally.usage = event.usage;
      if (event.type === 'turn.failed' || event.type === 'turn.interrupted') tally.error = event.error;
      if (event.type !== 'item.completed') return;
      const { item } = event;
      if (item.type === 'command_execution') {
        if (item.status !== 'declined') tally.commands += 1;
        if (item.status === 'failed') tally.failed += 1;
        tally.held += item.held?.length ?? 0;
        noteRefusal(item.command, item);
      }
      if (item.type === 'file_change') {
        if (item.status === 'completed') for (const { path } of item.changes) changedFiles.add(path);
        noteRefusal(`patch of ${item.changes.map(({ path }) => path).join(', ')}`, item);
      }
    },
  };
  function noteRefusal(what: string, item: CommandItem | FileChangeItem): void {
    const { denied } = item;
    if (denied === null || denied.by === 'request') return;
    tally.refusedCount += 1;
    if (item.type === 'command_execution' && item.status === 'failed') tally.deniedCount += 1;
    if (refused.length < mostListed) refused.push({ what, ...denied });
  }
  return tally;
}
