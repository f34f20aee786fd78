// How things ended: one outcome an attempt, one result a request.
import type { AccessProfile, Enforcement, Grant, SandboxSelection } from './access.ts';
import type { HeldChange } from './change-set.ts';
import type { Evaluation } from './policy.ts';
import type { CallId, NonEmpty } from './primitives.ts';
import type { CommandTrace } from './command-trace.ts';
import type { DenialEvidence } from './denial-evidence.ts';
import type { RefusedProgram } from './program-start.ts';
import type { SettledChanges } from './settled-changes.ts';

/** Bytes kept from one stream: a head, a tail, and exactly how many fell out between them. */
export interface CapturedStream {
  readonly head: Uint8Array;
  readonly tail: Uint8Array;
  readonly omittedBytes: number;
  readonly totalBytes: number;
}

export interface CapturedOutput {
  readonly stdout: CapturedStream;
  readonly stderr: CapturedStream;
  /** Both streams in arrival order. */
  readonly aggregated: CapturedStream;
  /** The whole output on disk, when the caller asked for a spill file. */
  readonly spillFile: string | undefined;
  /** Why the spill file is missing or does not hold everything; left out when it does, or when none was needed. */
  readonly spillProblem?: string;
}

/** Every way a started process can end, and the one way it can fail to start. */
export type AttemptOutcome =
  | { readonly kind: 'exited'; readonly exitCode: number; readonly output: CapturedOutput }
  | { readonly kind: 'signalled'; readonly signal: string; readonly output: CapturedOutput }
  | { readonly kind: 'timed-out'; readonly afterMs: number; readonly output: CapturedOutput }
  | { readonly kind: 'cancelled'; readonly output: CapturedOutput }
  | { readonly kind: 'spawn-failed'; readonly failure: SpawnFailure };

/** `errno` names what `execve` (or the step before it) answered: `ENOENT`, `EACCES`. */
export interface SpawnFailure {
  readonly stage: 'launcher' | 'sandbox' | 'chdir' | 'exec' | 'layers';
  readonly errno: string | undefined;
  readonly message: string;
  /** What would help, when something would. */
  readonly hint?: string;
}

export interface SandboxAttempt {
  readonly ordinal: 1 | 2;
  readonly selection: Exclude<SandboxSelection, { readonly kind: 'unavailable' }>;
  readonly profile: AccessProfile;
  readonly grant: Grant | undefined;
}

export interface AttemptRecord {
  readonly attempt: SandboxAttempt;
  readonly enforcement: Enforcement;
  readonly outcome: AttemptOutcome;
  readonly denial: DenialEvidence | undefined;
  /** Everything that the launcher saw refused, at most 128, also of a command that succeeded; left out where there was nothing. */
  readonly denials?: NonEmpty<DenialEvidence>;
  readonly durationMs: number;
  /** What it tried to start and rules did not let it; left out where there was nothing. */
  readonly refusedPrograms?: NonEmpty<RefusedProgram>;
  /** The tree of its programs, where it was asked for and something watched. */
  readonly trace?: CommandTrace;
  /** What became of what it wrote; left out where it wrote to the directories themselves, or nowhere. */
  readonly changes?: SettledChanges;
}

/** Why nothing ran. Each carries a sentence for the model. */
export type Refusal =
  | { readonly kind: 'forbidden-by-policy'; readonly reason: string; readonly evaluation: Evaluation }
  | {
      readonly kind: 'approval-needed-but-nobody-to-ask';
      readonly reason: string;
      readonly evaluation: Evaluation;
    }
  | { readonly kind: 'escalation-not-possible'; readonly reason: string }
  | { readonly kind: 'denied-by-reviewer'; readonly reason: string; readonly message: string | undefined }
  | { readonly kind: 'aborted'; readonly reason: string }
  | { readonly kind: 'sandbox-unavailable'; readonly reason: string; readonly hint: string }
  | { readonly kind: 'bad-request'; readonly reason: string };

export type ExecResult =
  | {
      readonly kind: 'ran';
      readonly callId: CallId;
      readonly outcome: AttemptOutcome;
      readonly attempts: NonEmpty<AttemptRecord>;
      /** What the command wrote and is not in place, because something outside would run or obey it by itself. */
      readonly held?: readonly HeldChange[];
    }
  | {
      readonly kind: 'blocked-by-sandbox';
      readonly callId: CallId;
      readonly outcome: AttemptOutcome;
      readonly denial: DenialEvidence;
      readonly attempts: NonEmpty<AttemptRecord>;
      /** As for `ran`. */
      readonly held?: readonly HeldChange[];
      /** Why there was no second attempt, when one was asked for and refused. */
      readonly retryRefused?: Refusal;
    }
  | { readonly kind: 'not-run'; readonly callId: CallId; readonly refusal: Refusal };
