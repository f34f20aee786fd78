// A result of the runtime as one flat record: no client has to narrow.
import { describeAftermath, type ExecResult, type HeldPart, succeeded } from '../../domain/index.ts';
import { explainDenial, explainRefusal, renderCaptured } from '../../runtime/index.ts';
import type { CommandResult } from './protocol/commands.ts';

/** As `cordon run` would exit. */
export type ExitCodeOf = (result: ExecResult) => number;

export interface Shown {
  /** Bytes of each stream at most; `none` where the output was told already. */
  readonly output: number | 'none';
  readonly changeSetId?: string | undefined;
}

export function commandResult(result: ExecResult, exitCodeOf: ExitCodeOf, shown: Shown): CommandResult {
  const base = { ...blank, exitCode: exitCodeOf(result), changeSetId: shown.changeSetId ?? null };
  if (result.kind === 'not-run')
    return {
      ...base,
      status: 'not-run',
      refusal: result.refusal.kind,
      reason: explainRefusal(result.refusal),
    };
  const { outcome, attempts } = result;
  const selection = attempts.at(-1)?.attempt.selection;
  const ran: CommandResult = {
    ...base,
    sandbox: selection?.kind === 'sandboxed' ? selection.sandbox : 'none',
    denied: result.kind === 'blocked-by-sandbox' ? explainDenial(result) : null,
    sandboxDenied: result.kind === 'blocked-by-sandbox',
    changes: describeAftermath(result),
  };
  if (outcome.kind === 'spawn-failed') return { ...ran, status: 'failed', reason: outcome.failure.message };
  const text = (stream: 'stdout' | 'stderr'): string =>
    shown.output === 'none' ? '' : firstBytes(renderCaptured(outcome.output[stream]), shown.output);
  return {
    ...ran,
    status: outcome.kind,
    succeeded: succeeded(result),
    signal: outcome.kind === 'signalled' ? outcome.signal : null,
    stdout: text('stdout'),
    stderr: text('stderr'),
  };
}

const blank: CommandResult = {
  exitCode: 0,
  stdout: '',
  stderr: '',
  status: 'not-run',
  succeeded: false,
  signal: null,
  sandbox: null,
  denied: null,
  sandboxDenied: false,
  refusal: null,
  reason: null,
  changes: [],
  changeSetId: null,
};

/** Never half a character. */
export function firstBytes(text: string, limit: number): string {
  const bytes = Buffer.from(text, 'utf8');
  if (bytes.length <= limit) return text;
  return new TextDecoder().decode(bytes.subarray(0, limit), { stream: true });
}

export function heldReasons(held: readonly HeldPart[] = []): readonly string[] {
  return held.map(({ part, reason }) => (part === undefined ? reason : `${part}: ${reason}`));
}
