// Who is asked, what they are shown, what they can answer, and how each answer is recorded.
import type { AccessProfile, Grant } from './access.ts';
import type { DenialEvidence } from './denial-evidence.ts';
import type { ParsedCommand } from './parsed-command.ts';
import type { PolicyAmendment, RuleMatch } from './policy.ts';
import type { AbsolutePath, Argv, Brand, CallId } from './primitives.ts';

/**
 * `untrusted` asks about everything that no rule and no safe shape covers; `on-failure` runs sandboxed and asks
 * before a retry; `on-request` runs sandboxed and asks when more access is requested; `never` asks nobody. `allowlist`
 * asks nobody either, and runs only what rules allow or the safe list knows.
 * `granular` switches each kind of prompt by itself: `rules` for prompt rules, `sandbox` for everything about leaving
 * the sandbox or running what looks dangerous, before an attempt or after a denial; a prompt switched off is a refusal.
 */
export type ApprovalPolicy =
  | 'untrusted'
  | 'on-failure'
  | 'on-request'
  | 'never'
  | 'allowlist'
  | { readonly kind: 'granular'; readonly rules: boolean; readonly sandbox: boolean };

export type ApprovalRequirement =
  | { readonly kind: 'skip'; readonly firstAttempt: 'sandboxed' | 'unsandboxed'; readonly reason: string }
  | {
      readonly kind: 'needs-approval';
      readonly firstAttempt: 'sandboxed' | 'unsandboxed';
      readonly reason: string;
      readonly amendment: PolicyAmendment | undefined;
    }
  | {
      readonly kind: 'forbidden';
      readonly reason: string;
      readonly rule: RuleMatch | undefined;
      /** Which refusal it becomes. Default `forbidden-by-policy`. */
      readonly refusal?: RequirementRefusal;
    };

/** The refusals that are settled before anybody is asked. */
export type RequirementRefusal =
  'forbidden-by-policy' | 'approval-needed-but-nobody-to-ask' | 'escalation-not-possible' | 'bad-request';

/** Unique per prompt; an answer that carries another id is stale and changes nothing. */
export type ApprovalId = Brand<string, 'ApprovalId'>;

export type ApprovalPurpose = 'first-run' | 'retry-with-grant' | 'retry-unsandboxed';

export type ApprovalChoice =
  | 'approved'
  | 'approved-for-session'
  | 'approved-allow-prefix'
  | 'approved-grant'
  | 'approved-unsandboxed'
  | 'denied'
  | 'abort';

/** A second opinion on a command, shown to the person; it never decides. */
export interface RiskAssessment {
  readonly level: 'low' | 'medium' | 'high';
  readonly description: string;
}

/** What asked for the question: a rule at its place, a heuristic, a request for more access, or a denial. */
export type ApprovalCause =
  | { readonly kind: 'match'; readonly match: RuleMatch }
  | { readonly kind: 'requested-access'; readonly justification: string }
  | { readonly kind: 'policy'; readonly approvalPolicy: ApprovalPolicy }
  | { readonly kind: 'denial'; readonly denial: DenialEvidence };

/** One file as it is to be written. */
export interface ProposedChange {
  readonly path: AbsolutePath;
  readonly kind: 'add' | 'update' | 'delete';
  /** Unified, without file headers. */
  readonly diff: readonly string[];
}

export interface ApprovalRequest {
  readonly id: ApprovalId;
  readonly callId: CallId;
  readonly purpose: ApprovalPurpose;
  readonly argv: Argv;
  readonly script: string | undefined;
  readonly cwd: AbsolutePath;
  readonly tty: boolean;
  readonly reason: string;
  readonly cause: ApprovalCause;
  readonly parsed: ParsedCommand;
  /** What the attempt could change and reach: `danger-full-access` when it would run without a sandbox. */
  readonly profile?: AccessProfile;
  /** The commands in it that the question is about, the strictest first. To point at, not to decide by. */
  readonly concerns?: readonly Argv[];
  readonly risk: RiskAssessment | undefined;
  readonly amendment: PolicyAmendment | undefined;
  readonly grant: Grant | undefined;
  /** What the command will read on its standard input, when the caller gave bytes: `bash` may run all of it. */
  readonly input?: Uint8Array;
  /** More input may be written later, without a question of its own: a session. */
  readonly inputStaysOpen?: boolean;
  /** The question is about files that are to be written, and no program runs: what they will be. */
  readonly changes?: readonly ProposedChange[];
  readonly choices: readonly ApprovalChoice[];
}

export type ReviewDecision =
  | { readonly kind: 'approved' }
  | { readonly kind: 'approved-for-session' }
  /** The person may have narrowed the prefix: it must start with what was offered and still cover the command. */
  | { readonly kind: 'approved-allow-prefix'; readonly amendment: PolicyAmendment }
  | { readonly kind: 'approved-grant' }
  /** The only yes that lets a command leave the sandbox once; `approved` never means it. */
  | { readonly kind: 'approved-unsandboxed' }
  | { readonly kind: 'denied'; readonly message: string | undefined }
  | { readonly kind: 'abort' };

/** Who decided, for the audit. `caller`: the request was cancelled before anybody answered. */
export type DecisionSource =
  'config' | 'rule' | 'session' | 'user' | 'hook' | 'timeout' | 'reviewer-failure' | 'caller';

export interface AuditEntry {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly callId: CallId;
  readonly purpose: ApprovalPurpose;
  readonly source: DecisionSource;
  readonly decision: ReviewDecision['kind'] | 'skip' | 'forbidden';
  readonly why: string;
}
