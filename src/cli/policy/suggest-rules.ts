// `cordon policy suggest`: the smallest rules that would have answered what was asked about again and again, with
// examples, and what each would allow beyond.
import { parseArgs } from 'node:util';
import { isNonEmpty, type Argv } from '../../domain/index.ts';
import { readLog } from '../../policy/compare/decision-log.ts';
import { suggestRules, type Suggestion } from '../../policy/compare/suggest-rules.ts';
import { runRuleFile } from '../../policy/language/run-rule-file.ts';
import { showText } from '../../policy/language/show-words.ts';
import { lintReach } from '../../policy/lint/lint-reach.ts';
import { renderRule } from '../../policy/index.ts';
import { parseCommand } from '../../shell/index.ts';
import { type Edge, UsageError } from '../edge.ts';
import { readText, shownCommand } from './read-comparison.ts';

export async function suggest(args: readonly string[], edge: Edge): Promise<number> {
  const { log, trace, atLeast } = readArguments(args);
  const seen = log === undefined ? fromTrace(readText(trace ?? '', edge)) : fromLog(readText(log, edge));
  const suggestions = suggestRules(seen).filter(({ covers }) => timesOf(covers) >= atLeast);
  if (suggestions.length === 0) edge.stdout.write(`# No command came up ${atLeast} times without a rule.\n`);
  for (const suggestion of suggestions) edge.stdout.write(await describe(suggestion));
  return 0;
}

/** Commands that no rule decided, each command of a script by itself. */
function fromLog(text: string): readonly Argv[] {
  return readLog(text).decisions.flatMap(({ command, verdict }) => {
    if (verdict !== 'unknown') return [];
    const parsed = parseCommand(command);
    return parsed.kind === 'plain' ? parsed.commands.map(({ argv }) => argv) : [];
  });
}

/** A command a line: the words as a JSON list, or as they are typed. */
function fromTrace(text: string): readonly Argv[] {
  return text.split('\n').flatMap((line) => {
    if (line.trim() === '') return [];
    const words = readWords(line);
    if (words !== undefined) return [words];
    const parsed = parseCommand({ kind: 'script', script: line, shell: 'bash', login: false });
    return parsed.kind === 'plain' ? parsed.commands.map(({ argv }) => argv) : [];
  });
}

function readWords(line: string): Argv | undefined {
  try {
    const value: unknown = JSON.parse(line);
    const words = Array.isArray(value)
      ? value.filter((word): word is string => typeof word === 'string')
      : [];
    return isNonEmpty(words) ? words : undefined;
  } catch {
    return undefined;
  }
}

/** A rule with its examples, and above it what it would allow beyond. */
async function describe({ pattern, exact, covers }: Suggestion): Promise<string> {
  const call = renderRule({
    pattern,
    decision: 'allow',
    exact,
    match: covers.slice(0, 3).map(({ argv }) => argv),
  });
  const { rules } = await runRuleFile('suggestion', `${call}\n`, { hostsBefore: new Map() });
  const beyond = rules.flatMap(lintReach).map((warning) => `# Beyond: ${showText(warning)}\n`);
  const times = timesOf(covers);
  const examples = covers.slice(0, 3).map(({ argv }) => `#   ${shownCommand(argv)}\n`);
  return `# Came up ${times === 1 ? 'once' : `${times} times`}:\n${examples.join('')}${beyond.join('')}${call}\n`;
}

function timesOf(covers: Suggestion['covers']): number {
  return covers.reduce((sum, { times }) => sum + times, 0);
}

function readArguments(args: readonly string[]): {
  readonly log: string | undefined;
  readonly trace: string | undefined;
  readonly atLeast: number;
} {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { log: { type: 'string' }, trace: { type: 'string' }, 'at-least': { type: 'string' } },
    });
    const { log, trace, 'at-least': least = '2' } = values;
    if ((log === undefined) === (trace === undefined))
      throw new UsageError('one of --log FILE and --trace FILE');
    if (!/^[1-9]\d{0,5}$/.test(least)) throw new UsageError('--at-least takes a number from 1 on');
    return { log, trace, atLeast: Number(least) };
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
