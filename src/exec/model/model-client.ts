// Talks to a server with the Responses API: one call is one whole response, however many requests that takes.
import { err, ok, type Result } from '../../domain/index.ts';
import { decideRetry, type RetriesSoFar } from './decide-retry.ts';
import type { ModelClientWorld, ModelEndpoint } from './endpoint.ts';
import type { ModelFailure } from './model-failure.ts';
import type { ModelResponse } from './response-items.ts';
import { sendRequest } from './send-request.ts';

export interface RetryNotice {
  readonly failure: ModelFailure;
  readonly budget: 'request' | 'stream';
  readonly retry: number;
  /** undefined: until the patience is used up. */
  readonly of: number | undefined;
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

export function createModelClient(configured: ModelEndpoint, world: ModelClientWorld): ModelClient {
  let endpoint = configured;
  return {
    async respond(body, onRetry, signal) {
      let soFar: RetriesSoFar = { request: 0, stream: 0, elapsedMs: 0 };
      let firstFailure: number | undefined;
      let mayAskAgain = endpoint.apiKey !== undefined;
      for (;;) {
        const authorized = await authorize(endpoint, world, signal);
        if (!authorized.ok) return authorized;
        endpoint = authorized.value;
        const answer = await sendRequest(endpoint, world, body, signal);
        if (answer.ok) return answer;
        if (mayAskAgain && isTokenRefused(answer.error, endpoint)) {
          mayAskAgain = false;
          endpoint = { ...endpoint, apiKey: undefined };
          continue;
        }
        const failure = withoutSecrets(answer.error, endpoint.secrets);
        firstFailure ??= world.now();
        soFar = { ...soFar, elapsedMs: world.now() - firstFailure };
        const decision = decideRetry(failure, soFar, endpoint, world.random());
        if (decision.kind === 'give-up') return err(explained(failure, decision.because, soFar));
        soFar = { ...soFar, [decision.budget]: soFar[decision.budget] + 1 };
        onRetry({
          failure,
          budget: decision.budget,
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

/** With the token of its command, where it has one and no token yet. */
async function authorize(
  endpoint: ModelEndpoint,
  world: ModelClientWorld,
  signal: AbortSignal,
): Promise<Result<ModelEndpoint, ModelFailure>> {
  const { bearerCommand, apiKey, secrets } = endpoint;
  if (bearerCommand === undefined || apiKey !== undefined) return ok(endpoint);
  const token = await world.readToken(bearerCommand, signal);
  if (token.ok) return ok({ ...endpoint, apiKey: token.value, secrets: [...secrets, token.value] });
  if (signal.aborted) return err({ kind: 'cancelled', message: 'cancelled' });
  return err({
    kind: 'not-configured',
    message: `Cannot get a token from ${bearerCommand.argv[0]}: ${token.error}`,
  });
}

/** A token gets old in a long run. */
function isTokenRefused(failure: ModelFailure, { bearerCommand }: ModelEndpoint): boolean {
  return bearerCommand !== undefined && failure.kind === 'http' && failure.status === 401;
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
