// `prefix_rule`: commands that start with some words are allowed, asked about or forbidden.
import type { RuleSource } from '../../domain/index.ts';
import type { Rule } from '../rules/rule.ts';
import { readArgument } from './read-arguments.ts';
import { checkJustification, decisions, readDecision } from './read-decision.ts';
import { readExamples } from './read-example.ts';
import { readPattern } from './read-pattern.ts';
import type { RuleBuiltin } from './rule-builtin.ts';
import type { RuleDraft } from './rule-draft.ts';
import { optionNames, readId, readLimits, readRawOptions } from './rule-options.ts';
import type { RuleCall } from './rule-value.ts';

export const prefixRule: RuleBuiltin = {
  required: ['pattern'],
  optional: ['decision', 'match', 'not_match', 'justification', 'canonical_matching'],
  named: optionNames,
  add: addPrefixRule,
};

function addPrefixRule(draft: RuleDraft, { args, line }: RuleCall, file: string): void {
  const pattern = readArgument(args, 'pattern', 'list') ?? [];
  const decisionWord = readArgument(args, 'decision', 'str') ?? 'allow';
  const match = readArgument(args, 'match', 'list');
  const notMatch = readArgument(args, 'not_match', 'list');
  const justification = readArgument(args, 'justification', 'str');
  const canonical = readArgument(args, 'canonical_matching', 'bool') ?? false;
  const raw = readRawOptions(args);

  const decision = readDecision(decisionWord, decisions);
  checkJustification(justification);
  const whole = readPattern(pattern, draft.work);
  const { programs } = whole;
  const limits = readLimits(raw, whole, draft);
  const rest = limits.further.length === 0 ? whole.rest : whole.rest.slice(0, -limits.further.length);
  const matching = match === undefined ? [] : readExamples(match, draft.work);
  const notMatching = notMatch === undefined ? [] : readExamples(notMatch, draft.work);

  const id = readId(raw?.id, draft);

  const source: RuleSource = { kind: 'file', file, line };
  const rules: Rule[] = [];
  for (const program of programs) {
    rules.push({
      program,
      rest,
      decision,
      justification,
      canonical,
      limits,
      ...(id === undefined ? {} : { id }),
      source,
    });
  }
  for (const rule of rules) draft.rules.push(rule);
  if (matching.length === 0 && notMatching.length === 0) return;
  draft.examples.push({ rules, match: matching, notMatch: notMatching, line });
}
