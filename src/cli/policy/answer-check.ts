// What `cordon policy check` answers, once its files are read. The shape and the key order are what scripts already
// parse.
import { realpathSync } from 'node:fs';
import type { Argv, Decision, EvaluationVerdict, RuleMatch } from '../../domain/index.ts';
import type { RuleFile } from '../../policy/language/rule-file.ts';
import { combine } from '../../policy/load/combine-files.ts';
import { checkCommand, type CheckedMatch } from '../../policy/rules/check-command.ts';
import type { Policy } from '../../policy/rules/policy.ts';
import type { CheckArguments } from './check-arguments.ts';

export interface CheckPlace {
  /** Undefined when the working directory is gone. */
  readonly cwd: string | undefined;
  readonly home: string | undefined;
  /** Looks at more than words; undefined when these decide. Default: nobody looks. */
  lookFurther?(policy: Policy): FurtherLook | undefined;
}

export interface FurtherLook {
  readonly verdict: EvaluationVerdict;
  readonly matches: readonly RuleMatch[];
  /** The command is a shell with a script: what counts is in the script. */
  readonly isScript: boolean;
}

export interface PrintedAnswer {
  readonly text: string;
  readonly status: number;
}

export function answerCheck(
  files: readonly RuleFile[],
  { command, pretty, resolveHostExecutables, exitByDecision }: CheckArguments,
  { cwd = '/', home, lookFurther }: CheckPlace,
): PrintedAnswer {
  const resolveFrom = resolveHostExecutables ? { cwd, home } : undefined;
  const policy = combine(files).at(Date.now());
  const further = lookFurther?.(policy);
  const byWords =
    further?.isScript === true
      ? noAnswer
      : answerFor(policy, command, { resolveFrom, directory: cwd, realPath });
  const answer = further === undefined || byWords.decision !== undefined ? byWords : answerOf(further);
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

/** Of `--exit-by-decision`. */
export const statusOf: Readonly<Record<Decision | 'none', number>> = {
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

const noAnswer: CheckAnswer = { matchedRules: [] };

const decisionOf: Readonly<Partial<Record<EvaluationVerdict, Decision>>> = {
  forbidden: 'forbidden',
  prompt: 'prompt',
  allowed: 'allow',
};

/** In the same shape; a decision is there only when rules settle the whole. */
function answerOf({ verdict, matches }: FurtherLook): CheckAnswer {
  const decision = decisionOf[verdict];
  const matchedRules = matches.flatMap((match): readonly unknown[] => {
    if (match.kind === 'heuristic') return [];
    const { decision: says, justification } = match;
    if (match.kind === 'possible-rule') return [{ possibleRuleMatch: { decision: says, justification } }];
    if (match.isDefault === true) return [{ defaultRuleMatch: { decision: says, justification } }];
    const { matchedPrefix, resolvedProgram } = match;
    return [{ prefixRuleMatch: { matchedPrefix, decision: says, resolvedProgram, justification } }];
  });
  return decision === undefined ? { matchedRules } : { matchedRules, decision };
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
