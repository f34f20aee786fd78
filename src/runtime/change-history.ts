// What commands changed and can be taken back: the interface. change-records.ts is behind it.
import type { ChangeChoice, ChangeRecord, RecordedChanges, UndoneChanges } from '../domain/index.ts';

/** How much is kept of what commands replaced and removed. */
export interface JournalLimits {
  /** Commits. Default 100. */
  readonly entries?: number | undefined;
  /** Of the files that are kept. A commit whose originals alone are more is not kept. Default 1 GiB. */
  readonly bytes?: number | undefined;
  /** Milliseconds. Default seven days. */
  readonly ageMs?: number | undefined;
}

/** A part of a record, and how it is taken back. */
export interface UndoInput extends ChangeChoice {
  /** Brings back what something outside would run or obey by itself, too, as it was. Default false: it is refused. */
  readonly unjudged?: boolean | undefined;
}

/**
 * The records of commits. They are this user's, not this runtime's: what another runtime or `cordon run` kept is here, too. An
 * id may be cut short where no other begins so.
 */
export interface ChangeHistory {
  /** Newest first. */
  list(): readonly ChangeRecord[];
  /**
   * What a commit changed, and what of it an undo would leave as it is now.
   *
   * @throws RuntimeError `E_BAD_OPTION` for an id that nothing has.
   */
  show(id: string): Promise<RecordedChanges>;
  /**
   * Lines of a unified diff from what stood there to what stands there now; at most 20 000 and 8 Mi characters, and files up to 1 MiB. Not escaped:
   * they hold what a command wrote.
   *
   * @throws RuntimeError `E_BAD_OPTION` for an id that nothing has, or a path that is not among the changes.
   */
  diff(id: string, choice?: ChangeChoice): Promise<readonly string[]>;
  /**
   * Makes the chosen paths what they were before the commit: content, kind, mode, owner, names, extended attributes, times.
   * A path that is not as the commit left it is refused, and the rest is done. What was done has a record of its own, by which
   * the undo is taken back.
   *
   * @throws RuntimeError `E_BAD_OPTION` for an id that nothing has, or a path that is not among the changes.
   */
  undo(id: string, input?: UndoInput): Promise<UndoneChanges>;
  /** Forgets the originals; the workspace stays as it is. A second time does nothing. */
  drop(id: string): Promise<void>;
}
