// Variables that tell a program what holds it. They speak about one attempt as it is enforced, not about a wish.
import type { SandboxKind } from '../domain/index.ts';

export interface AttemptFacts {
  readonly sandbox: SandboxKind | 'none';
  /** `off` only when this attempt really cannot reach the network. */
  readonly network: 'on' | 'off';
  /** Unique over every attempt on this host, and not guessable: what carries it is ended when the attempt is stopped. */
  readonly attemptId?: string;
}

/**
 * A copy of `env` with `CORDON_SANDBOX`, `CORDON_SANDBOX_NETWORK_DISABLED` and `CORDON_ATTEMPT`. Markers that were
 * inherited or set by a policy are replaced or removed: they spoke about something else.
 */
export function markEnvironment(
  env: ReadonlyMap<string, string>,
  facts: AttemptFacts,
): ReadonlyMap<string, string> {
  const marked = new Map(env);
  marked.set('CORDON_SANDBOX', facts.sandbox);
  if (facts.network === 'off') marked.set('CORDON_SANDBOX_NETWORK_DISABLED', '1');
  else marked.delete('CORDON_SANDBOX_NETWORK_DISABLED');
  if (facts.attemptId === undefined) marked.delete('CORDON_ATTEMPT');
  else marked.set('CORDON_ATTEMPT', facts.attemptId);
  return marked;
}
