// Puts one question to whoever answers, and always comes back: a reviewer that throws, stays silent past its time,
// or belongs to a cancelled call has not said yes.
import type {
  ApprovalHook,
  ApprovalRequest,
  ChangeDecision,
  ChangeReview,
  DecisionSource,
  ReviewDecision,
  ReviewedChange,
  Reviewer,
  RiskAssessment,
  RiskAssessor,
} from '../domain/index.ts';
import { frozenCopy } from './frozen-copy.ts';

export interface GivenAnswer {
  readonly decision: ReviewDecision;
  readonly source: DecisionSource;
  readonly why: string;
}

export interface AskLimits {
  readonly timeoutMs: number;
  /** Fires when nobody waits for the answer any more. */
  readonly cancelled: AbortSignal;
}

export async function askReviewer(
  reviewer: Reviewer,
  request: ApprovalRequest,
  limits: AskLimits,
): Promise<GivenAnswer> {
  const answer = await settle((signal) => reviewer.review(frozenCopy(request), signal), limits);
  switch (answer.kind) {
    case 'value':
      return { decision: answer.value, source: 'user', why: 'the reviewer answered' };
    case 'timeout':
      return no('timeout', `no answer within ${String(limits.timeoutMs)} ms`);
    case 'cancelled':
      return { decision: { kind: 'abort' }, source: 'caller', why: 'the call was cancelled' };
    case 'failed':
      return no('reviewer-failure', `the reviewer failed: ${answer.message}`);
  }
}

/**
 * The first hook that answers decides. For a retry only a denial counts: a hook cannot see why the command was
 * denied well enough to lift the sandbox. A hook that fails has denied: it may have been about to.
 */
export async function askHooks(
  hooks: readonly ApprovalHook[],
  request: ApprovalRequest,
  limits: AskLimits,
): Promise<GivenAnswer | undefined> {
  for (const hook of hooks) {
    const answer = await settle((signal) => hook.onRequest(frozenCopy(request), signal), limits);
    switch (answer.kind) {
      case 'cancelled':
        return { decision: { kind: 'abort' }, source: 'caller', why: 'the call was cancelled' };
      case 'failed':
        return no('hook', `the hook ${hook.name} failed: ${answer.message}`);
      case 'timeout':
        return no('hook', `the hook ${hook.name} gave no answer in time`);
      case 'value': {
        if (answer.value === undefined) continue;
        // A hook written in JavaScript may answer anything; what is no decision is found out by who reads it.
        const says = (answer.value as ReviewDecision | null)?.kind;
        const counts = request.purpose === 'first-run' || says === 'denied' || says === 'abort';
        if (counts) return { decision: answer.value, source: 'hook', why: `the hook ${hook.name} answered` };
      }
    }
  }
  return undefined;
}

/** The assessor's opinion, or none: it may be late or fail without anybody noticing. */
export async function assessRisk(
  assessor: RiskAssessor | undefined,
  request: ApprovalRequest,
  limits: AskLimits,
): Promise<RiskAssessment | undefined> {
  if (assessor === undefined) return undefined;
  const answer = await settle((signal) => assessor.assess(frozenCopy(request), signal), limits);
  return answer.kind === 'value' ? (answer.value ?? undefined) : undefined;
}

/** The reviewer's word about something held back; undefined with the reason when there is none. */
export async function askAboutChange(
  review: NonNullable<Reviewer['reviewChange']>,
  request: ChangeReview,
  limits: AskLimits,
): Promise<Pick<ReviewedChange, 'answer' | 'source'>> {
  const answer = await settle((signal) => review(frozenCopy(request), signal), limits);
  switch (answer.kind) {
    case 'value': {
      // A reviewer written in JavaScript may answer anything.
      const says = (answer.value as ChangeDecision | null | undefined)?.kind;
      const known = request.choices.find((offered) => offered === says);
      return known === undefined
        ? { answer: 'put-aside', source: 'reviewer-failure' }
        : { answer: known, source: 'user' };
    }
    case 'timeout':
      return { answer: 'put-aside', source: 'timeout' };
    case 'cancelled':
      return { answer: 'put-aside', source: 'caller' };
    case 'failed':
      return { answer: 'put-aside', source: 'reviewer-failure' };
  }
}

function no(source: DecisionSource, why: string): GivenAnswer {
  return { decision: { kind: 'denied', message: undefined }, source, why };
}

type Settled<T> =
  | { readonly kind: 'value'; readonly value: T }
  | { readonly kind: 'timeout' }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'failed'; readonly message: string };

async function settle<T>(ask: (signal: AbortSignal) => Promise<T>, limits: AskLimits): Promise<Settled<T>> {
  if (limits.cancelled.aborted) return { kind: 'cancelled' };
  const stop = new AbortController();
  return await new Promise<Settled<T>>((resolve) => {
    const onCancelled = (): void => end({ kind: 'cancelled' });
    const timer = setTimeout(() => end({ kind: 'timeout' }), limits.timeoutMs);
    limits.cancelled.addEventListener('abort', onCancelled, { once: true });
    const end = (settled: Settled<T>): void => {
      clearTimeout(timer);
      limits.cancelled.removeEventListener('abort', onCancelled);
      resolve(settled);
      // Told last: a prompt still on the screen goes away, and what it says on its way out changes nothing.
      stop.abort();
    };
    // Called inside the chain, so that a reviewer that throws instead of rejecting is a failure, too.
    Promise.resolve()
      .then(() => ask(stop.signal))
      .then(
        (value) => end({ kind: 'value', value }),
        (error: unknown) =>
          end({ kind: 'failed', message: error instanceof Error ? error.message : String(error) }),
      );
  });
}
