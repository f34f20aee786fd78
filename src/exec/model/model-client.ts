// Talks to a server with the Responses API: one call is one whole response, however many requests that takes.
import { err, type Result } from '../../domain/index.ts';
import { decideRetry, type RetriesSoFar } from './decide-retry.ts';
import type { ModelClientWorld, ModelEndpoint } from './endpoint.ts';
import type { ModelFailure } from './model-failure.ts';
import type { ModelResponse } from './response-items.ts';
import { sendRequest } from './send-request.ts';

export interface RetryNotice {
  readonly failure: ModelFailure;
  readonly retry: number;
  readonly of: number;
  readonly afterMs: number;
}

export interface ModelClient {
  /** Sends `body` until a response is whole, a failure is final, or `signal` fires. Never rejects. */
  respond(
    body: string,
    onRetry: (notice: RetryNotice) => void,
    signal: AbortSignal,
  ): Promise<Result<ModelResponse, ModelFailure>>;
}

export function createModelClient(endpoint: ModelEndpoint, world: ModelClientWorld): ModelClient {
  return {
    async respond(body, onRetry, signal) {
      let soFar: RetriesSoFar = { request: 0, stream: 0 };
      for (;;) {
        const answer = await sendRequest(endpoint, world, body, signal);
        if (answer.ok) return answer;
        const failure = withoutSecrets(answer.error, endpoint.secrets);
        const decision = decideRetry(failure, soFar, endpoint, world.random());
        if (decision.kind === 'give-up') return err(explained(failure, decision.because, soFar));
        soFar = { ...soFar, [decision.budget]: soFar[decision.budget] + 1 };
        onRetry({
          failure,
          retry: soFar[decision.budget],
          of: decision.budget === 'request' ? endpoint.requestMaxRetries : endpoint.streamMaxRetries,
          afterMs: decision.afterMs,
        });
        try {
          await world.pause(decision.afterMs, signal);
        } catch {
          return err({ kind: 'cancelled', message: 'cancelled while waiting to try again' });
        }
      }
    },
  };
}

function explained(
  failure: ModelFailure,
  because: 'final' | 'exhausted' | 'asked-to-wait-too-long',
  soFar: RetriesSoFar,
): ModelFailure {
  const tries = soFar.request + soFar.stream;
  if (because === 'exhausted' && tries > 0)
    return { ...failure, message: `${failure.message} (gave up after ${tries + 1} attempts)` };
  if (because === 'asked-to-wait-too-long')
    return { ...failure, message: `${failure.message} (it asks for a longer pause than cordon waits)` };
  return failure;
}

/** Some servers repeat the key they were sent in their error. */
function withoutSecrets(failure: ModelFailure, secrets: readonly string[]): ModelFailure {
  return {
    ...failure,
    message: secrets.reduce((text, secret) => text.replaceAll(secret, '[secret]'), failure.message),
  };
}
