// A question about a file that a command left and that was held back, in the words of the protocol.
import type { ApprovalRequest, ChangeAnswer, ChangeReview, ReviewDecision } from '../../../domain/index.ts';
import type { FileChangeApprovalParams, FileChangeDecision } from '../protocol/approvals.ts';
import type { Asking } from './command-question.ts';

const answersByName: Readonly<Record<FileChangeDecision, ChangeAnswer>> = {
  accept: 'keep',
  acceptForSession: 'keep-for-session',
  acceptWithExecpolicyAmendment: 'keep-and-save-rule',
  drop: 'drop',
  decline: 'put-aside',
  cancel: 'put-aside',
};

const namesByAnswer: Readonly<Record<ChangeAnswer, FileChangeDecision>> = {
  keep: 'accept',
  'keep-for-session': 'acceptForSession',
  'keep-and-save-rule': 'acceptWithExecpolicyAmendment',
  drop: 'drop',
  'put-aside': 'decline',
};

export function fileQuestion(review: ChangeReview, { threadId, now }: Asking): FileChangeApprovalParams {
  const { callId, id, path, command, parts, diff, omittedLines, rule, choices } = review;
  return {
    threadId,
    turnId: callId,
    itemId: callId,
    approvalId: id,
    startedAtMs: now,
    reason: parts.map(({ reason }) => reason).join('; '),
    path,
    command,
    parts: parts.map(({ part, reason, runs }) => ({ part: part ?? null, reason, runs })),
    diff: [...diff],
    omittedLines,
    rule: rule ?? null,
    grantRoot: null,
    availableDecisions: choices.map((choice) => namesByAnswer[choice]),
  };
}

export function fileAnswer(decision: FileChangeDecision): ChangeAnswer {
  return answersByName[decision];
}

/** Files that are to be written, and no command: one question for all of them. */
export function writingQuestion(
  request: ApprovalRequest,
  { threadId, now }: Asking,
): FileChangeApprovalParams {
  const { callId, id, reason, cwd, changes = [], choices } = request;
  return {
    threadId,
    turnId: callId,
    itemId: callId,
    approvalId: id,
    startedAtMs: now,
    reason,
    path: changes[0]?.path ?? cwd,
    command: request.script ?? request.argv.join(' '),
    parts: changes.map(({ path, kind }) => ({ part: path, reason: kind, runs: '' })),
    diff: changes.flatMap(({ path, diff }) => [`+++ ${path}`, ...diff]),
    omittedLines: 0,
    rule: null,
    grantRoot: null,
    availableDecisions: [
      'accept',
      ...(choices.includes('approved-for-session') ? (['acceptForSession'] as const) : []),
      'decline',
      'cancel',
    ],
  };
}

export function writingDecision(decision: FileChangeDecision): ReviewDecision {
  switch (decision) {
    case 'accept':
      return { kind: 'approved' };
    case 'acceptForSession':
      return { kind: 'approved-for-session' };
    case 'acceptWithExecpolicyAmendment':
    case 'drop':
    case 'decline':
      return { kind: 'denied', message: undefined };
    case 'cancel':
      return { kind: 'abort' };
  }
}
