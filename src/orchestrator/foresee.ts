// A dry run: what would become of a request, as far as it can be known without asking anybody and starting anything.
// Hooks are not called and nothing is written down: a foresight is no decision.
import type {
  ApprovalChoice,
  Argv,
  Evaluation,
  ExecRequest,
  PolicyAmendment,
  Refusal,
} from '../domain/index.ts';
import type { OrchestratorDeps } from './gate.ts';
import { judge, type Judged } from './judge.ts';
import { firstLeave, firstQuestion, mayGoUnasked, subjectOf } from './permit.ts';
import { nobodyToAsk, refusalOf } from './refuse.ts';

export type Foresight = {
  /** What would be executed. */
  readonly argv: Argv;
  readonly evaluation: Evaluation;
} & (
  | {
      readonly kind: 'would-run';
      readonly sandbox: 'sandboxed' | 'unsandboxed';
      /** What lets it run, as a clause. */
      readonly reason: string;
    }
  | {
      readonly kind: 'would-ask';
      readonly reason: string;
      readonly choices: readonly ApprovalChoice[];
      /** The prefix rule that would be on offer. */
      readonly amendment: PolicyAmendment | undefined;
    }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
);

export function foresee(request: ExecRequest, deps: OrchestratorDeps): Foresight {
  const judged = judge(request, deps);
  const { requirement, evaluation, argv } = judged;
  const seen = { argv, evaluation };
  if (requirement.kind === 'forbidden')
    return { ...seen, kind: 'refused', refusal: refusalOf(requirement, evaluation) };
  if (requirement.kind === 'skip') return running(judged, requirement, requirement.reason, deps);
  const question = firstQuestion(judged, requirement, deps);
  switch (deps.approvals.outlook(question, subjectOf(judged, deps))) {
    case 'approved-for-session':
      return running(judged, requirement, 'it was approved earlier in this session', deps);
    case 'somebody-to-ask': {
      const { reason, choices, amendment } = question;
      return { ...seen, kind: 'would-ask', reason, choices, amendment };
    }
    case 'nobody-to-ask':
      if (mayGoUnasked(judged, deps))
        return running(judged, requirement, 'the sandbox holds what it could harm', deps);
      return { ...seen, kind: 'refused', refusal: nobodyToAsk(judged, 'first-run') };
  }
}

function running(
  { argv, evaluation }: Judged,
  requirement: Parameters<typeof firstLeave>[0],
  reason: string,
  deps: OrchestratorDeps,
): Foresight {
  const { selection, profile } = firstLeave(requirement, 'approved-escalation', deps);
  if (selection !== undefined) return { argv, evaluation, kind: 'would-run', sandbox: 'unsandboxed', reason };
  const found = deps.selectSandbox(profile);
  if (found.kind !== 'unavailable')
    return { argv, evaluation, kind: 'would-run', sandbox: found.kind, reason };
  const refusal = { kind: 'sandbox-unavailable', reason: found.missing, hint: found.hint } as const;
  return { argv, evaluation, kind: 'refused', refusal };
}
