// How an attempt ended when it did not exit by itself, and whether all went well: for people and callers alike.
import { describeUnsettled } from './describe-settled.ts';
import type { AttemptOutcome, ExecResult } from './exec-result.ts';

/** Sentences without a full stop; none for a program that exited by itself. Paths in them are not escaped. */
export function describeEnding(outcome: AttemptOutcome): readonly string[] {
  switch (outcome.kind) {
    case 'exited':
      return [];
    case 'signalled':
      return [`Ended by ${outcome.signal}`];
    case 'timed-out':
      return [`Stopped after ${String(outcome.afterMs / 1000)} s`];
    case 'cancelled':
      return ['Stopped'];
    case 'spawn-failed':
      return [outcome.failure.message, ...(outcome.failure.hint === undefined ? [] : [outcome.failure.hint])];
  }
}

/** Whether it ran to its end with exit status 0, the sandbox stopped nothing, and its changes were settled. */
export function succeeded(result: ExecResult): boolean {
  return (
    result.kind === 'ran' &&
    result.outcome.kind === 'exited' &&
    result.outcome.exitCode === 0 &&
    describeUnsettled(result) === undefined
  );
}
