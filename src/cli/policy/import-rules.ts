// `cordon policy import`: another program's settings as a rule file on standard output, and what was left out on
// standard error.
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { ImportedRules } from '../../policy/import/imported-rules.ts';
import { importClaude } from '../../policy/import/import-claude.ts';
import { importGemini } from '../../policy/import/import-gemini.ts';
import { runRuleFile } from '../../policy/language/run-rule-file.ts';
import { showText } from '../../policy/language/show-words.ts';
import { reasonOf } from '../../policy/load/read-rule-file.ts';
import { CliError, type Edge, UsageError } from '../edge.ts';
import { counted } from './counted.ts';
import { formatErrors } from './format-errors.ts';

const converters: Readonly<Record<string, (text: string) => ImportedRules | undefined>> = {
  claude: importClaude,
  gemini: importGemini,
};

export async function importRules(args: readonly string[], edge: Edge): Promise<number> {
  const { from, file } = readArguments(args);
  const text = readText(file, edge);
  if (from === 'codex') return await importCodex(file, text, edge);
  const imported = converters[from]?.(text);
  if (imported === undefined) {
    throw new CliError(1, `Cannot import ${showText(file)}: it has no permissions of ${from}`);
  }
  edge.stdout.write(imported.text);
  for (const note of imported.leftOut) edge.stderr.write(`Left out: ${showText(note)}\n`);
  edge.stderr.write(
    `${counted(imported.rules, 'rule')}, ${counted(imported.leftOut.length, 'entry', 'entries')} left out\n`,
  );
  return 0;
}

/** The same language: it is read here, so that a mistake is found before it is anybody's rule file. */
async function importCodex(file: string, text: string, edge: Edge): Promise<number> {
  const { errors, rules, network } = await runRuleFile(file, text, {
    hostsBefore: new Map(),
    place: { base: edge.cwd, home: edge.env['HOME'] },
  });
  if (errors.length > 0) {
    edge.stderr.write(formatErrors('cordon policy import', errors));
    return 1;
  }
  edge.stdout.write(text.endsWith('\n') || text === '' ? text : `${text}\n`);
  edge.stderr.write(`${counted(rules.length + network.length, 'rule')}, 0 entries left out\n`);
  return 0;
}

function readArguments(args: readonly string[]): { readonly from: string; readonly file: string } {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { from: { type: 'string' } },
      allowPositionals: true,
    });
    const { from } = values;
    const [file, ...more] = positionals;
    if (from === undefined || (from !== 'codex' && !Object.hasOwn(converters, from))) {
      throw new UsageError('--from is claude, gemini or codex');
    }
    if (file === undefined || more.length > 0) throw new UsageError('which one FILE?');
    return { from, file };
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function readText(file: string, edge: Edge): string {
  try {
    return readFileSync(file.startsWith('/') ? file : `${edge.cwd ?? '/'}/${file}`, 'utf8').replace(
      /^\ufeff/,
      '',
    );
  } catch (error) {
    throw new CliError(1, `Cannot read ${showText(file)}: ${reasonOf(error)}`);
  }
}
