// What a denied attempt may lead to: nothing, or one more question. Pure. The answer is never "just retry": whatever
// comes next has an approval of its own, because the first one was given for a command that stays in its sandbox.
import type { AccessProfile, ApprovalPolicy, AttemptRecord, Grant } from '../domain/index.ts';
import { mayLeave } from './require-approval.ts';

export type Escalation =
  | { readonly kind: 'stop' }
  /** Ask for the one missing thing; the sandbox stays. */
  | { readonly kind: 'ask-for-grant'; readonly grant: Grant }
  | { readonly kind: 'ask-for-unsandboxed' };

export interface EscalationContext {
  readonly approvalPolicy: ApprovalPolicy;
  readonly profile: AccessProfile;
  /** The smallest grant that would lift the denial, when there is one that may be offered. */
  readonly grant: Grant | undefined;
}

/**
 * After the first attempt only. `on-request` and `never` hand the denial back with the real output: under the one the
 * model can ask for more access itself, under the other nobody can be asked.
 */
export function decideEscalation(record: AttemptRecord, context: EscalationContext): Escalation {
  if (record.denial === undefined || record.attempt.ordinal === 2) return { kind: 'stop' };
  if (!asksAfterDenial(context.approvalPolicy)) return { kind: 'stop' };
  if (context.grant !== undefined) return { kind: 'ask-for-grant', grant: context.grant };
  return mayLeave(context.profile) ? { kind: 'ask-for-unsandboxed' } : { kind: 'stop' };
}

const afterDenial = {
  untrusted: 'ask',
  'on-failure': 'ask',
  'on-request': 'stop',
  never: 'stop',
  allowlist: 'stop',
} as const;

/** Whether a denial can lead to a question at all. */
export function asksAfterDenial(policy: ApprovalPolicy): boolean {
  return typeof policy === 'object' ? policy.sandbox : afterDenial[policy] === 'ask';
}
