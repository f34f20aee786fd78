// What `cordon policy check` answers, once its files are read. The shape and the key order are what scripts already
// parse.
import { realpathSync } from 'node:fs';
import type { Argv, Decision } from '../../domain/index.ts';
import type { RuleFile } from '../../policy/language/rule-file.ts';
import { combine } from '../../policy/load/combine-files.ts';
import { checkCommand, type CheckedMatch } from '../../policy/rules/check-command.ts';
import type { Policy } from '../../policy/rules/policy.ts';
import type { CheckArguments } from './check-arguments.ts';

export interface CheckPlace {
  /** Undefined when the working directory is gone. */
  readonly cwd: string | undefined;
  readonly home: string | undefined;
}

export interface PrintedAnswer {
  readonly text: string;
  readonly status: number;
}

export function answerCheck(
  files: readonly RuleFile[],
  { command, pretty, resolveHostExecutables, exitByDecision }: CheckArguments,
  { cwd = '/', home }: CheckPlace,
): PrintedAnswer {
  const resolveFrom = resolveHostExecutables ? { cwd, home } : undefined;
  const answer = answerFor(combine(files).at(Date.now()), command, { resolveFrom, directory: cwd, realPath });
  return {
    text: `${JSON.stringify(answer, undefined, pretty ? 2 : undefined)}\n`,
    status: exitByDecision ? statusOf[answer.decision ?? 'none'] : 0,
  };
}

/** Undefined when nothing is there. Asked only for rules that are bound to a directory. */
function realPath(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

const statusOf: Readonly<Record<Decision | 'none', number>> = {
  allow: 0,
  prompt: 10,
  forbidden: 11,
  none: 12,
};

interface CheckAnswer {
  readonly matchedRules: readonly unknown[];
  /** Absent when no rule matched. */
  readonly decision?: Decision;
}

function answerFor(policy: Policy, command: Argv, options: Parameters<typeof checkCommand>[2]): CheckAnswer {
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
