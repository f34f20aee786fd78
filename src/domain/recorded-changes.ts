// What commits kept of what stood there before, and what became of it when somebody wanted it back.
import type { HeldPart } from './change-set.ts';
import type { ChangeKind } from './change-rule.ts';
import type { PendingNode } from './pending-changes.ts';
import type { AbsolutePath } from './primitives.ts';
import type { ConflictKind } from './settled-changes.ts';

/** One commit whose originals are kept. */
export interface ChangeRecord {
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** For people. */
  readonly command: string;
  /** The record that this one took back; left out for the work of a command. */
  readonly undoes?: string;
  /** The writable roots of the command. */
  readonly roots: readonly AbsolutePath[];
  /** How many paths an undo would bring back. */
  readonly count: number;
  /** Of the files that are kept. */
  readonly bytes: number;
}

/** One path of a record: what stood there, and what the commit left. */
export interface RecordedChange {
  /** Absolute, for people; never a path to open where {@link bytes} is there. */
  readonly path: string;
  /** The path as it is, where it is no UTF-8. */
  readonly bytes?: Uint8Array;
  readonly kind: ChangeKind;
  readonly before: PendingNode;
  readonly after: PendingNode;
  /** Why an undo would leave it as it is; left out where it would not. */
  readonly conflict?: ConflictKind;
}

export interface RecordedChanges {
  readonly record: ChangeRecord;
  /** Parents before their contents; the first 10 000. */
  readonly changes: readonly RecordedChange[];
  readonly omitted: number;
}

/** A path that is as it was before the undo, with what it was to be still in the record. */
export interface RefusedUndo {
  /** Absolute, for people. */
  readonly path: string;
  /** `would-run`: something outside would run or obey it by itself; see {@link held}. */
  readonly why: ConflictKind | 'would-run';
  readonly held?: readonly HeldPart[];
}

export type UndoneChanges =
  | {
      readonly kind: 'undone';
      /** The record that takes the undo back; left out when nothing was done. */
      readonly id?: string;
      /** How many paths are as they were before the commit. */
      readonly count: number;
      readonly refused: readonly RefusedUndo[];
      /** How many paths the record still has. */
      readonly remaining: number;
    }
  /** A rule forbids one of the paths, or it cannot be done at all: everything is as it was, unless `directory` is there. */
  | { readonly kind: 'failed'; readonly because: string; readonly directory?: string };
