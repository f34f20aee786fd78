// What a file has said so far.
import type { Argv, ChangeRule } from '../../domain/index.ts';
import type { DefaultRule } from '../rules/default-rule.ts';
import type { NetworkRule, Rule } from '../rules/rule.ts';
import type { Expectation } from './expectation.ts';
import { Work, workLimit } from './mistake.ts';
import type { RulePlace } from './rule-file.ts';

/** Examples of one call, checked when the whole file has been read. */
export interface ExampleGroup {
  /** Of the call they belong to; never empty. */
  readonly rules: readonly Rule[];
  readonly match: readonly Argv[];
  readonly notMatch: readonly Argv[];
  readonly line: number;
}

export class RuleDraft {
  readonly rules: Rule[] = [];
  readonly hosts: Map<string, readonly string[]> = new Map();
  readonly network: NetworkRule[] = [];
  readonly changes: ChangeRule[] = [];
  readonly defaults: DefaultRule[] = [];
  readonly examples: ExampleGroup[] = [];
  readonly expectations: Expectation[] = [];
  /** Of rules that have one. */
  readonly ids: Set<string> = new Set();
  readonly work: Work = new Work(workLimit);
  readonly place: RulePlace;

  constructor(place: RulePlace = {}) {
    this.place = place;
  }
}
