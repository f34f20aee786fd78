// What to do after a failed request: a pure table. Requests and streams have a budget each, and together a time after
// which nobody waits any more; what cannot get better by trying again is final at once.
import { assertNever } from '../../domain/index.ts';
import type { ModelFailure } from './model-failure.ts';

export interface RetryBudget {
  /** Retries of a request that got no stream; undefined: any number. */
  readonly requestMaxRetries: number | undefined;
  /** Reconnects after a stream that broke. */
  readonly streamMaxRetries: number;
  /** Milliseconds from the first failure on after which the last one is final. */
  readonly retryPatienceMs: number;
}

/** How often each kind has already been retried for this response. */
export interface RetriesSoFar {
  readonly request: number;
  readonly stream: number;
  /** Milliseconds since the first failure. */
  readonly elapsedMs: number;
}

export type RetryDecision =
  | { readonly kind: 'retry'; readonly budget: Budget; readonly afterMs: number }
  | { readonly kind: 'give-up'; readonly because: 'final' | 'exhausted' | 'asked-to-wait-too-long' };

type Budget = 'request' | 'stream';

/** A server that asks for a longer pause than this gets none: the caller learns at once. */
export const longestPauseMs = 300_000;

/** `jitter` is between 0 and 1 and spreads the pauses of many clients. */
export function decideRetry(
  failure: ModelFailure,
  soFar: RetriesSoFar,
  budget: RetryBudget,
  jitter: number,
): RetryDecision {
  const spends = budgetOf(failure);
  if (spends === undefined) return { kind: 'give-up', because: 'final' };
  const allowed = spends === 'request' ? budget.requestMaxRetries : budget.streamMaxRetries;
  if (allowed !== undefined && soFar[spends] >= allowed) return { kind: 'give-up', because: 'exhausted' };
  const asked = 'retryAfterMs' in failure ? failure.retryAfterMs : undefined;
  if (asked !== undefined && asked > longestPauseMs)
    return { kind: 'give-up', because: 'asked-to-wait-too-long' };
  const afterMs = asked ?? backoffMs(soFar[spends], jitter);
  // What the server itself asks for is waited for once, however little patience is left.
  const isTooLate = soFar.elapsedMs + (asked === undefined ? afterMs : 0) > budget.retryPatienceMs;
  return isTooLate ? { kind: 'give-up', because: 'exhausted' } : { kind: 'retry', budget: spends, afterMs };
}

/** 0.2, 0.4, 0.8, 1.6 … seconds, each a tenth more or less, and never more than ten. */
function backoffMs(retries: number, jitter: number): number {
  return Math.min(10_000, Math.round(200 * 2 ** retries * (0.9 + 0.2 * jitter)));
}

/** undefined: no use in trying again. */
function budgetOf(failure: ModelFailure): Budget | undefined {
  switch (failure.kind) {
    case 'unreachable':
      return 'request';
    case 'http':
      return isTransientStatus(failure.status) && !isFinalCode(failure.code) ? 'request' : undefined;
    case 'stream-cut':
    case 'stream-malformed':
      return 'stream';
    case 'response-failed':
      return isFinalCode(failure.code) ? undefined : 'stream';
    case 'response-incomplete':
    case 'not-configured':
    case 'cancelled':
      return undefined;
    default:
      return assertNever(failure, 'budgetOf');
  }
}

/** A mistake of ours (4xx) stays one, except "too slow", "in conflict", "too early" and "too many". */
function isTransientStatus(status: number): boolean {
  return status >= 500 || [408, 409, 425, 429].includes(status);
}

const finalCodes: ReadonlySet<string> = new Set([
  'context_length_exceeded',
  'insufficient_quota',
  'billing_hard_limit_reached',
  'billing_not_active',
  'usage_not_included',
  'invalid_prompt',
  'invalid_api_key',
  'model_not_found',
  'content_filter',
]);

function isFinalCode(code: string | undefined): boolean {
  return code !== undefined && finalCodes.has(code);
}
