// The policy room's door: rules in, decisions out.
export { evaluate } from './evaluation/evaluate.ts';
export type { EvaluationContext } from './evaluation/context.ts';
export type { ProgramPlace, ProgramResolver, ProgramSearch } from './evaluation/program-resolver.ts';
export { createProgramResolver, type ResolverOptions } from './evaluation/resolve-program.ts';
export { verdictsBy, type CommandParser } from './evaluation/verdict-of.ts';
export { loadPolicy, type LoadedPolicy } from './load/load-policy.ts';
export type { PolicyLocations, RuleLayer } from './load/rule-locations.ts';
export { emptyPolicy, Policy, type PolicyParts } from './rules/policy.ts';
export type { HostExecutables, NetworkRule, PatternToken, Rule, RuleLimits } from './rules/rule.ts';
export { createPolicyStore, type PolicyStore, type PolicyStoreOptions } from './store/policy-store.ts';
export type { RememberedPrefix } from './store/session-rules.ts';
export type { RulesWatch, WatchOptions } from './store/watch-rules.ts';
export type { SavedRule } from './save/append-rule.ts';
export { saveTarget, type SaveError, type SaveLayer, type SaveTarget } from './save/save-target.ts';
export { whyTooBroad } from './save/banned-prefixes.ts';
export { removeAllowRule, type RemovedRule } from './save/remove-rule.ts';
export type { RuleWarning } from './lint/rule-warning.ts';
export type { ExampleResult } from './language/example-result.ts';
