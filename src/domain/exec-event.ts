// What an observer sees, in order. Every begin has exactly one end:
// exec.evaluated … exec.finished, approval.requested … approval.answered, attempt.started … attempt.finished.
import type { Enforcement } from './access.ts';
import type {
  ApprovalId,
  ApprovalRequest,
  ApprovalRequirement,
  DecisionSource,
  ReviewDecision,
} from './approval.ts';
import type { AttemptRecord, ExecResult, SandboxAttempt } from './exec-result.ts';
import type { ReviewedChange } from './change-review.ts';
import type { HeldChange } from './change-set.ts';
import type { Evaluation } from './policy.ts';
import type { CallId, SessionId } from './primitives.ts';

export type OutputStream = 'stdout' | 'stderr' | 'tty';

export type ExecEvent =
  | {
      readonly type: 'exec.evaluated';
      readonly callId: CallId;
      readonly evaluation: Evaluation;
      readonly requirement: ApprovalRequirement;
    }
  | { readonly type: 'approval.requested'; readonly callId: CallId; readonly request: ApprovalRequest }
  | {
      readonly type: 'approval.answered';
      readonly callId: CallId;
      readonly id: ApprovalId;
      readonly decision: ReviewDecision;
      readonly source: DecisionSource;
      /** Something that went wrong beside the answer: the approved rule could not be saved. */
      readonly warning?: string;
    }
  | {
      readonly type: 'attempt.started';
      readonly callId: CallId;
      readonly attempt: SandboxAttempt;
      readonly enforcement: Enforcement;
      readonly pid: number | undefined;
    }
  | {
      readonly type: 'output.chunk';
      readonly callId: CallId;
      readonly stream: OutputStream;
      readonly bytes: Uint8Array;
    }
  | { readonly type: 'attempt.finished'; readonly callId: CallId; readonly record: AttemptRecord }
  /** Part of what a command wrote was put aside; for a session as soon as it is seen, else before `exec.finished`. */
  | { readonly type: 'changes.held'; readonly callId: CallId; readonly held: readonly HeldChange[] }
  /** Somebody answered about what was held back; before `attempt.finished`, whose record says what is still held. */
  | { readonly type: 'changes.reviewed'; readonly callId: CallId; readonly reviewed: ReviewedChange }
  | {
      readonly type: 'session.opened' | 'session.closed';
      readonly callId: CallId;
      readonly sessionId: SessionId;
    }
  /** Somebody typed, or with no characters waited: a model's `write_stdin`. */
  | {
      readonly type: 'session.interaction';
      readonly callId: CallId;
      readonly sessionId: SessionId;
      readonly chars: string;
    }
  | { readonly type: 'exec.finished'; readonly callId: CallId; readonly result: ExecResult };
