// Reads rule files in a given order. Shared by `policy check`, which is given files, and by the loader, which finds
// them.
import type { PolicyError } from '../../domain/index.ts';
import type { VerdictOf } from '../language/expectation.ts';
import type { ExampleResult } from '../language/example-result.ts';
import type { RuleFile } from '../language/rule-file.ts';
import { runRuleFile } from '../language/run-rule-file.ts';
import type { HostExecutables } from '../rules/rule.ts';
import { readRuleText } from './read-rule-file.ts';

export interface FileToLoad {
  readonly file: string;
  readonly links: 'follow' | 'refuse';
  /** What relative directories in it start from. Default none. */
  readonly base?: string | undefined;
}

export interface LoadFilesOptions {
  /** Decides the tests of the files (`expect`). Default: they are read and not run. */
  readonly verdictOf?: VerdictOf | undefined;
  /** Told about every example that was run. */
  readonly onExample?: (result: ExampleResult) => void;
  /** Words of one command: rules that cannot concern it may be left out, once they were found to be right. Default none. */
  readonly words?: ReadonlySet<string>;
  /** What `~/` stands for. Default none. */
  readonly userHome?: string | undefined;
}

/** One result for each file; a file that cannot be read has an error and no rules. */
export async function loadFiles(
  files: readonly FileToLoad[],
  options: LoadFilesOptions = {},
): Promise<readonly RuleFile[]> {
  const loaded: RuleFile[] = [];
  let hostsBefore: HostExecutables = new Map();
  for (const { file, links, base } of files) {
    const read = readRuleText(file, { links });
    const result =
      read.kind === 'text'
        ? await runRuleFile(file, read.text, {
            ...options,
            hostsBefore,
            place: { home: options.userHome, base },
          })
        : broken(file, read.error);
    loaded.push(result);
    if (result.hosts.size > 0) hostsBefore = new Map([...hostsBefore, ...result.hosts]);
  }
  return loaded;
}

function broken(file: string, error: PolicyError): RuleFile {
  return { file, rules: [], hosts: new Map(), network: [], changes: [], defaults: [], errors: [error] };
}
