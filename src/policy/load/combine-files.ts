// Makes one policy of the files that were read.
import type { RuleFile } from '../language/rule-file.ts';
import { Policy } from '../rules/policy.ts';

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
    defaults: files.flatMap((file) => trusted(file, file.defaults)),
    changes: files.flatMap((file) => trusted(file, file.changes)),
    hosts,
  });
}

function trusted<T extends { readonly decision: string }>(file: RuleFile, rules: readonly T[]): readonly T[] {
  return file.errors.length === 0 ? rules : rules.filter(({ decision }) => decision !== 'allow');
}
