// Crosses what the rules say with what the user chose: run, ask, or refuse. Pure, and whole: every pair of a verdict
// and an approval policy has its cell. It never looks at what was remembered; that may only answer an `ask`.
import type {
  AccessProfile,
  ApprovalPolicy,
  ApprovalRequirement,
  Evaluation,
  EvaluationVerdict,
  RequestedAccess,
} from '../domain/index.ts';
import { assertNever } from '../domain/index.ts';
import { describeMatch } from './describe-match.ts';

export interface RequirementContext {
  readonly approvalPolicy: ApprovalPolicy;
  readonly profile: AccessProfile;
  readonly access: RequestedAccess;
  /** Whether a command that is wholly covered by allow rules leaves the sandbox. */
  readonly allowedRunsUnsandboxed: boolean;
}

/**
 * The requirement for one command. A proposed amendment is never part of the answer here: it depends on what saving
 * would do, which only the policy can tell.
 */
export function requireApproval(evaluation: Evaluation, context: RequirementContext): ApprovalRequirement {
  const { verdict } = evaluation;
  const leaves = leavesByRule(evaluation, context);
  const table =
    context.access.kind === 'default' || leaves ? withinProfile : outsideProfile[context.profile.kind];
  const row = isContainedDanger(evaluation, context) ? containedDanger : table[verdict];
  return applyCell(row[stanceOf(context.approvalPolicy)], evaluation, context);
}

/** What a cell says. The `if-…` cells read a switch of a granular policy. */
type Cell =
  | 'run'
  | 'run-if-sandbox'
  | 'ask'
  | 'ask-if-rules'
  | 'ask-if-sandbox'
  | 'ask-if-both'
  | 'ask-nobody'
  | 'not-listed'
  | 'no-escape'
  | 'forbid';
type Stance = 'untrusted' | 'on-failure' | 'on-request' | 'never' | 'allowlist' | 'granular';
type Row = Readonly<Record<Stance, Cell>>;
type Table = Readonly<Record<EvaluationVerdict, Row>>;

const always = (cell: Cell): Row => ({
  untrusted: cell,
  'on-failure': cell,
  'on-request': cell,
  never: cell,
  allowlist: cell,
  granular: cell,
});

/** The sandbox is the boundary: what no rule names runs inside it unasked, unless the user wants to see everything. */
const onlyUntrustedAsks = { ...always('run'), untrusted: 'ask', allowlist: 'not-listed' } as const;

const withinProfile: Table = {
  forbidden: always('forbid'),
  prompt: { ...always('ask'), never: 'ask-nobody', allowlist: 'ask-nobody', granular: 'ask-if-rules' },
  allowed: always('run'),
  safe: always('run'),
  unknown: onlyUntrustedAsks,
  opaque: onlyUntrustedAsks,
  dangerous: { ...always('ask'), never: 'ask-nobody', allowlist: 'not-listed', granular: 'ask-if-sandbox' },
};

/** Cleaning up inside the sandbox: still a question while there is somebody to put it to. */
const containedDanger: Row = {
  ...always('ask'),
  never: 'run',
  allowlist: 'not-listed',
  granular: 'ask-if-sandbox',
};

/** Whether a sandbox will hold what looks dangerous to files that can go. */
export function isContainedDanger(
  { verdict, dangerIsContained }: Evaluation,
  { access, profile }: Pick<RequirementContext, 'access' | 'profile'>,
): boolean {
  const isConfined = access.kind === 'default' && profile.kind !== 'danger-full-access';
  return verdict === 'dangerous' && dangerIsContained === true && isConfined;
}

/** Leaving the sandbox is always a question of its own: a safe shape inside the sandbox is not safe outside. */
const escapeAsks = { ...always('no-escape'), 'on-request': 'ask', granular: 'ask-if-sandbox' } as const;

const escapeFromSandbox: Table = {
  forbidden: always('forbid'),
  prompt: { ...always('no-escape'), 'on-request': 'ask', granular: 'ask-if-both' },
  allowed: escapeAsks,
  safe: escapeAsks,
  unknown: escapeAsks,
  opaque: escapeAsks,
  dangerous: escapeAsks,
};

/** With full access there is nothing to leave; who may ask may ask, and is judged as if they had not. */
const escapeFromNothing: Table = {
  forbidden: always('forbid'),
  prompt: { ...always('no-escape'), 'on-request': 'ask', granular: 'ask-if-both' },
  allowed: { ...always('no-escape'), 'on-request': 'run', granular: 'run-if-sandbox' },
  safe: { ...always('no-escape'), 'on-request': 'run', granular: 'run-if-sandbox' },
  unknown: { ...always('no-escape'), 'on-request': 'run', granular: 'run-if-sandbox' },
  opaque: { ...always('no-escape'), 'on-request': 'run', granular: 'run-if-sandbox' },
  dangerous: escapeAsks,
};

const outsideProfile: Readonly<Record<AccessProfile['kind'], Table>> = {
  'read-only': escapeFromSandbox,
  'workspace-write': escapeFromSandbox,
  'danger-full-access': escapeFromNothing,
};

function applyCell(cell: Cell, evaluation: Evaluation, context: RequirementContext): ApprovalRequirement {
  const why = describeMatch(evaluation.decidedBy);
  const { approvalPolicy } = context;
  const granular = typeof approvalPolicy === 'object' ? approvalPolicy : { rules: true, sandbox: true };
  switch (cell) {
    case 'run':
      return { kind: 'skip', firstAttempt: firstAttempt(evaluation, context), reason: why };
    case 'run-if-sandbox':
      return applyCell(granular.sandbox ? 'run' : 'no-escape', evaluation, context);
    case 'ask':
      return ask(evaluation, context);
    case 'ask-if-rules':
      return granular.rules ? ask(evaluation, context) : nobody(evaluation, switchedOff.rules);
    case 'ask-if-sandbox':
      if (granular.sandbox) return ask(evaluation, context);
      return context.access.kind === 'unsandboxed'
        ? noEscape(switchedOff.sandbox, context)
        : nobody(evaluation, switchedOff.sandbox);
    case 'ask-if-both':
      if (!granular.rules) return nobody(evaluation, switchedOff.rules);
      return granular.sandbox ? ask(evaluation, context) : noEscape(switchedOff.sandbox, context);
    case 'ask-nobody':
      return nobody(evaluation, `the approval policy is \`${stanceOf(approvalPolicy)}\``);
    case 'not-listed':
      return nobody(
        evaluation,
        'under the approval policy `allowlist` only what rules allow or the safe list knows runs',
      );
    case 'no-escape':
      return noEscape(`the approval policy is \`${stanceOf(approvalPolicy)}\``, context);
    case 'forbid':
      return { kind: 'forbidden', reason: why, rule: evaluation.decidedBy, refusal: 'forbidden-by-policy' };
    default:
      return assertNever(cell, 'requireApproval');
  }
}

const switchedOff = {
  rules: 'prompts for rules are switched off',
  sandbox: 'prompts about the sandbox are switched off',
} as const;

/**
 * Why nobody may be asked about something that is no command, whoever is connected, as a clause; undefined: somebody
 * may. `about`: whether a rule wants the question, or what the sandbox would hold.
 */
export function whyNobodyIsAsked(policy: ApprovalPolicy, about: 'rules' | 'sandbox'): string | undefined {
  if (typeof policy === 'object') return policy[about] ? undefined : switchedOff[about];
  return policy === 'never' || policy === 'allowlist' ? `the approval policy is \`${policy}\`` : undefined;
}

function ask(evaluation: Evaluation, context: RequirementContext): ApprovalRequirement {
  if (wantsOut(context) && !mayLeave(context.profile)) {
    return noEscape('some files are hidden from commands, which only the sandbox can do', context);
  }
  return {
    kind: 'needs-approval',
    firstAttempt: wantsOut(context) ? 'unsandboxed' : firstAttempt(evaluation, context),
    reason: describeMatch(evaluation.decidedBy),
    amendment: undefined,
  };
}

function nobody({ decidedBy }: Evaluation, because: string): ApprovalRequirement {
  return {
    kind: 'forbidden',
    reason: `${describeMatch(decidedBy)}, and nobody can be asked because ${because}`,
    rule: decidedBy.kind === 'heuristic' ? undefined : decidedBy,
    refusal: 'approval-needed-but-nobody-to-ask',
  };
}

function noEscape(because: string, { profile }: RequirementContext): ApprovalRequirement {
  const state =
    profile.kind === 'danger-full-access'
      ? 'commands already run without a sandbox'
      : 'the command can only run inside the sandbox';
  return {
    kind: 'forbidden',
    reason: `unsandboxed access cannot be requested because ${because}; ${state}`,
    rule: undefined,
    refusal: 'escalation-not-possible',
  };
}

function firstAttempt(evaluation: Evaluation, context: RequirementContext): 'sandboxed' | 'unsandboxed' {
  const open = context.profile.kind === 'danger-full-access' || leavesByRule(evaluation, context);
  return open ? 'unsandboxed' : 'sandboxed';
}

/** What it writes beside its words is held by the sandbox alone: then the rules let it run, and do not let it out. */
function leavesByRule({ verdict, leansOnSandbox }: Evaluation, context: RequirementContext): boolean {
  return (
    verdict === 'allowed' &&
    leansOnSandbox !== true &&
    context.allowedRunsUnsandboxed &&
    mayLeave(context.profile)
  );
}

function wantsOut({ access, profile }: RequirementContext): boolean {
  return access.kind === 'unsandboxed' && profile.kind !== 'danger-full-access';
}

/** Hidden files are hidden by the sandbox alone: with any, no attempt may go without it. */
export function mayLeave(profile: AccessProfile): boolean {
  return profile.kind === 'danger-full-access' || profile.denyRead.length === 0;
}

function stanceOf(policy: ApprovalPolicy): Stance {
  return typeof policy === 'object' ? policy.kind : policy;
}
