// A rule file after it was read: its rules, or what is wrong with it, or both.
import type { PolicyError } from '../../domain/index.ts';
import type { HostExecutables, NetworkRule, Rule } from '../rules/rule.ts';
import type { ExampleResult } from './example-result.ts';

export interface RuleFile {
  readonly file: string;
  /** In order; of a file with errors, those of the calls that were right. */
  readonly rules: readonly Rule[];
  readonly hosts: HostExecutables;
  readonly network: readonly NetworkRule[];
  readonly errors: readonly PolicyError[];
}

export interface RunOptions {
  /** Host tables of the files before this one: they count for its examples. */
  readonly hostsBefore: HostExecutables;
  /** Told about every example that was run. */
  readonly onExample?: (result: ExampleResult) => void;
  /** Rules about other programs may be left out of the result, once they were found to be right. Default: no rule is. */
  readonly programs?: ReadonlySet<string> | undefined;
}
