// The shell and policy rooms as one gate.
import { ok, type ParsedCommand, type PolicyAmendment, type Result } from '../domain/index.ts';
import type { Gate } from '../orchestrator/index.ts';
import type { PolicyStore } from '../policy/index.ts';
import type { DecisionLog } from './decision-log.ts';
import { canonicalCommand, parseCommand, planArgv } from '../shell/index.ts';

export function makeGate(store: PolicyStore, log: DecisionLog | undefined): Gate {
  const logged = new WeakSet<ParsedCommand>();
  return {
    parse: parseCommand,
    planArgv,
    canonicalCommand,
    evaluate: (parsed, request) => {
      const evaluation = store.evaluate(parsed, request.cwd, request.env);
      // What is evaluated again when the answer came is one decision.
      if (!logged.has(parsed)) log?.add(evaluation, request);
      logged.add(parsed);
      return evaluation;
    },
    offerAmendment: (evaluation, proposed) => store.proposeAmendment(evaluation, proposed),
  };
}

/** Into the user's rule file where there is one, else into this session's rules. */
export async function saveRule(
  store: PolicyStore,
  home: string | undefined,
  amendment: PolicyAmendment,
): Promise<Result<void, { readonly message: string }>> {
  if (home === undefined) {
    const remembered = store.remember(amendment);
    return remembered.ok ? ok(undefined) : { ok: false, error: { message: remembered.error } };
  }
  const saved = await store.amend(amendment, 'user');
  return saved.ok ? ok(undefined) : saved;
}
