// What a caller asks for. Nothing here has been judged yet.
import type { AbsolutePath, Argv, CallId } from './primitives.ts';

/**
 * `argv` is run as given (and recognised as a script when it has the shape `bash -lc SCRIPT`);
 * `script` is text for a shell, which this library starts as `SHELL [-l] -c -- SCRIPT`.
 */
export type CommandInput =
  | { readonly kind: 'argv'; readonly argv: Argv }
  | { readonly kind: 'script'; readonly script: string; readonly shell: string; readonly login: boolean };

/**
 * `default` stays inside the configured sandbox. `unsandboxed` asks to leave it and needs an approval of its own;
 * the justification is shown to whoever decides.
 */
export type RequestedAccess =
  { readonly kind: 'default' } | { readonly kind: 'unsandboxed'; readonly justification: string };

/** `null` reads as end of file at once; `bytes` are written and then closed; `open` belongs to sessions only. */
export type StdinMode =
  | { readonly kind: 'null' }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'open' };

/** Which directory a path named at one moment. */
export interface DirectoryIdentity {
  readonly device: bigint;
  readonly inode: bigint;
}

export interface ExecRequest {
  readonly callId: CallId;
  readonly command: CommandInput;
  /** Where the command starts. Never widens what is writable: the sandbox roots come from the runtime's options. */
  readonly cwd: AbsolutePath;
  /** The directory that `cwd` was when the request was made; no other is ever entered. Undefined: there was none. */
  readonly cwdIdentity?: DirectoryIdentity;
  /** Complete environment of the child, after the environment policy. */
  readonly env: ReadonlyMap<string, string>;
  readonly stdin: StdinMode;
  /** Milliseconds from the start of an attempt to TERM; time spent waiting for an approval does not count. */
  readonly timeoutMs: number | 'none';
  readonly access: RequestedAccess;
  /** Whether the attempt gets a terminal. Part of what an approval covers. */
  readonly tty: boolean;
  /** Alone in a private network, where it would share one with the other commands of the runtime. Left out: it shares. */
  readonly isolated?: boolean;
  /** Whether the tree of its programs is recorded. Left out: it is not. */
  readonly traces?: boolean;
  /** A prefix the model proposes to remember; offered only if saving it would really allow the command. */
  readonly proposedPrefix?: Argv;
}
