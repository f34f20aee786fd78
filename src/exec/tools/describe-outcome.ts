// How an attempt ended, in the numbers shells use: 124 for a deadline, 127 for a missing program, 128 + N for a signal.
import { constants } from 'node:os';
import {
  assertNever,
  type AttemptOutcome,
  type CapturedStream,
  type SpawnFailure,
} from '../../domain/index.ts';

export interface OutcomeFacts {
  /** null when there is none: the command was cancelled. */
  readonly exitCode: number | null;
  readonly timedOut: boolean;
  readonly signal: string | null;
  /** A line before the output, where the number alone would not tell. */
  readonly notice: string | undefined;
  readonly output: CapturedStream;
}

const noOutput: CapturedStream = {
  head: new Uint8Array(),
  tail: new Uint8Array(),
  omittedBytes: 0,
  totalBytes: 0,
};

export function describeOutcome(outcome: AttemptOutcome): OutcomeFacts {
  const plain = { timedOut: false, signal: null, notice: undefined };
  switch (outcome.kind) {
    case 'exited':
      return { ...plain, exitCode: outcome.exitCode, output: outcome.output.aggregated };
    case 'signalled':
      return {
        ...plain,
        exitCode: 128 + numberOf(outcome.signal),
        signal: outcome.signal,
        notice: `command was killed by ${outcome.signal}`,
        output: outcome.output.aggregated,
      };
    case 'timed-out':
      return {
        ...plain,
        exitCode: 124,
        timedOut: true,
        notice: `command timed out after ${Math.round(outcome.afterMs)} milliseconds`,
        output: outcome.output.aggregated,
      };
    case 'cancelled':
      return { ...plain, exitCode: null, notice: 'command was cancelled', output: outcome.output.aggregated };
    case 'spawn-failed':
      return {
        ...plain,
        exitCode: statusOf(outcome.failure),
        notice: outcome.failure.message,
        output: noOutput,
      };
    default:
      return assertNever(outcome, 'describeOutcome');
  }
}

function statusOf(failure: SpawnFailure): number {
  if (failure.stage === 'launcher' || failure.stage === 'sandbox') return 125;
  return failure.stage === 'exec' && failure.errno === 'ENOENT' ? 127 : 126;
}

function numberOf(signal: string): number {
  const numbers: Readonly<Record<string, number>> = constants.signals;
  return numbers[signal] ?? 0;
}
