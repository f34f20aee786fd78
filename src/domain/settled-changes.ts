// What became of the changes of one command that wrote to layers of its own.
import type { HeldChange } from './change-set.ts';
import type { AbsolutePath } from './primitives.ts';

/** Why a change is not in the workspace although it was to be kept. */
export type ConflictKind =
  /**
   * Somebody else, another of our commands included, changed, moved or removed the path while the command ran. Theirs is
   * in the workspace, the command's was put aside.
   */
  | 'changed-since'
  /** A directory that cannot be read: nobody knows what its removal would take along. */
  | 'unreadable'
  /** It depends on another path that was not changed. */
  | 'in-the-way'
  /** The file system refused it. */
  | 'failed';

export interface ConflictedChange {
  /** Absolute, for people. */
  readonly path: string;
  readonly conflict: ConflictKind;
  /** The name under which `cordon held` finds what the command wrote; left out when nothing was stored. */
  readonly id?: string;
}

/** Whether an undo can bring back what a commit replaced and removed. */
export type KeptOriginals =
  { readonly kind: 'kept'; readonly id: string } | { readonly kind: 'none'; readonly because: string };

export type SettledChanges = Settlement & {
  /** What an earlier host left when it was killed, and the start of this command found; left out when there was nothing. */
  readonly recovered?: readonly RecoveredChanges[];
};

type Settlement =
  /** Everything that may be kept is in the workspace. */
  | {
      readonly kind: 'committed';
      /** How many paths differ now. */
      readonly count: number;
      readonly held: readonly HeldChange[];
      readonly conflicts: readonly ConflictedChange[];
      /** Roots the command wrote to directly, and why. */
      readonly direct: readonly DirectRoot[];
      /** With `changes: 'journal'`, where anything was changed. */
      readonly originals?: KeptOriginals;
    }
  /** A rule forbids the change of `path` (absolute, for people): the workspace is as it was. */
  | { readonly kind: 'discarded'; readonly path: string; readonly reason: string; readonly rule: string }
  /** What the command wrote lies in `directory` until somebody looks at it. */
  | {
      readonly kind: 'failed';
      readonly because: string;
      readonly directory: string;
      /** Part of it is in the workspace, and the next start goes on with it; left out: nothing is. */
      readonly isUnfinished?: boolean;
    }
  /** It waits in the change set of this id: nothing of it counts before somebody commits it. */
  | { readonly kind: 'pending'; readonly id: string };

/** A writable root without a layer. */
export interface DirectRoot {
  readonly root: AbsolutePath;
  readonly because: string;
}

/** What became of a command's changes that a host could not settle, because it was killed. */
export interface RecoveredChanges {
  /** `finished`: its commit had begun, and is done now. `put-aside`: nothing of it is in the workspace. */
  readonly kind: 'finished' | 'put-aside';
  /** For people. */
  readonly command: string;
  /** What it wrote and is in no workspace, as far as the store took it. */
  readonly held: readonly HeldChange[];
  /** Where what it wrote lies, when not all of it could be put elsewhere. */
  readonly directory?: string;
  /** Why no more could be done. */
  readonly because?: string;
}
