// A result as an exit status: the command's own where it ran to its end.
import {
  assertNever,
  type AttemptOutcome,
  type ExecResult,
  type Refusal,
  type SettledChanges,
  type SpawnFailure,
} from '../../domain/index.ts';
import { exitStatus, statusOfSignal } from '../exit-status.ts';

/** `interruptedBy` names the signal that ended cordon itself, when one did. */
export function statusOfResult(result: ExecResult, interruptedBy: string | undefined): number {
  if (result.kind === 'not-run') return statusOfRefusal(result.refusal, interruptedBy);
  const changes = result.attempts.flatMap((attempt) => attempt.changes ?? []).at(-1);
  // What it said of itself is not true of the workspace.
  const unsettled = result.outcome.kind === 'exited' ? statusOfSettled(changes) : undefined;
  return unsettled ?? statusOfOutcome(result.outcome, interruptedBy);
}

/** Undefined where the command's own says all: nothing was to come in, or it did. */
export function statusOfSettled(settled: SettledChanges | undefined): number | undefined {
  switch (settled?.kind) {
    case 'discarded':
      return exitStatus.refused;
    case 'failed':
      return exitStatus.sandboxUnavailable;
    case 'committed':
    case 'pending':
    case undefined:
      return undefined;
  }
}

function statusOfOutcome(outcome: AttemptOutcome, interruptedBy: string | undefined): number {
  switch (outcome.kind) {
    case 'exited':
      return outcome.exitCode;
    case 'signalled':
      return statusOfSignal(outcome.signal);
    case 'timed-out':
      return exitStatus.deadline;
    case 'cancelled':
      return statusOfSignal(interruptedBy ?? 'SIGINT');
    case 'spawn-failed':
      return statusOfFailure(outcome.failure);
    default:
      return assertNever(outcome, 'statusOfOutcome');
  }
}

function statusOfFailure({ stage, errno }: SpawnFailure): number {
  if (stage === 'launcher' || stage === 'sandbox' || stage === 'layers') return exitStatus.sandboxUnavailable;
  return errno === 'ENOENT' || errno === 'ENOTDIR' ? exitStatus.notFound : exitStatus.refused;
}

function statusOfRefusal(refusal: Refusal, interruptedBy: string | undefined): number {
  switch (refusal.kind) {
    case 'sandbox-unavailable':
      return exitStatus.sandboxUnavailable;
    case 'bad-request':
      return exitStatus.usage;
    case 'aborted':
      return statusOfSignal(interruptedBy ?? 'SIGINT');
    case 'forbidden-by-policy':
    case 'approval-needed-but-nobody-to-ask':
    case 'escalation-not-possible':
    case 'denied-by-reviewer':
      return exitStatus.refused;
    default:
      return assertNever(refusal, 'statusOfRefusal');
  }
}
