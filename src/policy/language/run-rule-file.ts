// Reads one rule file's text: runs it, collects every mistake, then runs its examples.
import type { PolicyError } from '../../domain/index.ts';
import { runStarlark, type StarlarkError } from '../starlark/index.ts';
import type { HostExecutables, NetworkRule, Rule } from '../rules/rule.ts';
import { checkExamples, type ExampleResult } from './check-examples.ts';
import { ruleBuiltins, RuleDraft } from './rule-builtins.ts';

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
  readonly onExample?: (result: ExampleResult) => void;
}

export function runRuleFile(file: string, text: string, options: RunOptions): RuleFile {
  const draft = new RuleDraft();
  const outcome = runStarlark(text, { file, globals: ruleBuiltins(draft, file) });
  const errors = [...draft.mistakes];
  if (!outcome.ok) errors.push(outcome.error);
  // Half a file has half a host table: its examples would be judged by the wrong one.
  if (outcome.ok && draft.hostsAreWhole) {
    const hosts =
      options.hostsBefore.size === 0 ? draft.hosts : new Map([...options.hostsBefore, ...draft.hosts]);
    const { onExample } = options;
    const check = {
      hosts,
      work: draft.work,
      file,
      ...(onExample === undefined ? {} : { onResult: onExample }),
    };
    errors.push(...checkExamples(draft.examples, check));
  }
  errors.sort((a, b) => a.line - b.line || a.column - b.column);
  const { rules, hosts, network } = draft;
  return { file, rules, hosts, network, errors: errors.map(toPolicyError) };
}

function toPolicyError({ file, line, column, message, excerpt }: StarlarkError): PolicyError {
  return { file, line, column, message, excerpt };
}
