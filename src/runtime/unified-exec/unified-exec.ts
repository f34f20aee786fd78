// The public face of sessions: start a program, come back later, type, read, stop. The types live here; the manager
// behind them is session-manager.ts.
import type { CapturedStream, ExecResult, Refusal, Result, SessionId } from '../../domain/index.ts';
import type { ScreenSnapshot } from './screen.ts';

export interface ReadOptions {
  /** How long the call may wait before it answers with what there is; clamped, see `yieldLimits`. */
  readonly yieldMs?: number | undefined;
  /**
   * `time` (default) answers at the end of the program or of the wait. `exit` waits for the program alone, so that
   * nobody has to poll; `yieldMs`, when given, then bounds the wait without being clamped.
   */
  readonly until?: 'time' | 'exit' | undefined;
  /** Adds a look at the terminal's screen. Default false. */
  readonly screen?: boolean | undefined;
}

export interface WriteOptions extends ReadOptions {
  readonly sessionId: SessionId | number;
  /** Typed as it is, nothing added; without any the call only waits. `\u0003` interrupts a session without a terminal. */
  readonly chars?: string | undefined;
}

/** What one call saw. Every byte of a session is in exactly one answer. */
export type SessionRead = {
  readonly sessionId: SessionId;
  readonly output: CapturedStream;
  /** The same as text: gaps are marked with their size, and no character is ever cut. */
  readonly text: string;
  readonly lineBreaks: number;
  readonly waitedMs: number;
  readonly screen: ScreenSnapshot | undefined;
  /** Something to tell the model: sessions are running out. */
  readonly warning: string | undefined;
} & (
  | { readonly kind: 'running' }
  /** The program has ended. Asked again, the session gives the same result and the same last output. */
  | { readonly kind: 'finished'; readonly result: ExecResult }
);

export type SessionError =
  | { readonly kind: 'unknown-session'; readonly sessionId: number; readonly reason: string }
  | { readonly kind: 'stdin-closed'; readonly sessionId: number; readonly reason: string }
  /** The program has ended; nothing reads what is typed. */
  | { readonly kind: 'already-finished'; readonly sessionId: number; readonly reason: string };

export interface SessionInfo {
  readonly sessionId: SessionId;
  readonly callId: string;
  readonly command: string;
  readonly cwd: string;
  readonly tty: boolean;
  readonly pid: number | undefined;
  readonly openedAt: number;
}

export interface UnifiedExec<Opening> {
  /**
   * Decides, starts, waits, and answers: with a live session, with the end of a program that was quick, or with a
   * refusal. A caller that loses interest (the signal) gets the answer at once; the program goes on.
   */
  open(input: Opening, signal?: AbortSignal): Promise<Result<SessionRead, Refusal>>;
  /** Types and waits. Calls for one session take turns. */
  write(options: WriteOptions, signal?: AbortSignal): Promise<Result<SessionRead, SessionError>>;
  /** Live sessions, least recently used first. */
  list(): readonly SessionInfo[];
  resize(sessionId: SessionId | number, rows: number, cols: number): boolean;
  interrupt(sessionId: SessionId | number): boolean;
  /** Ends the whole tree of a session and answers with its end. */
  terminate(sessionId: SessionId | number): Promise<ExecResult | undefined>;
  closeAll(): Promise<readonly { readonly sessionId: SessionId; readonly result: ExecResult }[]>;
}
