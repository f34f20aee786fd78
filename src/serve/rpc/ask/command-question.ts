// A question of the runtime about a command, in the words of the protocol, and what an answer means. The command is
// somebody else's text: it travels as JSON, and whoever shows it escapes it.
import type {
  ApprovalChoice,
  ApprovalRequest,
  Argv,
  PolicyAmendment,
  ReviewDecision,
} from '../../../domain/index.ts';
import type {
  CommandApprovalAnswer,
  CommandApprovalParams,
  CommandDecision,
  ExecCommandApprovalAnswer,
  ExecCommandApprovalParams,
} from '../protocol/approvals.ts';

/** Whose question it is, and when it is asked. */
export interface Asking {
  readonly threadId: string;
  /** The client's name for the command. */
  readonly processId: string | null;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Characters of the input in a question. */
const mostInput = 4096;

export function commandQuestion(request: ApprovalRequest, asking: Asking): CommandApprovalParams {
  const { callId, id, purpose, reason, script, argv, cwd, tty, risk, amendment, grant, input } = request;
  const prefix = amendment === undefined ? null : [...amendment.allowPrefix];
  return {
    threadId: asking.threadId,
    turnId: callId,
    itemId: callId,
    approvalId: id,
    processId: asking.processId,
    kind: 'command',
    purpose,
    startedAtMs: asking.now,
    reason,
    command: script ?? argv.join(' '),
    argv: [...argv],
    cwd,
    tty,
    input: input === undefined ? null : shownInput(input),
    inputStaysOpen: request.inputStaysOpen === true,
    risk: risk === undefined ? null : { level: risk.level, description: risk.description },
    allow_prefix: prefix,
    allow_prefix_exact: amendment?.exact === true,
    proposedExecpolicyAmendment: prefix,
    grant: grant ?? null,
    availableDecisions: request.choices.map((choice) => offered(choice, prefix ?? [])),
  };
}

/** `bash` runs all of what it reads: what is left out is said. */
function shownInput(input: Uint8Array): string {
  const text = new TextDecoder().decode(input);
  if (text.length <= mostInput) return text;
  return `${text.slice(0, mostInput)}\n... ${String(text.length - mostInput)} characters more are not shown`;
}

function offered(choice: ApprovalChoice, prefix: readonly string[]): CommandDecision {
  switch (choice) {
    case 'approved':
      return 'accept';
    case 'approved-for-session':
      return 'acceptForSession';
    case 'approved-allow-prefix':
      return { acceptWithExecpolicyAmendment: { execpolicy_amendment: prefix } };
    case 'approved-grant':
      return 'acceptWithGrant';
    case 'approved-unsandboxed':
      return 'acceptUnsandboxed';
    case 'denied':
      return 'decline';
    case 'abort':
      return 'cancel';
  }
}

/** Whether it was on offer is looked at by the runtime. @throws Error for a prefix where none is on offer. */
export function commandDecision(answer: CommandApprovalAnswer, request: ApprovalRequest): ReviewDecision {
  const { decision, accept_settings: settings } = answer;
  const message = answer.message ?? undefined;
  if (typeof decision === 'object') {
    if ('decline' in decision) return { kind: 'denied', message: decision.decline.message ?? message };
    return withPrefix(request.amendment, decision.acceptWithExecpolicyAmendment.execpolicy_amendment);
  }
  switch (decision) {
    case 'accept':
      // The older shape: a prefix wins over the session.
      if (settings?.allow_prefix_rule === true) return withPrefix(request.amendment);
      return { kind: settings?.for_session === true ? 'approved-for-session' : 'approved' };
    case 'acceptForSession':
      return settings?.allow_prefix_rule === true
        ? withPrefix(request.amendment)
        : { kind: 'approved-for-session' };
    case 'acceptWithExecpolicyAmendment':
      return withPrefix(request.amendment);
    case 'acceptWithGrant':
      return { kind: 'approved-grant' };
    case 'acceptUnsandboxed':
      return { kind: 'approved-unsandboxed' };
    case 'decline':
      return { kind: 'denied', message };
    case 'cancel':
      return { kind: 'abort' };
  }
}

export function execCommandQuestion(request: ApprovalRequest, asking: Asking): ExecCommandApprovalParams {
  const { approvalId, itemId, reason, cwd, risk, allow_prefix } = commandQuestion(request, asking);
  return {
    conversationId: asking.threadId,
    callId: itemId,
    approvalId,
    command: [...request.argv],
    cwd,
    reason,
    risk,
    parsedCmd: [{ type: 'unknown', cmd: request.script ?? request.argv.join(' ') }],
    allow_prefix,
  };
}

/** As {@link commandDecision}. */
export function execCommandDecision(
  { decision }: ExecCommandApprovalAnswer,
  request: ApprovalRequest,
): ReviewDecision {
  if (typeof decision === 'object') {
    if ('denied' in decision) return { kind: 'denied', message: decision.denied.rejection };
    return withPrefix(
      request.amendment,
      decision.approved_execpolicy_amendment.proposed_execpolicy_amendment,
    );
  }
  switch (decision) {
    case 'approved':
      return { kind: 'approved' };
    case 'approved_for_session':
      return { kind: 'approved-for-session' };
    case 'approved_allow_prefix':
      return withPrefix(request.amendment);
    case 'approved_unsandboxed':
      return { kind: 'approved-unsandboxed' };
    case 'denied':
    case 'timed_out':
      return { kind: 'denied', message: undefined };
    case 'abort':
      return { kind: 'abort' };
  }
}

/** A client may make the words longer; the runtime looks whether they still are the offered ones. */
function withPrefix(amendment: PolicyAmendment | undefined, words?: readonly string[]): ReviewDecision {
  if (amendment === undefined) throw new Error('the answer saves a rule, and none was on offer');
  const allowPrefix = words === undefined ? amendment.allowPrefix : (words as unknown as Argv);
  return { kind: 'approved-allow-prefix', amendment: { ...amendment, allowPrefix } };
}
