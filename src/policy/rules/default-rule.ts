// What holds for commands that no other rule speaks about and that are not known to only read.
import type { Argv, Decision, RuleMatch, RuleSource } from '../../domain/index.ts';

export interface DefaultRule {
  readonly decision: Decision;
  readonly justification: string | undefined;
  readonly source: RuleSource;
}

const strictness: Readonly<Record<Decision, number>> = { allow: 0, prompt: 1, forbidden: 2 };

/** Of several the strictest, wherever they are written; undefined when there is none. */
export function strictestDefault(rules: readonly DefaultRule[]): DefaultRule | undefined {
  let best: DefaultRule | undefined;
  for (const rule of rules) {
    if (best === undefined || strictness[rule.decision] > strictness[best.decision]) best = rule;
  }
  return best;
}

export function defaultMatch(
  { decision, justification, source }: DefaultRule,
  command: Argv,
): Extract<RuleMatch, { readonly kind: 'rule' }> {
  return {
    kind: 'rule',
    decision,
    matchedPrefix: command,
    command,
    justification,
    resolvedProgram: undefined,
    source,
    isDefault: true,
  };
}
