// `default_rule`: what holds for commands that no other rule speaks about.
import { Mistake } from './mistake.ts';
import { readArgument } from './read-arguments.ts';
import { checkJustification, decisions, readDecision } from './read-decision.ts';
import type { RuleBuiltin } from './rule-builtin.ts';
import type { RuleDraft } from './rule-draft.ts';
import type { RuleCall } from './rule-value.ts';

export const defaultRule: RuleBuiltin = {
  required: ['decision'],
  optional: ['justification'],
  named: [],
  add: addDefaultRule,
};

function addDefaultRule(draft: RuleDraft, { args, line }: RuleCall, file: string): void {
  const decision = readDecision(readArgument(args, 'decision', 'str') ?? '', decisions);
  const justification = readArgument(args, 'justification', 'str');
  checkJustification(justification);
  if (draft.defaults.length > 0) {
    throw new Mistake('Invalid rule: default_rule is there twice in this file; the strictest would win');
  }
  draft.defaults.push({ decision, justification, source: { kind: 'file', file, line } });
}
