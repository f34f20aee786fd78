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

/** The rule this very prefix becomes if it is taken: how a narrowed answer is checked. Undefined when it would not do. */
export function amendmentFor(prefix: Argv, evaluation: Evaluation, gate: Gate): PolicyAmendment | undefined {
  const offered = gate.offerAmendment(evaluation, prefix);
  const { allowPrefix = [] } = offered ?? {};
  const isThis =
    allowPrefix.length === prefix.length && allowPrefix.every((word, index) => word === prefix[index]);
  return isThis ? offered : undefined;
}
