// A rule file after it was read: its rules, or what is wrong with it, or both.
import type { ChangeRule, PolicyError } from '../../domain/index.ts';
import type { DefaultRule } from '../rules/default-rule.ts';
import type { HostExecutables, NetworkRule, Rule } from '../rules/rule.ts';
import type { VerdictOf } from './expectation.ts';
import type { ExampleResult } from './example-result.ts';

export interface RuleFile {
  readonly file: string;
  /** In order; of a file with errors, those of the calls that were right. */
  readonly rules: readonly Rule[];
  readonly hosts: HostExecutables;
  readonly network: readonly NetworkRule[];
  readonly changes: readonly ChangeRule[];
  readonly defaults: readonly DefaultRule[];
  readonly errors: readonly PolicyError[];
}

/** What paths in a rule file may leave out. */
export interface RulePlace {
  /** What `~/` stands for. Default none: such a path is nowhere. */
  readonly home?: string | undefined;
  /** Where relative directories start: the project of the file, else the workspace. Default none: they are mistakes. */
  readonly base?: string | undefined;
}

export interface RunOptions {
  readonly place?: RulePlace | undefined;
  /** Host tables of the files before this one: they count for its examples. */
  readonly hostsBefore: HostExecutables;
  /** Decides the tests of the file (`expect`). Default: they are read and not run. */
  readonly verdictOf?: VerdictOf | undefined;
  /** Told about every example that was run. */
  readonly onExample?: (result: ExampleResult) => void;
  /** Words of one command: rules that cannot concern it may be left out, once they were found to be right. Default none. */
  readonly words?: ReadonlySet<string> | undefined;
}
