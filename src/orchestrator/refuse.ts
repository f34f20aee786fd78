// Requirements and answers that end in nothing being run, each with the clause that says why.
import type {
  ApprovalPurpose,
  ApprovalRequirement,
  DecisionSource,
  Evaluation,
  Refusal,
} from '../domain/index.ts';
import type { Answer } from './approvals.ts';
import { describeMatch } from './describe-match.ts';
import type { OrchestratorDeps } from './gate.ts';
import type { Judged } from './judge.ts';
import { escapeInvisible } from './show-command.ts';

type Forbidden = Extract<ApprovalRequirement, { readonly kind: 'forbidden' }>;

export function refusalOf({ reason, refusal }: Forbidden, evaluation: Evaluation): Refusal {
  switch (refusal ?? 'forbidden-by-policy') {
    case 'forbidden-by-policy':
      return { kind: 'forbidden-by-policy', reason, evaluation };
    case 'approval-needed-but-nobody-to-ask':
      return { kind: 'approval-needed-but-nobody-to-ask', reason, evaluation };
    case 'escalation-not-possible':
      return { kind: 'escalation-not-possible', reason };
    case 'bad-request':
      return { kind: 'bad-request', reason };
  }
}

/** The refusal an answer amounts to; undefined for a yes that still stands. */
export function refusalOfAnswer(
  answer: Answer,
  purpose: ApprovalPurpose,
  judged: Judged,
  deps: OrchestratorDeps,
): Refusal | undefined {
  const { request, parsed } = judged;
  if (answer.kind === 'nobody-to-ask') {
    const refusal = nobodyToAsk(judged, purpose);
    const why = refusal.reason;
    deps.approvals.note({ callId: request.callId, purpose, source: 'config', decision: 'forbidden', why });
    return refusal;
  }
  const { decision, why, source } = answer;
  if (decision.kind === 'abort')
    return { kind: 'aborted', reason: source === 'user' ? 'the user stopped it' : why };
  if (decision.kind === 'denied') {
    const message = decision.message === undefined ? undefined : escapeInvisible(decision.message);
    return { kind: 'denied-by-reviewer', reason: source === 'user' ? 'the user said no' : why, message };
  }
  // Somebody may have forbidden the command while the question was open; a rule always beats an answer.
  const now = deps.gate.evaluate(parsed, request);
  if (now.verdict !== 'forbidden') return undefined;
  return { kind: 'forbidden-by-policy', reason: describeMatch(now.decidedBy), evaluation: now };
}

export function nobodyToAsk({ evaluation, requirement }: Judged, purpose: ApprovalPurpose): Refusal {
  const subject = purpose === 'first-run' ? requirement.reason : 'a second attempt needs approval';
  const reason = `${subject}, and nobody can be asked because no reviewer is connected`;
  return { kind: 'approval-needed-but-nobody-to-ask', reason, evaluation };
}

/** Who settled it when nobody was asked: a rule, one of this session's prefixes, or the configuration. */
export function sourceOf({ decidedBy }: Evaluation, requirement: ApprovalRequirement): DecisionSource {
  const byPolicy = requirement.kind !== 'forbidden' || requirement.refusal === 'forbidden-by-policy';
  if (!byPolicy || decidedBy.kind === 'heuristic') return 'config';
  return decidedBy.source.kind === 'session' ? 'session' : 'rule';
}
