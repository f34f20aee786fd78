// One command of an agent framework: run it, and say what came of it in the words and the lengths that the shell tools
// of exec mode use. Never rejects: what went wrong is an answer that the model reads.
import { randomUUID } from 'node:crypto';
import { type CapturedStream, describeAftermath, type ExecResult, RuntimeError } from '../domain/index.ts';
import { bytesPerToken, cutMiddle } from '../exec/tools/cut-middle.ts';
import { describeOutcome } from '../exec/tools/describe-outcome.ts';
import { describeRefusal } from '../exec/tools/describe-refusal.ts';
import { formatFreeformAnswer, shellOutputTokens } from '../exec/tools/format-answer.ts';
import { type ExecInput, explainDenial, type ShellRuntime } from '../runtime/index.ts';
import type { FrameworkApprovals } from './framework-approvals.ts';

export type CommandRuntime = Pick<ShellRuntime, 'exec' | 'evaluate'>;

export interface AdapterOptions {
  /**
   * The framework asks its person, by its own means, before a command that needs it: the runtime's `reviewer` must be
   * the same object. Default: the runtime's reviewer is asked while the tool runs.
   */
  readonly approvals?: FrameworkApprovals | undefined;
}

export interface CommandAnswer {
  /** Null when it did not run, or was stopped by its caller. */
  readonly exitCode: number | null;
  readonly timedOut: boolean;
  readonly stdout: string;
  /** What it printed there; then, each on a line, what else there is to know: an ending, a denial, what was held back. */
  readonly stderr: string;
  /** All of it in one text. */
  readonly text: string;
}

interface Call {
  /** The framework's person said yes to it. */
  readonly isApproved: boolean;
  readonly approvals: FrameworkApprovals | undefined;
  /** Bytes of each stream that are told. Default and most: 40 000, as in exec mode. */
  readonly maxBytes?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

export async function runCommand(
  runtime: CommandRuntime,
  input: ExecInput,
  { isApproved, approvals, maxBytes, signal }: Call,
): Promise<CommandAnswer> {
  const callId = `agent-${randomUUID()}`;
  if (isApproved) approvals?.allow(callId);
  try {
    return answerOf(await runtime.exec({ ...input, callId }, signal), tokensOf(maxBytes));
  } catch (error) {
    // Misuse is a mistake in the model's words; a broken promise of ours is not.
    if (error instanceof RuntimeError && error.code === 'E_BAD_OPTION') return notRun(error.message);
    throw error;
  } finally {
    approvals?.withdraw(callId);
  }
}

/** A sentence in place of a run. */
export function notRun(sentence: string): CommandAnswer {
  return { exitCode: null, timedOut: false, stdout: '', stderr: sentence, text: sentence };
}

function tokensOf(maxBytes: number | undefined): number {
  if (maxBytes === undefined || !(maxBytes >= 0)) return shellOutputTokens;
  return Math.min(shellOutputTokens, Math.ceil(maxBytes / bytesPerToken));
}

function answerOf(result: ExecResult, tokens: number): CommandAnswer {
  if (result.kind === 'not-run') return notRun(describeRefusal(result.refusal).forModel);
  const { outcome } = result;
  const facts = describeOutcome(outcome);
  const notes = [
    ...(facts.notice === undefined ? [] : [facts.notice]),
    ...(result.kind === 'blocked-by-sandbox' ? [explainDenial(result)] : []),
    ...describeAftermath(result),
  ];
  const cut = (stream: CapturedStream): string => cutMiddle(stream, tokens).text;
  const [stdout, stderr] =
    outcome.kind === 'spawn-failed' ? ['', ''] : [cut(outcome.output.stdout), cut(outcome.output.stderr)];
  const notice = notes.length === 0 ? undefined : notes.join('\n');
  const wallMs = result.attempts.reduce((sum, { durationMs }) => sum + durationMs, 0);
  return {
    exitCode: facts.exitCode,
    timedOut: facts.timedOut,
    stdout,
    stderr: onLinesOfTheirOwn(stderr, notes),
    text: formatFreeformAnswer(facts.exitCode ?? -1, {
      output: facts.output,
      lineBreaks: undefined,
      wallMs,
      notice,
    }),
  };
}

function onLinesOfTheirOwn(printed: string, notes: readonly string[]): string {
  if (notes.length === 0) return printed;
  const start = printed === '' || printed.endsWith('\n') ? printed : `${printed}\n`;
  return `${start}${notes.join('\n')}\n`;
}
