// Reads rule files at once and without the interpreter: for a process that was started to answer one question.
import type { RuleFile } from '../language/rule-file.ts';
import { runLiterally } from '../language/run-literally.ts';
import type { HostExecutables } from '../rules/rule.ts';
import type { FileToLoad } from './load-files.ts';
import { readRuleText } from './read-rule-file.ts';

/** Undefined when one of them cannot be read, has a mistake or needs the interpreter: nothing was decided then. */
export function loadLiterally(
  files: readonly FileToLoad[],
  options: { readonly words: ReadonlySet<string>; readonly userHome?: string | undefined },
): readonly RuleFile[] | undefined {
  const loaded: RuleFile[] = [];
  let hostsBefore: HostExecutables = new Map();
  for (const { file, links, base } of files) {
    const read = readRuleText(file, { links });
    const place = { home: options.userHome, base };
    const result =
      read.kind === 'text' ? runLiterally(file, read.text, { ...options, hostsBefore, place }) : undefined;
    if (result === undefined) return undefined;
    loaded.push(result);
    if (result.hosts.size > 0) hostsBefore = new Map([...hostsBefore, ...result.hosts]);
  }
  return loaded;
}
