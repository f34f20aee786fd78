// An answer comes from outside: a person's program, a remote client, a hook. It counts only if it was on offer.
import type {
  ApprovalChoice,
  ApprovalRequest,
  Argv,
  PolicyAmendment,
  Result,
  ReviewDecision,
} from '../domain/index.ts';
import { err, ok } from '../domain/index.ts';

export interface AnswerCheck {
  /** The rule for this prefix that would let the whole command run without a question; undefined when none would. */
  ruleFor(prefix: Argv): PolicyAmendment | undefined;
}

/** The decision to act on, or in words for the audit why the answer cannot be taken. */
export function readAnswer(
  answer: unknown,
  request: ApprovalRequest,
  check: AnswerCheck,
): Result<ReviewDecision, string> {
  if (!isDecision(answer)) return err('the answer is not a decision');
  // JSON has no undefined: a client that says no without a word sends null.
  if (answer.kind === 'denied') return ok({ kind: 'denied', message: answer.message ?? undefined });
  // Saying yes to a question that offers a grant means yes to the grant, never to more.
  const toGrant = answer.kind === 'approved' && request.purpose === 'retry-with-grant';
  const decision: ReviewDecision = toGrant ? { kind: 'approved-grant' } : answer;
  if (!request.choices.includes(decision.kind)) return err(notOnOffer(decision.kind, request.choices));
  if (decision.kind !== 'approved-allow-prefix') return ok(decision);
  // A copy: what was looked at is what is saved, whatever the answer's owner does to it afterwards.
  const { allowPrefix }: { readonly allowPrefix: unknown } = decision.amendment;
  const prefix = isArgv(allowPrefix) ? ([...allowPrefix] as unknown as Argv) : undefined;
  if (prefix === undefined) return err('the answer carries no prefix');
  const rule = readRule(prefix, request, check);
  return rule.ok ? ok({ ...decision, amendment: rule.value }) : rule;
}

/** For whoever wrote the reviewer: which word would have been the yes to this question. */
function notOnOffer(given: ApprovalChoice, choices: readonly ApprovalChoice[]): string {
  const leaving = choices.includes('approved-unsandboxed')
    ? ' this question is about leaving the sandbox, and only `approved-unsandboxed` says yes to that;'
    : '';
  return `the answer \`${given}\` was not on offer;${leaving} the answers that count are ${choices.join(', ')}`;
}

function readRule(
  prefix: Argv,
  { amendment }: ApprovalRequest,
  check: AnswerCheck,
): Result<PolicyAmendment, string> {
  if (amendment === undefined) return err('the answer carries no prefix');
  const widened = amendment.allowPrefix.some((word, index) => prefix[index] !== word);
  if (widened) return err('the prefix in the answer is not the offered one or a longer one');
  // Whether more words may follow is never the answer's to say: a client may have left that out.
  const rule = check.ruleFor(prefix);
  const isWider = amendment.exact === true && rule?.exact !== true;
  return rule === undefined || isWider
    ? err('the prefix in the answer does not cover the command')
    : ok(rule);
}

const decisions: Readonly<Record<ApprovalChoice, true>> = {
  approved: true,
  'approved-for-session': true,
  'approved-allow-prefix': true,
  'approved-grant': true,
  'approved-unsandboxed': true,
  denied: true,
  abort: true,
};

/** Types end at the edge: a client written in JavaScript may answer anything. */
function isDecision(answer: unknown): answer is ReviewDecision {
  if (typeof answer !== 'object' || answer === null || !('kind' in answer)) return false;
  if (typeof answer.kind !== 'string' || !Object.hasOwn(decisions, answer.kind)) return false;
  if (answer.kind === 'denied') return !('message' in answer) || isMessage(answer.message);
  if (answer.kind !== 'approved-allow-prefix') return true;
  return 'amendment' in answer && typeof answer.amendment === 'object' && answer.amendment !== null;
}

function isMessage(value: unknown): boolean {
  return value === undefined || value === null || typeof value === 'string';
}

function isArgv(value: unknown): value is Argv {
  return Array.isArray(value) && value.length > 0 && value.every((word) => typeof word === 'string');
}
