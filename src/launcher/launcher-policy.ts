// Everything the launcher is told about one run, before it is bytes.
import type {
  Argv,
  DirectoryIdentity,
  NetworkAccess,
  ResourceLimits,
  WatchWish,
  WatchedProgram,
} from '../domain/index.ts';

/**
 * How much of the protection a writable root gets for names that do not exist yet: `all` for a workspace, `git` for
 * a directory shared with others (`/tmp`), where only a planted `.git` is dangerous and the rest would be clutter.
 */
export type RootGuard = 'all' | 'git';

export interface LauncherRoot {
  readonly path: string;
  readonly guard: RootGuard;
}

/** A name at the top of every writable root (and of nested repositories) that stays read-only. */
export interface ProtectedName {
  /** Relative, without `.` or `..`: `.vscode/tasks.json`. */
  readonly name: string;
  /** Whether the name is also kept from being created. */
  readonly whenMissing: 'forbid' | 'ignore';
}

/** What a terminal run needs: the bytes the launcher writes to the terminal once all output went before them. */
export interface TerminalEnd {
  readonly endMark: Uint8Array;
}

interface LauncherRun {
  readonly argv: Argv;
  readonly cwd: string;
  /** What `cwd` must still be, or nothing runs. Left out: whatever it is. */
  readonly cwdIdentity?: DirectoryIdentity;
  readonly env: ReadonlyMap<string, string>;
  readonly limits?: ResourceLimits;
  readonly tty?: TerminalEnd;
  /** So many bytes of standard input are read before the command begins, and kept in memory for it. */
  readonly inputBytes?: number;
  /** Milliseconds that background processes may take to finish after the command ended. Default 100. */
  readonly lingerMs?: number;
}

interface LauncherSandbox {
  /** `full` refuses to start when anything is missing; `best-effort` starts and lists it. */
  readonly require: 'full' | 'best-effort';
  readonly network: NetworkAccess;
  /**
   * With `network: 'none'`: a private network of its own. Left out, it is the one that all runs of a launch server share;
   * a launcher without a server always has its own.
   */
  readonly isolated?: boolean;
  readonly denyRead: readonly string[];
  /** Whether `/tmp` is a private empty one where namespaces allow it. */
  readonly privateTmp: boolean;
  /**
   * A TCP listener on the loopback of the private network (`network: 'none'`), handed to the host with a `listening`
   * frame before the command starts: an SCM_RIGHTS descriptor, which Node's own sockets drop. Port 0 takes any.
   */
  readonly listener?: { readonly port: number };
  /** Every program that starts waits until it was judged. Left out: none does. */
  readonly watch?: WatchWish;
  /** Whether `denied` frames are sent. Left out: none are. */
  readonly tellsDenials?: boolean;
  /** Whether `traced` frames are sent; needs `watch` and `tellsDenials`. Left out: none are. */
  readonly traces?: boolean;
}

/** Numbers on the wire; `native/protocol/policy.h` has the same. */
export const watchedKinds: Readonly<Record<WatchedProgram['kind'], number>> = {
  program: 0,
  'multi-call': 1,
  loader: 2,
};

/** Everything the launcher is told about one run. */
export type LauncherPolicy =
  /** No sandbox: own session, descriptors closed, ended with the host, leftovers killed, ends reported. */
  | (LauncherRun & { readonly mode: 'supervise' })
  | (LauncherRun & LauncherSandbox & { readonly mode: 'read-only' })
  | (LauncherRun &
      LauncherSandbox & {
        readonly mode: 'workspace-write';
        readonly writable: readonly LauncherRoot[];
        readonly protect: readonly string[];
        readonly protectedNames: readonly ProtectedName[];
      });

/** A layer over one writable root: what the command writes there goes to `upper`. */
export interface RootLayer {
  /** One of the writable roots, as it was given. */
  readonly root: string;
  /** An empty directory of this user's own, outside every root. */
  readonly upper: string;
  /** Another one, beside it: the kernel's. */
  readonly work: string;
}
