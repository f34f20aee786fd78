// A result as an exit status: the command's own where it ran to its end.
import {
  assertNever,
  type AttemptOutcome,
  type ExecResult,
  type Refusal,
  type SpawnFailure,
} from '../../domain/index.ts';
import { exitStatus, statusOfSignal } from '../exit-status.ts';

/** `interruptedBy` names the signal that ended cordon itself, when one did. */
export function statusOfResult(result: ExecResult, interruptedBy: string | undefined): number {
  if (result.kind === 'not-run') return statusOfRefusal(result.refusal, interruptedBy);
  const changes = result.attempts.flatMap((attempt) => attempt.changes ?? []).at(-1);
  // What it said of itself is not true of the workspace.
  if (result.outcome.kind === 'exited' && changes !== undefined && changes.kind !== 'committed')
    return changes.kind === 'discarded' ? exitStatus.refused : exitStatus.sandboxUnavailable;
  return statusOfOutcome(result.outcome, interruptedBy);
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
  if (stage === 'launcher' || stage === 'sandbox') return exitStatus.sandboxUnavailable;
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
