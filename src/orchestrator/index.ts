// The door: approve, select, attempt, maybe once more.
export { type ApprovalInbox, createApprovalInbox } from './approval-inbox.ts';
export type { ApprovalSubject, RememberedCommand } from './approval-memory.ts';
export {
  type Answer,
  type Approvals,
  type ApprovalsOptions,
  createApprovals,
  type Question,
} from './approvals.ts';
export type { AnswerCheck } from './check-answer.ts';
export {
  asksAfterDenial,
  decideEscalation,
  type Escalation,
  type EscalationContext,
} from './decide-escalation.ts';
export { describeDenial, describeGrant } from './describe-denial.ts';
export { describeMatch } from './describe-match.ts';
export { explainDenial, explainRefusal } from './explain-refusal.ts';
export { foresee, type Foresight } from './foresee.ts';
export type { CommandPlace, Gate, OrchestratorDeps, ProgramRules } from './gate.ts';
export { orchestrate, type Orchestrated } from './orchestrate.ts';
export { requireApproval, type RequirementContext, whyNobodyIsAsked } from './require-approval.ts';
export { escapeInvisible, showCommand, showSource } from './show-command.ts';
export { askAboutChange } from './ask-reviewer.ts';
