// Reads rule files in a given order. Shared by `policy check`, which is given files, and by the loader, which finds
// them; imports as little as it can, because `policy check` starts a process for every question.
import type { PolicyError } from '../../domain/index.ts';
import type { ExampleResult } from '../language/example-result.ts';
import type { RuleFile } from '../language/rule-file.ts';
import { runRuleFile } from '../language/run-rule-file.ts';
import { Policy } from '../rules/policy.ts';
import type { HostExecutables } from '../rules/rule.ts';
import { readRuleText } from './read-rule-file.ts';

export interface FileToLoad {
  readonly file: string;
  readonly links: 'follow' | 'refuse';
}

export interface LoadFilesOptions {
  /** Told about every example that was run. */
  readonly onExample?: (result: ExampleResult) => void;
  /** Words of one command: rules that cannot concern it may be left out, once they were found to be right. Default none. */
  readonly words?: ReadonlySet<string>;
}

/** One result for each file; a file that cannot be read has an error and no rules. */
export async function loadFiles(
  files: readonly FileToLoad[],
  options: LoadFilesOptions = {},
): Promise<readonly RuleFile[]> {
  const loaded: RuleFile[] = [];
  let hostsBefore: HostExecutables = new Map();
  for (const { file, links } of files) {
    const read = readRuleText(file, { links });
    const result =
      read.kind === 'text'
        ? await runRuleFile(file, read.text, { ...options, hostsBefore })
        : broken(file, read.error);
    loaded.push(result);
    if (result.hosts.size > 0) hostsBefore = new Map([...hostsBefore, ...result.hosts]);
  }
  return loaded;
}

function broken(file: string, error: PolicyError): RuleFile {
  return { file, rules: [], hosts: new Map(), network: [], errors: [error] };
}

/**
 * One policy of files that were all read well or not. A file with a mistake keeps what restricts and loses what
 * allows: half a file may be missing the very line that took the allowance back.
 */
export function combine(files: readonly RuleFile[]): Policy {
  const [only] = files;
  if (files.length === 1 && only !== undefined && only.errors.length === 0) return new Policy(only);
  const hosts = new Map<string, readonly string[]>();
  for (const file of files) for (const [name, paths] of file.hosts) hosts.set(name, paths);
  return new Policy({
    rules: files.flatMap((file) => trusted(file, file.rules)),
    network: files.flatMap((file) => trusted(file, file.network)),
    hosts,
  });
}

function trusted<T extends { readonly decision: string }>(file: RuleFile, rules: readonly T[]): readonly T[] {
  return file.errors.length === 0 ? rules : rules.filter(({ decision }) => decision !== 'allow');
}
