// What `policy diff`, `replay` and `suggest` share: files by name, and changes as lines for people.
import { readFileSync } from 'node:fs';
import { absolutePath, type Argv } from '../../domain/index.ts';
import { loadPolicy, type Policy } from '../../policy/index.ts';
import type { Change } from '../../policy/compare/compare-verdicts.ts';
import { showCommand, showText } from '../../policy/language/show-words.ts';
import { reasonOf } from '../../policy/load/read-rule-file.ts';
import { CliError, type Edge } from '../edge.ts';
import { formatErrors } from './format-errors.ts';

export function readText(file: string, edge: Edge): string {
  try {
    return readFileSync(pathOf(file, edge), 'utf8');
  } catch (error) {
    throw new CliError(1, `Cannot read ${showText(file)}: ${reasonOf(error)}`);
  }
}

/** The rules of these files alone; a mistake ends the verb. */
export async function policyOf(files: readonly string[], edge: Edge): Promise<Policy> {
  const { policy, errors } = await loadPolicy({
    onlyFiles: true,
    files: files.map((file) => pathOf(file, edge)),
    workspace: edge.cwd,
    userHome: edge.env['HOME'],
  });
  if (errors.length === 0) return policy;
  edge.stderr.write(formatErrors('cordon policy', errors));
  throw new CliError(1, 'Cannot compare: a rule file has a mistake');
}

function pathOf(file: string, { cwd }: Edge): string {
  return absolutePath(file.startsWith('/') ? file : `${cwd ?? ''}/${file}`) ?? file;
}

const now: Readonly<Record<Change['after'], string>> = {
  allow: 'Now allowed',
  none: 'No rule decides any more',
  prompt: 'Now asked about',
  forbidden: 'Now forbidden',
};

const was: Readonly<Record<Change['before'], string>> = {
  allow: 'was allowed',
  none: 'no rule decided',
  prompt: 'was asked about',
  forbidden: 'was forbidden',
};

/** Widened first, under one heading for each kind of change. */
export function describeChanges(changes: readonly Change[]): string {
  const groups = new Map<string, string[]>();
  for (const { before, after, isWider, command, times } of changes) {
    const heading = `${isWider ? 'WIDER' : 'narrower'}: ${now[after]} (${was[before]})`;
    const often = times > 1 ? `  (${times} times)` : '';
    groups.set(heading, [...(groups.get(heading) ?? []), `  ${shownCommand(command)}${often}\n`]);
  }
  return [...groups].map(([heading, lines]) => `${heading}\n${lines.join('')}`).join('');
}

export function shownCommand(command: string | Argv): string {
  return typeof command === 'string' ? showText(command) : showCommand(command);
}
