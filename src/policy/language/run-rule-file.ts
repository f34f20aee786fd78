// Reads one rule file's text into rules, or says everything that is wrong with it.
import type { RuleFile, RunOptions } from './rule-file.ts';
import { runLiterally } from './run-literally.ts';

export async function runRuleFile(file: string, text: string, options: RunOptions): Promise<RuleFile> {
  if (options.onExample === undefined) {
    const simple = runLiterally(file, text, options);
    if (simple !== undefined) return simple;
  }
  const { interpretRuleFile } = await import('./interpret-rule-file.ts');
  return interpretRuleFile(file, text, options);
}
