// A result of the runtime as structured output: one flat record, so that no client has to narrow.
import { describeAftermath, type ExecResult, RuntimeError, succeeded } from '../../domain/index.ts';
import { explainDenial, explainRefusal, renderCaptured, type SessionRead } from '../../runtime/index.ts';

export interface RunOutput {
  readonly status: 'exited' | 'signalled' | 'timed-out' | 'cancelled' | 'failed' | 'running' | 'not-run';
  readonly succeeded: boolean;
  /** Null while it runs, and when it did not exit by itself. */
  readonly exit_code: number | null;
  readonly signal: string | null;
  /** Both streams together; why it did not run, if it did not. */
  readonly output: string;
  /** While it runs. */
  readonly session_id: number | null;
  /** What held it; `none` outside of the sandbox. */
  readonly sandbox: string | null;
  /** What the sandbox stopped. */
  readonly denied: string | null;
  /** Which kind of refusal it was. */
  readonly refusal: string | null;
  /** What of the files it wrote is not in place as it wrote it, a sentence each: held back, in conflict, discarded. */
  readonly changes: readonly string[];
}

const blank: RunOutput = {
  status: 'not-run',
  succeeded: false,
  exit_code: null,
  signal: null,
  output: '',
  session_id: null,
  sandbox: null,
  denied: null,
  refusal: null,
  changes: [],
};

/** `printed`: what this answer shows of the output; undefined for all that was kept. */
export function outputOf(result: ExecResult, printed?: string): RunOutput {
  if (result.kind === 'not-run')
    return { ...blank, output: explainRefusal(result.refusal), refusal: result.refusal.kind };
  const { outcome, attempts } = result;
  const selection = attempts.at(-1)?.attempt.selection;
  const base: RunOutput = {
    ...blank,
    sandbox: selection?.kind === 'sandboxed' ? selection.sandbox : 'none',
    denied: result.kind === 'blocked-by-sandbox' ? explainDenial(result) : null,
    changes: describeAftermath(result),
  };
  if (outcome.kind === 'spawn-failed') return { ...base, status: 'failed', output: outcome.failure.message };
  const output = printed ?? renderCaptured(outcome.output.aggregated);
  if (outcome.kind !== 'exited')
    return {
      ...base,
      status: outcome.kind,
      output,
      signal: outcome.kind === 'signalled' ? outcome.signal : null,
    };
  return { ...base, status: 'exited', succeeded: succeeded(result), exit_code: outcome.exitCode, output };
}

export function readOf(read: SessionRead): RunOutput {
  const noted = read.warning === undefined ? read.text : `${read.text}\n${read.warning}`;
  if (read.kind === 'finished') return outputOf(read.result, noted);
  return { ...blank, status: 'running', output: noted, session_id: read.sessionId };
}

export function refused(kind: string, reason: string): RunOutput {
  return { ...blank, output: reason, refusal: kind };
}

export interface ToolAnswer {
  [key: string]: unknown;
  content: { type: 'text'; text: string }[];
  structuredContent: { [key: string]: unknown };
  isError: boolean;
}

/** Misuse is an answer, too: the model can put it right. */
export async function toolAnswer(run: () => Promise<RunOutput>): Promise<ToolAnswer> {
  const output = await run().catch((error: unknown) => {
    if (error instanceof RuntimeError) return refused('bad-request', error.message);
    throw error;
  });
  const { status, refusal } = output;
  const isError = refusal !== null || status === 'failed';
  return {
    content: [
      {
        type: 'text' as const,
        text: [output.output, output.denied, ...output.changes, endOf(output)].filter(Boolean).join('\n'),
      },
    ],
    structuredContent: { ...output, changes: [...output.changes] },
    isError,
  };
}

function endOf({ status, exit_code, signal, session_id }: RunOutput): string {
  switch (status) {
    case 'exited':
      return `[exit code ${String(exit_code)}]`;
    case 'signalled':
      return `[ended by ${String(signal)}]`;
    case 'running':
      return `[runs as session ${String(session_id)}]`;
    case 'timed-out':
      return '[stopped at its deadline]';
    case 'cancelled':
      return '[stopped]';
    case 'failed':
    case 'not-run':
      return '';
  }
}
