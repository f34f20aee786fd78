// The shell and policy rooms as one gate.
import { ok, type PolicyAmendment, type Result } from '../domain/index.ts';
import type { Gate } from '../orchestrator/index.ts';
import type { PolicyStore } from '../policy/index.ts';
import { canonicalCommand, parseCommand, planArgv } from '../shell/index.ts';

export function makeGate(store: PolicyStore): Gate {
  return {
    parse: parseCommand,
    planArgv,
    canonicalCommand,
    evaluate: (parsed, { cwd, env }) => store.evaluate(parsed, cwd, env),
    offerAmendment: (evaluation, proposed) => store.proposeAmendment(evaluation, proposed),
  };
}

/** Into the user's rule file where there is one, else into this session's rules. */
export async function saveRule(
  store: PolicyStore,
  home: string | undefined,
  { allowPrefix }: PolicyAmendment,
): Promise<Result<void, { readonly message: string }>> {
  if (home === undefined) {
    const remembered = store.remember(allowPrefix);
    return remembered.ok ? ok(undefined) : { ok: false, error: { message: remembered.error } };
  }
  const saved = await store.amend(allowPrefix, 'user');
  return saved.ok ? ok(undefined) : saved;
}
