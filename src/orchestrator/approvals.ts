// Gets an answer to an open question: from what was approved for the session, from a hook, or from the reviewer.
// Owns the session memory and the audit. Whether a question has to be asked at all is decided elsewhere.
import type {
  ApprovalHook,
  ApprovalId,
  ApprovalRequest,
  AuditEntry,
  ExecEvent,
  PolicyAmendment,
  Result,
  ReviewDecision,
  Reviewer,
  RiskAssessor,
} from '../domain/index.ts';
import {
  type ApprovalMemory,
  approvalKey,
  type ApprovalSubject,
  createApprovalMemory,
} from './approval-memory.ts';
import { type AskLimits, askHooks, askReviewer, assessRisk, type GivenAnswer } from './ask-reviewer.ts';
import { type AnswerCheck, readAnswer } from './check-answer.ts';
import { createAuditTrail } from './audit-trail.ts';
import { frozenCopy } from './frozen-copy.ts';
import { showCommand } from './show-command.ts';

/** A request without what the broker adds itself. */
export type Question = Omit<ApprovalRequest, 'id' | 'risk'>;

export interface ApprovalsOptions {
  readonly reviewer: Reviewer | undefined;
  readonly hooks: readonly ApprovalHook[];
  readonly riskAssessor: RiskAssessor | undefined;
  /** Milliseconds before silence is a denial. */
  readonly reviewTimeoutMs: number;
  /** Milliseconds a risk assessment may hold the question back. */
  readonly riskTimeoutMs: number;
  /** Saves an approved prefix to the rules, file first. An error is told; the command runs this once. */
  saveRule(amendment: PolicyAmendment): Promise<Result<void, { readonly message: string }>>;
  emit(event: ExecEvent): void;
  /** Milliseconds since the epoch. */
  now(): number;
  /** Never the same twice. */
  newId(): ApprovalId;
}

export type Answer =
  | ({ readonly kind: 'answered' } & GivenAnswer)
  /** No session approval, no hook and no reviewer: the caller refuses. */
  | { readonly kind: 'nobody-to-ask' };

export interface Approvals extends Pick<ApprovalMemory, 'list' | 'revoke'> {
  /** Resolves with the answer; never rejects. Two equal first-run questions in flight are asked once. */
  ask(question: Question, subject: ApprovalSubject, check: AnswerCheck, signal: AbortSignal): Promise<Answer>;
  /** What this first-run question would meet, without asking it. */
  outlook(
    question: Question,
    subject: ApprovalSubject,
  ): 'approved-for-session' | 'somebody-to-ask' | 'nobody-to-ask';
  /** Records a decision that needed no question. */
  note(entry: Omit<AuditEntry, 'at'>): void;
  audit(): readonly AuditEntry[];
}

interface InFlight {
  readonly answer: Promise<Answer>;
  readonly waiters: Set<symbol>;
  readonly cancel: AbortController;
}

export function createApprovals(options: ApprovalsOptions): Approvals {
  const memory = createApprovalMemory();
  const trail = createAuditTrail(options.now);
  const inFlight = new Map<string, InFlight>();

  async function ask(
    question: Question,
    subject: ApprovalSubject,
    check: AnswerCheck,
    signal: AbortSignal,
  ): Promise<Answer> {
    const key = approvalKey(subject);
    // Asked about every time: what was approved, for once or for the session, was the sandboxed command.
    if (!mayBeRemembered(question)) return await put(question, key, check, signal);
    if (memory.covers(key)) {
      const decision: ReviewDecision = { kind: 'approved-for-session' };
      const why = 'approved earlier in this session';
      trail.add({ ...named(question), source: 'session', decision: decision.kind, why });
      return { kind: 'answered', decision, source: 'session', why };
    }
    return await share(question, key, check, signal);
  }

  /** One question for equal calls at the same moment; it lives until the last of them is cancelled. */
  async function share(
    question: Question,
    key: string,
    check: AnswerCheck,
    signal: AbortSignal,
  ): Promise<Answer> {
    const running = inFlight.get(key);
    const entry = running ?? open(question, key, check);
    const me = Symbol(question.callId);
    entry.waiters.add(me);
    const leave = (): void => {
      entry.waiters.delete(me);
      if (entry.waiters.size > 0) return;
      inFlight.delete(key);
      entry.cancel.abort();
    };
    const answer = await untilAborted(entry.answer, signal, leave);
    if (running !== undefined && answer.kind === 'answered') {
      const why = 'the same question was already being asked';
      trail.add({ ...named(question), source: answer.source, decision: answer.decision.kind, why });
    }
    return answer;
  }

  function open(question: Question, key: string, check: AnswerCheck): InFlight {
    const cancel = new AbortController();
    const answer = put(question, key, check, cancel.signal);
    const entry: InFlight = { answer, waiters: new Set(), cancel };
    void answer.then(() => {
      if (inFlight.get(key) === entry) inFlight.delete(key);
    });
    inFlight.set(key, entry);
    return entry;
  }

  async function put(
    question: Question,
    key: string,
    check: AnswerCheck,
    cancelled: AbortSignal,
  ): Promise<Answer> {
    const request: ApprovalRequest = { ...question, id: options.newId(), risk: undefined };
    const limits: AskLimits = { timeoutMs: options.reviewTimeoutMs, cancelled };
    const hooked = await askHooks(options.hooks, request, limits);
    if (hooked !== undefined) {
      emitRequest(request);
      return await take(hooked, request, key, check);
    }
    if (options.reviewer === undefined) return { kind: 'nobody-to-ask' };
    const risk = await assessRisk(options.riskAssessor, request, {
      timeoutMs: options.riskTimeoutMs,
      cancelled,
    });
    const shown: ApprovalRequest = { ...request, risk };
    emitRequest(shown);
    return await take(await askReviewer(options.reviewer, shown, limits), shown, key, check);
  }

  function emitRequest(request: ApprovalRequest): void {
    options.emit({ type: 'approval.requested', callId: request.callId, request: frozenCopy(request) });
  }

  async function take(
    given: GivenAnswer,
    request: ApprovalRequest,
    key: string,
    check: AnswerCheck,
  ): Promise<Answer> {
    const { decision, source, why } = checked(given, request, check);
    const warning = await keep(decision, request, key);
    const { callId, id } = request;
    trail.add({ ...named(request), source, decision: decision.kind, why: warning ?? why });
    options.emit({
      type: 'approval.answered',
      callId,
      id,
      decision,
      source,
      ...(warning === undefined ? {} : { warning }),
    });
    return { kind: 'answered', decision, source, why };
  }

  async function keep(
    decision: ReviewDecision,
    request: ApprovalRequest,
    key: string,
  ): Promise<string | undefined> {
    if (decision.kind === 'approved-for-session') {
      const words = request.script === undefined ? request.argv : [request.script];
      memory.remember({ key, shown: showCommand(words), rememberedAt: options.now() });
    }
    if (decision.kind !== 'approved-allow-prefix') return undefined;
    const failure = await options.saveRule(decision.amendment).then(
      (saved) => (saved.ok ? undefined : saved.error.message),
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );
    return failure === undefined ? undefined : `approved for this run only: ${failure}`;
  }

  function outlook(question: Question, subject: ApprovalSubject): ReturnType<Approvals['outlook']> {
    if (mayBeRemembered(question) && memory.covers(approvalKey(subject))) return 'approved-for-session';
    // A hook may answer, and only it knows.
    return options.reviewer === undefined && options.hooks.length === 0 ? 'nobody-to-ask' : 'somebody-to-ask';
  }

  return { ask, outlook, note: trail.add, audit: trail.list, list: memory.list, revoke: memory.revoke };
}

function checked(given: GivenAnswer, request: ApprovalRequest, check: AnswerCheck): GivenAnswer {
  // What this library decided itself (a time-out, a cancelled call) needs no offer.
  if (given.source !== 'user' && given.source !== 'hook') return given;
  const read = readAnswer(given.decision, request, check);
  if (read.ok) return { ...given, decision: read.value };
  return { decision: { kind: 'denied', message: undefined }, source: 'reviewer-failure', why: read.error };
}

/** A retry and a wish to leave the sandbox have no answer that lasts. */
function mayBeRemembered({ purpose, choices }: Question): boolean {
  return purpose === 'first-run' && choices.includes('approved-for-session');
}

function named({ callId, purpose }: Question): Pick<AuditEntry, 'callId' | 'purpose'> {
  return { callId, purpose };
}

async function untilAborted(
  answer: Promise<Answer>,
  signal: AbortSignal,
  leave: () => void,
): Promise<Answer> {
  const why = 'the call was cancelled';
  const aborted: Answer = { kind: 'answered', decision: { kind: 'abort' }, source: 'caller', why };
  return await new Promise<Answer>((resolve) => {
    const onAbort = (): void => {
      leave();
      resolve(aborted);
    };
    if (signal.aborted) {
      onAbort();
      return;
    }
    signal.addEventListener('abort', onAbort, { once: true });
    void answer.then((given) => {
      signal.removeEventListener('abort', onAbort);
      resolve(given);
    });
  });
}
