// The port behind exec_command and write_stdin. One command, one answer now; more answers later if it still runs.
import type { Argv, CapturedStream, ExecResult, RequestedAccess } from '../../domain/index.ts';

export interface SessionOpening {
  /** Unique within the runtime; the events of the command carry it. */
  readonly callId: string;
  readonly script: string;
  readonly shell: string | undefined;
  readonly login: boolean;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly tty: boolean;
  readonly yieldMs: number;
  readonly access: RequestedAccess;
  readonly proposedPrefix: Argv | undefined;
}

export interface SessionWrite {
  readonly sessionId: number;
  /** Empty: nothing is written, only waited for. */
  readonly chars: string;
  /** undefined: the port's own default for a write or for a wait. */
  readonly yieldMs: number | undefined;
}

/** Every byte is in the `chunk` of exactly one answer; a finished result carries the whole transcript besides. */
export type SessionAnswer =
  | { readonly kind: 'running'; readonly sessionId: number; readonly chunk: SessionChunk }
  | { readonly kind: 'finished'; readonly result: ExecResult; readonly chunk: SessionChunk | undefined }
  | { readonly kind: 'unknown-session' }
  /** The session is there, but this cannot be done with it. The reason is a sentence for the model. */
  | { readonly kind: 'rejected'; readonly reason: string };

/** What it wrote since the last answer, and how long this answer was waited for. */
export interface SessionChunk {
  readonly output: CapturedStream;
  /** Line breaks in the whole of it, also in what was not kept. */
  readonly lineBreaks: number;
  readonly wallMs: number;
  /** Something the model should know about its sessions. */
  readonly warning?: string | undefined;
}

export interface SessionTools {
  open(opening: SessionOpening, signal: AbortSignal): Promise<SessionAnswer>;
  write(write: SessionWrite, signal: AbortSignal): Promise<SessionAnswer>;
  /** Ends every session and answers with how each ended. */
  closeAll(): Promise<readonly ClosedSession[]>;
}

export interface ClosedSession {
  readonly sessionId: number;
  readonly result: ExecResult;
}
