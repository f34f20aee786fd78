// A result in the words most callers want: what did it say, and what is its exit status.
import type { ExecResult } from '../domain/index.ts';
import { describeAftermath, describeEnding } from '../domain/index.ts';
import { explainDenial, explainRefusal, renderCaptured } from '../runtime/index.ts';
import { statusOfResult } from '../cli/run/status-of-result.ts';

/**
 * What there is to read, for a person or a model: the output as it came, both streams together, gaps marked; then, each
 * on a line of its own, how it ended when it did not exit by itself, what the sandbox stopped and what was held back.
 * For a command that did not run, the sentence that says why. Not escaped: it may hold what a terminal obeys.
 */
export function outputText(result: ExecResult): string {
  if (result.kind === 'not-run') return explainRefusal(result.refusal);
  const { outcome } = result;
  const printed = outcome.kind === 'spawn-failed' ? '' : renderCaptured(outcome.output.aggregated);
  const notes = [
    ...describeEnding(outcome),
    ...(result.kind === 'blocked-by-sandbox' ? [explainDenial(result)] : []),
    ...describeAftermath(result),
  ];
  if (notes.length === 0) return printed;
  const start = printed === '' || printed.endsWith('\n') ? printed : `${printed}\n`;
  return `${start}${notes.join('\n')}\n`;
}

/** As `cordon run` would exit: the command's own; 128+N for a signal, 124 deadline, 125 no sandbox, 126 refused, 127 not found. */
export function exitCode(result: ExecResult): number {
  return statusOfResult(result, undefined);
}
