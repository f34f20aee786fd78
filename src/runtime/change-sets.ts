// The change sets of one runtime: opened, counted, and dropped with it.
import { randomUUID } from 'node:crypto';
import { describePending, diffPending, openPendingSet, type PendingSet } from '../airlock/index.ts';
import {
  type AbsolutePath,
  type ExecResult,
  type PendingChanges,
  RuntimeError,
  type SettledChanges,
} from '../domain/index.ts';
import type { LayTools } from '../airlock/index.ts';
import type { ChangeSet, ChangeSetInput } from './change-set.ts';
import { checkChangeChoice } from './check-input.ts';

export interface ChangeSetParts {
  /** Where relative paths of a choice start. */
  readonly workspace: AbsolutePath;
  /** Rules as they are now; the text is for people. */
  tools(command: string): LayTools;
  /** One command from start to end, its fields checked already, writing into the set. */
  exec(input: ChangeSetInput, set: PendingSet, signal: AbortSignal | undefined): Promise<ExecResult>;
  /** Throws when a field cannot be used. */
  check(input: ChangeSetInput): void;
  shown(input: ChangeSetInput): string;
}

export interface ChangeSets {
  open(): ChangeSet;
  /** One command in a set of its own; `input` is checked already. */
  hold(
    input: ChangeSetInput,
    signal: AbortSignal | undefined,
  ): Promise<ExecResult & { readonly changeSet: ChangeSet }>;
  close(): Promise<void>;
}

/** A forgotten set holds a layer, and with it a ledger that grows. */
const mostOpen = 64;
const empty: PendingChanges = { changes: [], omitted: 0 };

export function changeSets(parts: ChangeSetParts): ChangeSets {
  const open = new Set<ChangeSet>();

  function make(): ChangeSet {
    if (open.size >= mostOpen)
      throw new RuntimeError(
        'E_BAD_OPTION',
        `Cannot open a change set: ${String(mostOpen)} of this runtime are open already`,
        { hint: 'Commit or discard those that nobody needs' },
      );
    const id = `changes-${randomUUID()}`;
    const commands: string[] = [];
    const set = openPendingSet(id, () => parts.tools(commands.join(' ; ')));
    const state = { over: false, last: Promise.resolve() as Promise<unknown> };
    let read: PendingChanges & { readonly problem?: string } = empty;

    /** One thing at a time, in the order it was asked for. */
    async function inTurn<T>(what: string, work: () => Promise<T>): Promise<T> {
      const turn = state.last.then(async () => {
        if (state.over)
          throw new RuntimeError('E_BAD_OPTION', `Cannot ${what}: the change set was committed or dropped`);
        return await work();
      });
      state.last = turn.catch(() => undefined);
      return await turn;
    }

    const end = (): void => {
      state.over = true;
      read = empty;
      open.delete(self);
    };

    const self: ChangeSet = {
      id,
      get changes() {
        return read.changes;
      },
      get omitted() {
        return read.omitted;
      },
      get forbidden() {
        return read.forbidden;
      },
      get problem() {
        return read.problem;
      },
      exec: async (input, signal) => {
        parts.check(input);
        return await inTurn('run a command in it', async () => {
          commands.push(parts.shown(input));
          const result = await parts.exec(input, set, signal);
          read = await set.read().then(describePending, (error: unknown) => ({
            ...empty,
            problem: error instanceof Error ? error.message : String(error),
          }));
          return result;
        });
      },
      diff: async (choice = {}) => {
        checkChangeChoice(choice);
        return await inTurn('show its differences', async () => {
          const found = await set.read();
          const chosen = orThrow('show', set.choose(found, choice, parts.workspace));
          return diffPending(chosen, found.readers);
        });
      },
      commit: async (choice = {}) => {
        checkChangeChoice(choice);
        return await inTurn('commit it', async (): Promise<SettledChanges> => {
          const settled = orThrow('commit', await set.commit(choice, parts.workspace));
          end();
          return settled;
        });
      },
      discard,
      [Symbol.asyncDispose]: discard,
    };

    async function discard(): Promise<void> {
      if (state.over) return;
      await inTurn('drop it', async () => {
        await set.discard();
        end();
      }).catch((error: unknown) => {
        // Committed or dropped by a call that was there first.
        if (!state.over) throw error;
      });
    }

    open.add(self);
    return self;
  }

  return {
    open: make,
    hold: async (input, signal) => {
      const set = make();
      try {
        const result = await set.exec(input, signal);
        return { ...result, changeSet: set };
      } catch (error) {
        await set.discard();
        throw error;
      }
    },
    close: async () => {
      await Promise.allSettled([...open].map(async (set) => await set.discard()));
    },
  };
}

function orThrow<T>(
  what: string,
  result: { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: string },
): T {
  if (result.ok) return result.value;
  throw new RuntimeError('E_BAD_OPTION', `Cannot ${what} a part of the change set: ${result.error}`);
}
