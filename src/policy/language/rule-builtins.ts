// The words of the rule language: the one place where a rule function is registered. Each has a file of its own, reads
// one call and adds to the draft of its file, or throws a Mistake.
import { expectVerdict } from './expect-verdict.ts';
import { defaultRule } from './default-rule.ts';
import { changeRule } from './change-rule.ts';
import { hostExecutable } from './host-executable.ts';
import { networkRule } from './network-rule.ts';
import { prefixRule } from './prefix-rule.ts';
import type { RuleBuiltin } from './rule-builtin.ts';

export const ruleBuiltins: Readonly<Record<string, RuleBuiltin>> = {
  prefix_rule: prefixRule,
  default_rule: defaultRule,
  host_executable: hostExecutable,
  network_rule: networkRule,
  change_rule: changeRule,
  expect: expectVerdict,
};
