// One command as a caller asks for it.
import type { Argv, RequestedAccess, StdinMode } from '../domain/index.ts';

/** What a caller may leave out of a request, and in friendlier shapes. */
export interface ExecInput {
  /** A string is a script for `shell`; an array is an argv. */
  readonly command: string | Argv;
  /** Default `bash`. */
  readonly shell?: string | undefined;
  /** Default false: login profiles are noise for a program and a door for an attacker. */
  readonly login?: boolean | undefined;
  /** Relative to the workspace. Default the workspace. */
  readonly cwd?: string | undefined;
  /** Added to, or with undefined removed from, the environment that the policy built. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /**
   * Text or bytes for the program to read; or a source of bytes, typed to it as they come (a stream of Node is one). What a
   * source gives is not in the question: it says that the input stays open. A source that fails ends the input, and the
   * call rejects with that error once the command is over. Default `null`: end of file at once.
   */
  readonly stdin?:
    Exclude<StdinMode, { readonly kind: 'open' }> | AsyncIterable<Uint8Array> | string | undefined;
  /** Milliseconds. Time spent waiting for an approval does not count. */
  readonly timeoutMs?: number | 'none' | undefined;
  readonly access?: RequestedAccess | undefined;
  /** Whether it has a private loopback of its own. Default what the runtime's option says. */
  readonly isolated?: boolean | undefined;
  /**
   * Whether the tree of its programs is recorded: `trace` of each attempt. Default false. Linux, in a sandbox with namespaces;
   * every program and every write of the command then waits for a look.
   */
  readonly trace?: boolean | undefined;
  readonly callId?: string | undefined;
  readonly proposedPrefix?: Argv | undefined;
  /**
   * `hold` keeps what it writes out of the workspace: `changeSet` of the result has it. Where that cannot be, it does not
   * run. `journal` keeps what it replaces and removes, so that `changes.undo` of the runtime can bring it back: `originals`
   * of the attempt's `changes` has the id, or why there is none. `commit`: what may be kept is in place when the result
   * comes, and nothing of what stood there is kept. Default: the runtime's option.
   */
  readonly changes?: 'commit' | 'hold' | 'journal' | undefined;
}
