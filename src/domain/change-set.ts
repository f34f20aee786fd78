// What one command (or several) wrote, and what is to become of each of its changes. A change set is made by whoever
// holds the layer (the airlock) or compares the real directory with a snapshot (sessions, hosts without overlays);
// the judge answers with one verdict a change; the commit does exactly what the verdicts say.
import type { AbsolutePath, Brand, NonEmpty } from './primitives.ts';

/**
 * A path as its bytes, one character for each byte (latin1): names that are not UTF-8 travel without loss, and ASCII
 * text compares as it is. Made by {@link bytePath} and {@link bytePathOf}; turned back by {@link pathBytes}.
 */
export type BytePath = Brand<string, 'BytePath'>;

/** The bytes of ordinary (UTF-8) text. */
export function bytePath(text: string): BytePath {
  return Buffer.from(text, 'utf8').toString('latin1') as BytePath;
}

/** The bytes the kernel gave, as they are. */
export function bytePathOf(bytes: Uint8Array): BytePath {
  return Buffer.from(bytes).toString('latin1') as BytePath;
}

/** What `fs` functions take. */
export function pathBytes(path: BytePath): Buffer {
  return Buffer.from(path, 'latin1');
}

/** For people: UTF-8 where it is, the replacement character where it is not. Never a path to open. */
export function showBytePath(path: BytePath): string {
  return pathBytes(path).toString('utf8');
}

/** What stands at one path, the last link not followed. `mode` holds the permission bits only (07777). */
export type NodeState =
  | { readonly kind: 'missing' }
  | { readonly kind: 'file'; readonly size: number; readonly mode: number }
  | { readonly kind: 'directory'; readonly mode: number }
  | { readonly kind: 'symlink'; readonly target: BytePath }
  | { readonly kind: 'other'; readonly type: 'fifo' | 'socket' | 'device' | 'unknown' };

/** One path that differs. A directory that moved is its contents removed here and added there. */
export interface Change {
  /** The root it lies below: one of {@link ChangeSet.roots}. */
  readonly root: AbsolutePath;
  /** Relative to the root, without leading slash; empty for the root itself. */
  readonly path: BytePath;
  readonly before: NodeState;
  readonly after: NodeState;
}

export interface ChangeSet {
  /** `[a-z0-9-]+`, unique on this machine; names the set in journals and in the store of what was held back. */
  readonly id: string;
  readonly roots: readonly AbsolutePath[];
  /** Parents before their contents, each path once. */
  readonly changes: readonly Change[];
}

/** What reading a file gave. Only `absent` means "nothing there"; every other failure is `unreadable`. */
export type ReadOutcome =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'absent' }
  | { readonly kind: 'too-large' }
  | { readonly kind: 'unreadable'; readonly errno: string };

/**
 * One state of the file system, asked by absolute path (below a root, in the home, or anywhere else). Nothing here
 * follows a link in the last part of a path; the parts before it are as they are on disk, and the judge resolves
 * links itself before it asks. Two readers describe one change set: before it, and as if all of it had been kept.
 */
export interface TreeReader {
  /** A state that cannot be learned is `{ kind: 'other', type: 'unknown' }`, never `missing`. */
  stat(path: BytePath): NodeState;
  /** Names in a directory; `unreadable` also for what is no directory. */
  list(
    path: BytePath,
  ):
    | { readonly kind: 'names'; readonly names: readonly BytePath[] }
    | { readonly kind: 'absent' }
    | { readonly kind: 'unreadable'; readonly errno: string };
  /** The whole of a regular file of at most `limit` bytes. Never opens anything but a regular file. */
  read(path: BytePath, limit: number): ReadOutcome;
}

/** One thing that is not kept: a whole path, or one key or line of it. */
export interface HeldPart {
  /** `core.fsmonitor`, `exec …`; left out when it is the whole path. */
  readonly part?: string;
  /** A sentence for people and models: why it is held back. */
  readonly reason: string;
  /** What would have run it, or read it: `git status in this repository`. */
  readonly runs: string;
  /** `FILE:LINE` of the `change_rule` that wants it held. */
  readonly rule?: string;
}

/**
 * `keep`: as the command left it. `hold`: the path stays as it was before; what the command wrote goes to the store
 * of what was held back. `rewrite`: these bytes instead (everything but the held parts), other attributes as written.
 */
export type ChangeVerdict =
  | { readonly kind: 'keep' }
  | { readonly kind: 'hold'; readonly held: NonEmpty<HeldPart> }
  | { readonly kind: 'rewrite'; readonly bytes: Uint8Array; readonly held: NonEmpty<HeldPart> };

export interface JudgedChange {
  readonly change: Change;
  readonly verdict: ChangeVerdict;
}

/** `discarded`: a rule forbids one of the changes, so none of the set may be kept. */
export type Judgement =
  | { readonly kind: 'judged'; readonly changes: readonly JudgedChange[] }
  | {
      readonly kind: 'discarded';
      readonly change: Change;
      /** The rule's own sentence, for people and the model. */
      readonly reason: string;
      readonly rule: string;
    };

/** One entry of `held` in a result: what of the command's work was put aside, where, and why. */
export interface HeldChange {
  /** The name under which `cordon held` finds it; left out when nothing could be stored. */
  readonly id?: string;
  /** Absolute, for people. */
  readonly path: string;
  readonly parts: NonEmpty<HeldPart>;
  /** Why it could not be put aside: it is gone then. */
  readonly lost?: string;
  /** Why it could not be taken away: it is still in place. */
  readonly remains?: string;
}
