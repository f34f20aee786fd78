import { describe, expect, it } from 'vitest';
import { decideRetry, type RetriesSoFar } from './decide-retry.ts';
import type { ModelFailure } from './model-failure.ts';

const budget = { requestMaxRetries: 4, streamMaxRetries: 5, retryPatienceMs: 120_000 };
const http = (status: number, more: { code?: string; retryAfterMs?: number } = {}): ModelFailure => ({
  kind: 'http',
  status,
  code: more.code,
  message: '',
  retryAfterMs: more.retryAfterMs,
});
const failed = (code: string | undefined, retryAfterMs?: number): ModelFailure => ({
  kind: 'response-failed',
  code,
  message: '',
  retryAfterMs,
});

const rows: readonly { says: string; failure: ModelFailure; soFar?: Partial<RetriesSoFar>; want: string }[] =
  [
    {
      says: 'a refused connection is tried again',
      failure: { kind: 'unreachable', message: '' },
      want: 'request 200',
    },
    {
      says: 'a refused connection is given up in the end',
      failure: { kind: 'unreachable', message: '' },
      soFar: { request: 4 },
      want: 'exhausted',
    },
    { says: '500 is tried again', failure: http(500), want: 'request 200' },
    {
      says: '503 waits twice as long each time',
      failure: http(503),
      soFar: { request: 2 },
      want: 'request 800',
    },
    { says: '409 is tried again', failure: http(409), want: 'request 200' },
    { says: '425 is tried again', failure: http(425), want: 'request 200' },
    { says: '408 is tried again', failure: http(408), want: 'request 200' },
    { says: '429 is tried again', failure: http(429), want: 'request 200' },
    {
      says: '429 waits as long as it is told',
      failure: http(429, { retryAfterMs: 1000 }),
      want: 'request 1000',
    },
    { says: '503 waits as long as it is told', failure: http(503, { retryAfterMs: 0 }), want: 'request 0' },
    {
      says: '429 because the quota is gone is final',
      failure: http(429, { code: 'insufficient_quota' }),
      want: 'final',
    },
    {
      says: 'a pause of an hour is not waited for',
      failure: http(429, { retryAfterMs: 3_600_000 }),
      want: 'asked-to-wait-too-long',
    },
    { says: '400 is final', failure: http(400), want: 'final' },
    { says: '401 is final', failure: http(401), want: 'final' },
    { says: '403 is final', failure: http(403), want: 'final' },
    { says: '404 is final', failure: http(404), want: 'final' },
    { says: 'a redirect is final', failure: http(302), want: 'final' },
    { says: 'a cut stream is tried again', failure: { kind: 'stream-cut', message: '' }, want: 'stream 200' },
    {
      says: 'a cut stream does not spend the budget of requests',
      failure: { kind: 'stream-cut', message: '' },
      soFar: { request: 4 },
      want: 'stream 200',
    },
    {
      says: 'a cut stream is given up in the end',
      failure: { kind: 'stream-cut', message: '' },
      soFar: { stream: 5 },
      want: 'exhausted',
    },
    {
      says: 'garbage is tried again',
      failure: { kind: 'stream-malformed', message: '' },
      want: 'stream 200',
    },
    {
      says: 'a rate limit inside a stream waits as long as it is told',
      failure: failed('rate_limit_exceeded', 1000),
      want: 'stream 1000',
    },
    { says: 'an unknown failure is tried again', failure: failed('server_error'), want: 'stream 200' },
    { says: 'a failure without a name is tried again', failure: failed(undefined), want: 'stream 200' },
    {
      says: 'a context that is too long is final',
      failure: failed('context_length_exceeded'),
      want: 'final',
    },
    { says: 'a quota that is gone is final', failure: failed('insufficient_quota'), want: 'final' },
    {
      says: 'an incomplete response is final',
      failure: { kind: 'response-incomplete', message: '' },
      want: 'final',
    },
    {
      says: 'what is not configured is final',
      failure: { kind: 'not-configured', message: '' },
      want: 'final',
    },
    { says: 'a cancelled request is final', failure: { kind: 'cancelled', message: '' }, want: 'final' },
  ];

describe('decideRetry', () => {
  for (const { says, failure, soFar, want } of rows)
    it(says, () => {
      const decision = decideRetry(failure, { request: 0, stream: 0, elapsedMs: 0, ...soFar }, budget, 0.5);
      expect(decision.kind === 'retry' ? `${decision.budget} ${decision.afterMs}` : decision.because).toBe(
        want,
      );
    });

  it('goes on for as long as its patience lasts when nobody set a number', () => {
    const patient = { ...budget, requestMaxRetries: undefined };
    const after = (elapsedMs: number, retryAfterMs?: number): string => {
      const failure = retryAfterMs === undefined ? http(503) : http(503, { retryAfterMs });
      const decision = decideRetry(failure, { request: 40, stream: 0, elapsedMs }, patient, 0.5);
      return decision.kind === 'retry' ? `after ${decision.afterMs}` : decision.because;
    };
    expect([after(109_000), after(111_000), after(119_000, 60_000), after(121_000, 60_000)]).toEqual([
      'after 10000',
      'exhausted',
      'after 60000',
      'exhausted',
    ]);
  });

  it('never waits more than ten seconds of its own accord', () => {
    const decision = decideRetry(
      { kind: 'stream-cut', message: '' },
      { request: 0, stream: 50, elapsedMs: 0 },
      { ...budget, streamMaxRetries: 100 },
      1,
    );
    expect(decision).toEqual({ kind: 'retry', budget: 'stream', afterMs: 10_000 });
  });
});
