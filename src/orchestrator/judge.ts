// The first half of the story: what is this command, and may it run? Parses, evaluates and states the requirement;
// asks nobody and starts nothing.
import type {
  ApprovalCause,
  ApprovalRequirement,
  Argv,
  Evaluation,
  ExecRequest,
  ParsedCommand,
} from '../domain/index.ts';
import type { OrchestratorDeps } from './gate.ts';
import { proposeAmendment } from './propose-amendment.ts';
import { requireApproval } from './require-approval.ts';

/** Everything later steps need to know about one request. */
export interface Judged {
  readonly request: ExecRequest;
  readonly parsed: ParsedCommand;
  readonly argv: Argv;
  readonly evaluation: Evaluation;
  readonly requirement: ApprovalRequirement;
}

export function judge(request: ExecRequest, deps: OrchestratorDeps): Judged {
  const { gate, approvalPolicy, profile, allowedRunsUnsandboxed } = deps;
  const parsed = gate.parse(request.command);
  const argv = gate.planArgv(request.command, parsed);
  const evaluation = gate.evaluate(parsed, request);
  const fault = deps.findFault(request);
  const judged = { request, parsed, argv, evaluation };
  if (fault !== undefined) {
    return {
      ...judged,
      requirement: { kind: 'forbidden', reason: fault, rule: undefined, refusal: 'bad-request' },
    };
  }
  const { access } = request;
  const requirement = requireApproval(evaluation, {
    approvalPolicy,
    profile,
    access,
    allowedRunsUnsandboxed,
  });
  if (requirement.kind !== 'needs-approval') return { ...judged, requirement };
  return {
    ...judged,
    requirement: { ...requirement, amendment: proposeAmendment(request, evaluation, gate) },
  };
}

/** What to show as the reason for the question: the request for more access if there is one, else what settled it. */
export function causeOf({ request, evaluation }: Judged, deps: OrchestratorDeps): ApprovalCause {
  const { decidedBy } = evaluation;
  if (request.access.kind === 'unsandboxed') {
    return { kind: 'requested-access', justification: request.access.justification };
  }
  if (decidedBy.kind === 'heuristic' && decidedBy.class !== 'dangerous') {
    return { kind: 'policy', approvalPolicy: deps.approvalPolicy };
  }
  return { kind: 'match', match: decidedBy };
}
