// The rule a person is offered to save. Offered only if saving it would really have let the command run: a promise
// of "do not ask again" that asks again teaches people to stop reading.
import type { Argv, ExecRequest, PolicyAmendment } from '../domain/index.ts';
import { isNonEmpty } from '../domain/index.ts';
import type { Evaluation } from '../domain/index.ts';
import type { Gate } from './gate.ts';

/**
 * The prefix the model proposed if it holds, else the one command that no rule covers, whole. Undefined for opaque
 * scripts, for a prompt rule (an allow rule would not beat it), and for a request to leave the sandbox.
 */
export function proposeAmendment(
  request: ExecRequest,
  evaluation: Evaluation,
  gate: Gate,
): PolicyAmendment | undefined {
  const { parsed, verdict } = evaluation;
  if (parsed.kind === 'opaque' || verdict === 'prompt' || verdict === 'forbidden') return undefined;
  if (request.access.kind === 'unsandboxed') return undefined;
  const holds = (allowPrefix: Argv): boolean => gate.wouldAllow({ allowPrefix }, parsed, request.cwd);
  const { proposedPrefix } = request;
  if (proposedPrefix !== undefined && isNonEmpty(proposedPrefix) && holds(proposedPrefix)) {
    return { allowPrefix: proposedPrefix };
  }
  const uncovered = evaluation.matches.filter(
    (match) => match.kind === 'heuristic' && match.class !== 'safe',
  );
  const candidate = uncovered.find((match) => match.kind === 'heuristic');
  return candidate?.kind === 'heuristic' && holds(candidate.command)
    ? { allowPrefix: candidate.command }
    : undefined;
}
