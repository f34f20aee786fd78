// What a session is made from, and what the orchestrator hands back while its program lives.
import type { AttemptOutcome, CallId, ExecResult, LauncherReport, Runner } from '../../domain/index.ts';
import type { Attachment, LiveProgram } from './live-program.ts';
import type { ReadOptions } from './unified-exec.ts';

/** What the front object makes of an opening. */
export interface SessionOpening extends ReadOptions {
  readonly callId: CallId;
  /** For display. */
  readonly command: string;
  /** For display. */
  readonly cwd: string;
  readonly attachment: Attachment;
  /** Takes the command through gate, approval and sandbox, its attempts run by the given runner. */
  begin(runner: Runner<LiveProgram>, signal: AbortSignal): Promise<Orchestrated>;
}

export type Orchestrated =
  | { readonly kind: 'settled'; readonly result: ExecResult }
  | {
      readonly kind: 'live';
      readonly handle: LiveProgram;
      settle(outcome: AttemptOutcome, report: LauncherReport): Promise<Orchestrated>;
    };
