// What commands wrote into a change set and nobody has committed yet, as it is told to whoever decides about it.
import type { HeldPart } from './change-set.ts';
import type { ChangeKind } from './change-rule.ts';

/** A path as text, absolute or relative to the workspace; as bytes where its name is no text. */
export type ChangePath = string | Uint8Array;

/**
 * A part of a change set. A directory stands for everything below it; a new file brings the new directories it lies in. Left
 * out: all.
 */
export interface ChangeChoice {
  readonly only?: readonly ChangePath[] | undefined;
  /** Left out of `only`, or of everything. */
  readonly except?: readonly ChangePath[] | undefined;
}

/** What stands at a path. `target` is for people. */
export type PendingNode =
  | { readonly kind: 'missing' }
  /** `size` in bytes; `mode` has the permission bits only. */
  | { readonly kind: 'file'; readonly size: number; readonly mode: number }
  | { readonly kind: 'directory'; readonly mode: number }
  | { readonly kind: 'symlink'; readonly target: string }
  | { readonly kind: 'other' };

/** One path that would differ. */
export interface PendingChange {
  /** Absolute, for people; never a path to open where {@link bytes} is there. */
  readonly path: string;
  /** The path as it is, where it is no UTF-8. */
  readonly bytes?: Uint8Array;
  readonly kind: ChangeKind;
  readonly before: PendingNode;
  readonly after: PendingNode;
  /** What of it a commit would put aside, because something outside would run or obey it by itself. */
  readonly held?: readonly HeldPart[];
}

/** What a change set holds now. */
export interface PendingChanges {
  /** Parents before their contents; the first 10 000. */
  readonly changes: readonly PendingChange[];
  /** How many paths are not listed; a commit takes them all the same. */
  readonly omitted: number;
  /** A rule forbids one of the changes: a commit that includes it drops the whole set. */
  readonly forbidden?: { readonly path: string; readonly reason: string; readonly rule: string };
}
