// What the server asks its client, and what a client can answer. An answer is used once; one that comes twice, late, or
// under an id that nobody asked is passed over.

/** An offered answer. `acceptWithGrant` and `acceptUnsandboxed` are further than other servers of this protocol go. */
export type CommandDecision =
  | 'accept'
  | 'acceptForSession'
  | 'acceptWithGrant'
  /** The only yes that lets the command leave the sandbox; `accept` never means it. */
  | 'acceptUnsandboxed'
  | { readonly acceptWithExecpolicyAmendment: { readonly execpolicy_amendment: readonly string[] } }
  | 'decline'
  | 'cancel';

/** `item/commandExecution/requestApproval` */
export interface CommandApprovalParams {
  readonly threadId: string;
  readonly turnId: string;
  readonly itemId: string;
  /** Unique for this question. */
  readonly approvalId: string;
  /** The client's name for the command; null where it gave none. */
  readonly processId: string | null;
  readonly kind: 'command';
  readonly purpose: 'first-run' | 'retry-with-grant' | 'retry-unsandboxed';
  readonly startedAtMs: number;
  readonly reason: string;
  /** As it would be typed. Somebody else's text: escape it before showing. */
  readonly command: string;
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly tty: boolean;
  /** What it will read, when that is known; cut after 4096 characters. */
  readonly input: string | null;
  /** It can be typed to later, without a question of its own. */
  readonly inputStaysOpen: boolean;
  readonly risk: { readonly level: 'low' | 'medium' | 'high'; readonly description: string } | null;
  /** The words that `acceptWithExecpolicyAmendment` would save as a rule. */
  readonly allow_prefix: readonly string[] | null;
  /** True when the rule covers these words alone, and nothing behind them. */
  readonly allow_prefix_exact: boolean;
  readonly proposedExecpolicyAmendment: readonly string[] | null;
  /** The one thing that a second attempt would get. */
  readonly grant:
    { readonly kind: 'writable-path'; readonly path: string } | { readonly kind: 'network' } | null;
  readonly availableDecisions: readonly CommandDecision[];
}

/** The answers that lead to a decision, with the settings of the older shape: a prefix wins over the session. */
export interface CommandApprovalAnswer {
  readonly decision:
    | CommandDecision
    | 'acceptWithExecpolicyAmendment'
    | { readonly decline: { readonly message?: string | undefined } };
  readonly accept_settings?:
    | {
        readonly for_session?: boolean | null | undefined;
        readonly allow_prefix_rule?: boolean | null | undefined;
      }
    | null
    | undefined;
  /** For the model, with `decline`. */
  readonly message?: string | null | undefined;
}

/** `execCommandApproval` */
export interface ExecCommandApprovalParams {
  readonly conversationId: string;
  readonly callId: string;
  readonly approvalId: string;
  readonly command: readonly string[];
  readonly cwd: string;
  readonly reason: string;
  readonly risk: CommandApprovalParams['risk'];
  readonly parsedCmd: readonly { readonly type: 'unknown'; readonly cmd: string }[];
  readonly allow_prefix: readonly string[] | null;
}

export interface ExecCommandApprovalAnswer {
  readonly decision:
    | 'approved'
    | 'approved_for_session'
    | 'approved_allow_prefix'
    | 'approved_unsandboxed'
    | {
        readonly approved_execpolicy_amendment: { readonly proposed_execpolicy_amendment: readonly string[] };
      }
    | 'denied'
    | { readonly denied: { readonly rejection: string } }
    | 'timed_out'
    | 'abort';
}

export type FileChangeDecision =
  | 'accept'
  | 'acceptForSession'
  | 'acceptWithExecpolicyAmendment'
  /** It is thrown away; with `decline` and `cancel` it stays put aside. */
  | 'drop'
  | 'decline'
  | 'cancel';

/** `item/fileChange/requestApproval`: a file that a command left, and that was held back. */
export interface FileChangeApprovalParams {
  readonly threadId: string;
  readonly turnId: string;
  readonly itemId: string;
  readonly approvalId: string;
  readonly startedAtMs: number;
  readonly reason: string;
  /** Absolute, for people. */
  readonly path: string;
  /** What wrote it. */
  readonly command: string;
  readonly parts: readonly { readonly part: string | null; readonly reason: string; readonly runs: string }[];
  /** Unified, without file headers. Somebody else's text. */
  readonly diff: readonly string[];
  readonly omittedLines: number;
  /** The rule that `acceptWithExecpolicyAmendment` would save. */
  readonly rule: string | null;
  readonly grantRoot: null;
  readonly availableDecisions: readonly FileChangeDecision[];
}

export interface FileChangeApprovalAnswer {
  readonly decision: FileChangeDecision;
}

/** Notification `serverRequest/resolved`: the question was answered, or is not open any more. */
export interface ServerRequestResolved {
  readonly threadId: string;
  readonly requestId: string;
}
