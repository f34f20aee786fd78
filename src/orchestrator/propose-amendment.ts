// The rule a person is offered to save. Offered only if saving it would really have let the command run: a promise
// of "do not ask again" that asks again teaches people to stop reading.
import type { Argv, Evaluation, ExecRequest, PolicyAmendment } from '../domain/index.ts';
import type { Gate } from './gate.ts';

/**
 * Undefined for opaque scripts, for a prompt rule (an allow rule would not beat it), and for a request to leave the
 * sandbox: an allow rule skips the question, not the sandbox.
 */
export function proposeAmendment(
  { access, proposedPrefix }: ExecRequest,
  evaluation: Evaluation,
  gate: Gate,
): PolicyAmendment | undefined {
  const { parsed, verdict } = evaluation;
  if (parsed.kind === 'opaque' || verdict === 'prompt' || verdict === 'forbidden') return undefined;
  return access.kind === 'default' ? gate.offerAmendment(evaluation, proposedPrefix) : undefined;
}

/** Whether this very prefix would be offered if it were proposed: how a narrowed answer is checked. */
export function wouldBeOffered(prefix: Argv, evaluation: Evaluation, gate: Gate): boolean {
  const offered = gate.offerAmendment(evaluation, prefix)?.allowPrefix;
  return offered?.length === prefix.length && offered.every((word, index) => word === prefix[index]);
}
