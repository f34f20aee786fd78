// `cordon policy check`: rule files and one command in, one line of JSON out. The shape and the key order are what
// scripts already parse. Loads no other room than the rules themselves.
import type { Argv, Decision } from '../../domain/index.ts';
import { combine, loadFiles } from '../../policy/load/load-files.ts';
import { checkCommand, type CheckedMatch } from '../../policy/rules/check-command.ts';
import { namesIn, type Policy } from '../../policy/rules/policy.ts';
import type { Edge } from '../edge.ts';
import { readCheckArguments } from './check-arguments.ts';
import { formatErrors } from './format-errors.ts';

export async function check(args: readonly string[], edge: Edge): Promise<number> {
  const { rules, command, pretty, resolveHostExecutables, exitByDecision } = readCheckArguments(args);
  const toLoad = rules.map((file) => ({ file, links: 'follow' }) as const);
  const files = await loadFiles(toLoad, { words: namesIn(command) });
  const errors = files.flatMap((file) => file.errors);
  if (errors.length > 0) {
    edge.stderr.write(formatErrors('cordon policy check', errors));
    return 1;
  }
  const cwd = edge.cwd ?? '/';
  const resolveFrom = resolveHostExecutables ? { cwd, home: edge.env['HOME'] } : undefined;
  const answer = answerFor(combine(files), command, { resolveFrom, directory: cwd });
  edge.stdout.write(`${JSON.stringify(answer, undefined, pretty ? 2 : undefined)}\n`);
  return exitByDecision ? statusOf[answer.decision ?? 'none'] : 0;
}

const statusOf: Readonly<Record<Decision | 'none', number>> = {
  allow: 0,
  prompt: 10,
  forbidden: 11,
  none: 12,
};

export interface CheckAnswer {
  readonly matchedRules: readonly unknown[];
  /** Absent when no rule matched. */
  readonly decision?: Decision;
}

export function answerFor(
  policy: Policy,
  command: Argv,
  options: Parameters<typeof checkCommand>[2],
): CheckAnswer {
  const matches = checkCommand(policy.about(command), command, options);
  const decision = (['forbidden', 'prompt', 'allow'] as const).find((each) =>
    matches.some((match) => match.decision === each),
  );
  const matchedRules = matches.map(show);
  return decision === undefined ? { matchedRules } : { matchedRules, decision };
}

/** Keys that are undefined are left out by JSON. */
function show({ matchedPrefix, decision, resolvedProgram, rule }: CheckedMatch): unknown {
  return { prefixRuleMatch: { matchedPrefix, decision, resolvedProgram, justification: rule.justification } };
}
