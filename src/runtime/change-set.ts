// What commands wrote and nobody has committed yet: the interface. change-sets.ts is behind it.
import type {
  ChangeChoice,
  ExecResult,
  PendingChange,
  PendingChanges,
  SettledChanges,
} from '../domain/index.ts';
import type { ExecInput } from './exec-input.ts';

/**
 * A change set: its commands run one at a time, each sees what those before it wrote, and the workspace stays as it is until
 * `commit`. What the host changes in place meanwhile shows through. It is dropped by `discard`, by its disposal and when the
 * runtime is closed; one whose host is killed is dropped by the next start. Nothing of it counts then.
 */
export interface ChangeSet extends AsyncDisposable {
  /** As `SettledChanges` name it. */
  readonly id: string;
  /**
   * What was there when the last command of it ended, and what a commit would hold back of it. Bounded: see `omitted`.
   */
  readonly changes: readonly PendingChange[];
  readonly omitted: PendingChanges['omitted'];
  /** See {@link PendingChanges}. */
  readonly forbidden: PendingChanges['forbidden'];
  /** Why the set could not be read after its last command: `changes` is empty then, and a commit tries again. */
  readonly problem: string | undefined;
  /**
   * As `exec` of the runtime, in this set. A command that cannot be held back here (no layers on this host, a run without a
   * sandbox) does not run: its outcome is `spawn-failed` at the stage `layers`.
   *
   * @throws RuntimeError `E_BAD_OPTION` for a malformed field, or when the set was committed or dropped.
   */
  exec(input: ChangeSetInput, signal?: AbortSignal): Promise<ExecResult>;
  /**
   * Lines of a unified diff against the workspace as it is now, with file headers; at most 20 000 and 8 Mi characters, and files up to 1 MiB.
   * Not escaped: they hold what a command wrote.
   *
   * @throws RuntimeError `E_BAD_OPTION` for a path that is not among the changes.
   */
  diff(choice?: ChangeChoice): Promise<readonly string[]>;
  /**
   * Brings the chosen part into the workspace, judged like what every command leaves: what would run later is put aside,
   * and a path that somebody else changed since the first command of the set is a conflict. The rest of the set is dropped.
   *
   * @throws RuntimeError `E_BAD_OPTION` for a path that is not among the changes (the set stays), or when the set was
   * committed or dropped.
   */
  commit(choice?: ChangeChoice): Promise<SettledChanges>;
  /** Drops everything. A second time does nothing. */
  discard(): Promise<void>;
}

export type ChangeSetInput = Omit<ExecInput, 'changes'>;
