// Turns a requirement into leave to start, or into the refusal that says why not. The same for the first attempt and
// for the one after a denial; each has its own question, and a yes to one is never a yes to the other.
import type {
  AccessProfile,
  ApprovalChoice,
  ApprovalPurpose,
  ApprovalRequirement,
  Argv,
  DenialEvidence,
  Evaluation,
  Grant,
  PolicyAmendment,
  Refusal,
  RuleMatch,
  SandboxSelection,
} from '../domain/index.ts';
import { assertNever, isNonEmpty } from '../domain/index.ts';
import { applyGrant } from './apply-grant.ts';
import type { ApprovalSubject } from './approval-memory.ts';
import type { Answer, Question } from './approvals.ts';
import type { Escalation } from './decide-escalation.ts';
import { describeDenial, describeGrant } from './describe-denial.ts';
import type { OrchestratorDeps } from './gate.ts';
import { causeOf, type Judged } from './judge.ts';
import { amendmentFor } from './propose-amendment.ts';
import { isContainedDanger } from './require-approval.ts';
import { refusalOf, refusalOfAnswer, sourceOf } from './refuse.ts';
import { escapeInvisible } from './show-command.ts';

/** What one attempt may do. `selection` is set only when the sandbox is deliberately left out. */
export interface Leave {
  readonly profile: AccessProfile;
  readonly grant: Grant | undefined;
  readonly selection: Extract<SandboxSelection, { readonly kind: 'unsandboxed' }> | undefined;
}

export type Permission =
  | { readonly kind: 'granted'; readonly leave: Leave }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

export async function permitFirst(
  judged: Judged,
  deps: OrchestratorDeps,
  signal: AbortSignal,
): Promise<Permission> {
  const { requirement, evaluation, request } = judged;
  const record = { callId: request.callId, purpose: 'first-run', why: requirement.reason } as const;
  switch (requirement.kind) {
    case 'forbidden':
      deps.approvals.note({ ...record, source: sourceOf(evaluation, requirement), decision: 'forbidden' });
      return { kind: 'refused', refusal: refusalOf(requirement, evaluation) };
    case 'skip':
      deps.approvals.note({ ...record, source: sourceOf(evaluation, requirement), decision: 'skip' });
      return { kind: 'granted', leave: firstLeave(requirement, 'allowed-by-rules', deps) };
    case 'needs-approval': {
      const answer = await ask(judged, firstQuestion(judged, requirement, deps), deps, signal);
      if (answer.kind === 'nobody-to-ask' && mayGoUnasked(judged, deps)) {
        deps.approvals.note({ ...record, source: 'config', decision: 'skip' });
        return { kind: 'granted', leave: firstLeave(requirement, 'approved-escalation', deps) };
      }
      const refusal = refusalOfAnswer(answer, 'first-run', judged, deps);
      if (refusal !== undefined) return { kind: 'refused', refusal };
      return { kind: 'granted', leave: firstLeave(requirement, 'approved-escalation', deps) };
    }
    default:
      return assertNever(requirement, 'permitFirst');
  }
}

/** Cleaning up where the sandbox holds it needs nobody, unless everything does. */
export function mayGoUnasked(
  { evaluation, request }: Judged,
  { profile, approvalPolicy }: OrchestratorDeps,
): boolean {
  if (approvalPolicy === 'untrusted' || typeof approvalPolicy === 'object') return false;
  return isContainedDanger(evaluation, { access: request.access, profile });
}

/** What the first attempt met, and what may be asked about it. */
export interface DeniedAttempt {
  readonly escalation: Exclude<Escalation, { readonly kind: 'stop' }>;
  readonly denial: DenialEvidence;
}

export async function permitRetry(
  judged: Judged,
  { escalation, denial }: DeniedAttempt,
  deps: OrchestratorDeps,
  signal: AbortSignal,
): Promise<Permission> {
  const grant = escalation.kind === 'ask-for-grant' ? escalation.grant : undefined;
  const question = retryQuestion(judged, { grant, denial }, deps);
  const answer = await ask(judged, question, deps, signal);
  const refusal = refusalOfAnswer(answer, question.purpose, judged, deps);
  if (refusal !== undefined) return { kind: 'refused', refusal };
  const { profile } = deps;
  const leave: Leave =
    grant === undefined
      ? { profile, grant, selection: { kind: 'unsandboxed', why: 'approved-escalation' } }
      : { profile: applyGrant(profile, grant), grant, selection: undefined };
  return { kind: 'granted', leave };
}

export type NeedsApproval = Extract<ApprovalRequirement, { readonly kind: 'needs-approval' }>;
type Forbidden = Extract<ApprovalRequirement, { readonly kind: 'forbidden' }>;

export function firstLeave(
  { firstAttempt }: Exclude<ApprovalRequirement, Forbidden>,
  why: 'allowed-by-rules' | 'approved-escalation',
  { profile }: OrchestratorDeps,
): Leave {
  if (profile.kind === 'danger-full-access') {
    return { profile, grant: undefined, selection: { kind: 'unsandboxed', why: 'danger-full-access' } };
  }
  const selection = firstAttempt === 'unsandboxed' ? ({ kind: 'unsandboxed', why } as const) : undefined;
  return { profile, grant: undefined, selection };
}

export function firstQuestion(judged: Judged, requirement: NeedsApproval, deps: OrchestratorDeps): Question {
  const { amendment } = requirement;
  return {
    ...sharedPart(judged, 'first-run'),
    profile: requirement.firstAttempt === 'unsandboxed' ? withoutSandbox : deps.profile,
    reason: reasonToAsk(judged, requirement),
    cause: causeOf(judged, deps),
    amendment,
    grant: undefined,
    choices: [...firstYeses(requirement, deps), ...noes],
  };
}

/** Leaving the sandbox has one yes, for one run: whatever else says yes, in a program or by habit, means the inside. */
function firstYeses(requirement: NeedsApproval, deps: OrchestratorDeps): readonly ApprovalChoice[] {
  if (leavesTheSandbox(requirement, deps)) return ['approved-unsandboxed'];
  const { amendment } = requirement;
  return [
    'approved',
    'approved-for-session',
    ...(amendment === undefined ? [] : ['approved-allow-prefix' as const]),
  ];
}

/** A reviewer that answers `approved` to everything must not let anything out by it. */
function leavesTheSandbox({ firstAttempt }: NeedsApproval, { profile }: OrchestratorDeps): boolean {
  return firstAttempt === 'unsandboxed' && profile.kind !== 'danger-full-access';
}

/** A wish to leave the sandbox comes first; what a rule or a dangerous shape says is told beside it, never instead. */
function reasonToAsk({ request, evaluation }: Judged, { reason }: NeedsApproval): string {
  if (request.access.kind === 'default') return reason;
  const wish = `it asks to run outside the sandbox: ${escapeInvisible(request.access.justification)}`;
  return evaluation.verdict === 'prompt' || evaluation.verdict === 'dangerous' ? `${wish}; ${reason}` : wish;
}

const withoutSandbox: AccessProfile = { kind: 'danger-full-access' };

interface Retry {
  readonly grant: Grant | undefined;
  readonly denial: DenialEvidence;
}

function retryQuestion(judged: Judged, { grant, denial }: Retry, { profile }: OrchestratorDeps): Question {
  return {
    ...sharedPart(judged, grant === undefined ? 'retry-unsandboxed' : 'retry-with-grant'),
    profile: grant === undefined ? withoutSandbox : applyGrant(profile, grant),
    reason: `${describeDenial(denial)}; run it again ${grant === undefined ? 'without the sandbox' : describeGrant(grant)}?`,
    cause: { kind: 'denial', denial },
    amendment: undefined,
    grant,
    choices: [grant === undefined ? 'approved-unsandboxed' : 'approved-grant', ...noes],
  };
}

const noes: readonly ApprovalChoice[] = ['denied', 'abort'];

/** More would be a list to read, and no pointer. */
const mostConcerns = 16;

/** What is asked about in the end, and what else is as strict. */
function concernsOf({ decidedBy, matches }: Evaluation): readonly Argv[] {
  const kind = kindOf(decidedBy);
  const alike = matches.filter((match) => kindOf(match) === kind).slice(0, mostConcerns);
  return [decidedBy, ...alike.filter((match) => match !== decidedBy)].flatMap(({ command }) => {
    const words: readonly (string | undefined)[] = command;
    const known = words.filter((word) => word !== undefined);
    return isNonEmpty(known) ? [known] : [];
  });
}

function kindOf(match: RuleMatch): string {
  return match.kind === 'heuristic' ? match.class : match.decision;
}

function sharedPart({ request, argv, parsed, evaluation }: Judged, purpose: ApprovalPurpose) {
  const { callId, cwd, tty, command, stdin } = request;
  const script = command.kind === 'script' ? command.script : undefined;
  const input = stdin.kind === 'bytes' && stdin.bytes.length > 0 ? { input: stdin.bytes } : {};
  const open = stdin.kind === 'open' ? { inputStaysOpen: true } : {};
  const concerns = concernsOf(evaluation);
  return { callId, purpose, argv, script, cwd, tty, parsed, concerns, ...input, ...open };
}

async function ask(
  judged: Judged,
  question: Question,
  deps: OrchestratorDeps,
  signal: AbortSignal,
): Promise<Answer> {
  const ruleFor = (prefix: Argv): PolicyAmendment | undefined =>
    amendmentFor(prefix, judged.evaluation, deps.gate);
  return await deps.approvals.ask(question, subjectOf(judged, deps), { ruleFor }, signal);
}

/** What an approval for the session would cover. */
export function subjectOf({ request, parsed }: Judged, { gate }: OrchestratorDeps): ApprovalSubject {
  const { cwd, tty, stdin, access } = request;
  return { command: gate.canonicalCommand(request.command, parsed), cwd, tty, stdin, access: access.kind };
}
