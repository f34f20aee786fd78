// What a word of the rule language is: its parameters, and what a call of it adds to the draft of its file.
import type { RuleDraft } from './rule-draft.ts';
import type { RuleCall } from './rule-value.ts';

export interface RuleBuiltin {
  /** In the order in which they may be given by position. */
  readonly required: readonly string[];
  readonly optional: readonly string[];
  /** Optional, and only by name: a file written for the plain dialect cannot mean one of them by accident. */
  readonly named: readonly string[];
  add(draft: RuleDraft, call: RuleCall, file: string): void;
}
