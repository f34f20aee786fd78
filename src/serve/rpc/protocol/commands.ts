// Commands of the protocol: started by `command/exec` or `process/start`, named by the client, read by number.
import type { RefusalKind } from './errors.ts';

export interface TerminalSize {
  readonly rows: number;
  readonly cols: number;
}

/** Never wider than the server's. `networkAccess` left out is none, `writableRoots` left out is the workspace alone. */
export type SandboxPolicy =
  | { readonly type: 'dangerFullAccess' }
  | { readonly type: 'readOnly'; readonly networkAccess?: boolean | undefined }
  | {
      readonly type: 'workspaceWrite';
      readonly writableRoots?: readonly string[] | undefined;
      readonly networkAccess?: boolean | undefined;
      readonly excludeSlashTmp?: boolean | undefined;
      readonly excludeTmpdirEnvVar?: boolean | undefined;
    };

/** What every way to run a command takes. */
export interface CommandWish {
  /** Absolute, or below the workspace. Default the workspace. */
  readonly cwd?: string | null | undefined;
  /** Added to the environment that commands have here; null takes a name away. */
  readonly env?: Readonly<Record<string, string | null>> | null | undefined;
  /** Milliseconds; waiting for an answer does not count. Default the server's. */
  readonly timeoutMs?: number | null | undefined;
  readonly disableTimeout?: boolean | undefined;
  /** Default the server's. */
  readonly sandboxPolicy?: SandboxPolicy | null | undefined;
  /** `require_escalated` asks a person to let it leave the sandbox. Default `use_default`. */
  readonly sandboxPermissions?: 'use_default' | 'require_escalated' | null | undefined;
  /** Why it has to leave the sandbox. */
  readonly justification?: string | null | undefined;
  /** First words of the command, as a rule that a person could save. */
  readonly prefixRule?: readonly string[] | null | undefined;
}

export interface CommandExecParams extends CommandWish {
  /** A program and its arguments, or a script for bash. */
  readonly command: readonly string[] | string;
  /** Needed for everything that speaks of this command later. Unique among the client's. */
  readonly processId?: string | null | undefined;
  /** Default false. */
  readonly tty?: boolean | undefined;
  readonly size?: TerminalSize | null | undefined;
  /** Keeps the input open for `command/exec/write`. Default false; a terminal is always open. */
  readonly streamStdin?: boolean | undefined;
  /** Output as `command/exec/outputDelta`, and then not in the result. Default false; always so for a terminal. */
  readonly streamStdoutStderr?: boolean | undefined;
  /** Bytes of each stream that are told. Default: what is kept. */
  readonly outputBytesCap?: number | null | undefined;
  readonly disableOutputCap?: boolean | undefined;
  /** Always null: profiles are the server's own. */
  readonly permissionProfile?: null | undefined;
  /** `hold`: what it writes waits in a change set. Not with a terminal or open input. Default `commit`. */
  readonly changes?: 'commit' | 'hold' | undefined;
}

/** How a command ended; also when it did not run. */
export interface CommandResult {
  /** Its own; 128+N for signal N, 124 deadline, 125 no sandbox, 126 refused or not executable, 127 not found. */
  readonly exitCode: number;
  /** Empty when it was streamed. */
  readonly stdout: string;
  readonly stderr: string;
  readonly status: 'exited' | 'signalled' | 'timed-out' | 'cancelled' | 'failed' | 'not-run';
  readonly succeeded: boolean;
  readonly signal: string | null;
  /** What held it: `landlock`, `seatbelt`, or `none`. Null when it did not run. */
  readonly sandbox: string | null;
  /** What the sandbox stopped. */
  readonly denied: string | null;
  readonly sandboxDenied: boolean;
  /** Why it did not run, as a word; the sentence is `reason`. */
  readonly refusal: RefusalKind | null;
  readonly reason: string | null;
  /** What rules did not let it start, then what of the files it wrote is not in place: sentences. */
  readonly changes: readonly string[];
  /** With `changes: "hold"`. */
  readonly changeSetId: string | null;
}

export interface CommandWriteParams {
  readonly processId: string;
  readonly deltaBase64?: string | null | undefined;
  readonly closeStdin?: boolean | undefined;
}

export interface CommandResizeParams {
  readonly processId: string;
  readonly size: TerminalSize;
}

export interface ProcessNamed {
  readonly processId: string;
}

export interface CommandReadParams {
  readonly processId: string;
  /** The last number already read. Default 0: from the start. */
  readonly afterSeq?: number | null | undefined;
  /** Bytes after which no further piece is added; one piece comes in any case. Default and at most 1 MiB. */
  readonly maxBytes?: number | null | undefined;
  /** Milliseconds to wait when there is nothing new. Default 0, at most 60 000. */
  readonly waitMs?: number | null | undefined;
}

export interface OutputChunk {
  /** Counts from 1, one by one, over all streams of the command. */
  readonly seq: number;
  readonly stream: 'stdout' | 'stderr' | 'pty';
  /** Base64, at most 64 KiB of bytes. */
  readonly chunk: string;
  /** Bytes of the command before this piece: a jump is exactly what fell out of what is kept. */
  readonly offset: number;
}

export interface CommandReadResult {
  readonly chunks: readonly OutputChunk[];
  /** One more than the last number given out so far. */
  readonly nextSeq: number;
  readonly exited: boolean;
  readonly exitCode: number | null;
  /** Nothing will follow. */
  readonly closed: boolean;
  /** Why it did not run, or could not be started. */
  readonly failure: string | null;
  readonly sandboxDenied: boolean;
  /** Once closed, without the output. */
  readonly result: CommandResult | null;
}

export interface CommandListResult {
  /** Running and finished, oldest first. */
  readonly commands: readonly {
    readonly processId: string;
    readonly command: string;
    readonly running: boolean;
    readonly nextSeq: number;
  }[];
}

export interface ProcessStartParams {
  readonly processId: string;
  readonly argv: readonly string[];
  /** A path, or a `file://` address. */
  readonly cwd?: string | null | undefined;
  readonly env?: Readonly<Record<string, string | null>> | null | undefined;
  readonly tty?: boolean | undefined;
  readonly size?: TerminalSize | null | undefined;
  readonly pipeStdin?: boolean | undefined;
  /** Always null. */
  readonly arg0?: null | undefined;
  /** Default none. */
  readonly timeoutMs?: number | null | undefined;
  readonly sandboxPolicy?: SandboxPolicy | null | undefined;
}

export interface ProcessStartResult {
  readonly processId: string;
  /** `landlock`, `seatbelt`, or `none`. */
  readonly sandboxType: string;
}

export interface ProcessWriteParams {
  readonly processId: string;
  /** A write whose id came before is not written again. */
  readonly writeId: string;
  /** Base64. */
  readonly chunk: string;
}

export interface ProcessWriteResult {
  readonly status: 'accepted' | 'unknownProcess' | 'stdinClosed';
}

export interface ProcessSignalParams {
  readonly processId: string;
  readonly signal: 'interrupt';
}

/** Notification `command/exec/outputDelta`. */
export interface CommandOutputDelta {
  readonly processId: string;
  readonly stream: 'stdout' | 'stderr';
  readonly deltaBase64: string;
  /** The last piece of this stream: `outputBytesCap` is reached. */
  readonly capReached: boolean;
  readonly seq: number;
}

/** Notification `process/output`. */
export interface ProcessOutput extends OutputChunk {
  readonly processId: string;
}

/** Notification `process/exited`. */
export interface ProcessExited {
  readonly processId: string;
  readonly seq: number;
  readonly exitCode: number;
  readonly sandboxDenied: boolean;
}

/** Notification `process/closed`: the last of a process. */
export interface ProcessClosed {
  readonly processId: string;
  readonly seq: number;
}
