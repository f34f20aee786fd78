// Verdicts of two policies side by side: which commands are decided otherwise, the widened ones first.
import type { Argv, EvaluationVerdict } from '../../domain/index.ts';
import { asExpected, type ExpectedVerdict } from '../language/expectation.ts';

export interface JudgedCommand {
  /** A script, or the words of one command. */
  readonly command: string | Argv;
  /** Where it starts. */
  readonly cwd: string | undefined;
  readonly before: EvaluationVerdict;
  readonly after: EvaluationVerdict;
}

export interface Change {
  readonly command: string | Argv;
  readonly before: ExpectedVerdict;
  readonly after: ExpectedVerdict;
  /** Whether less stands in the way of the command than before. */
  readonly isWider: boolean;
  /** How often the command came up. */
  readonly times: number;
}

const strictness: Readonly<Record<ExpectedVerdict, number>> = { allow: 0, none: 1, prompt: 2, forbidden: 3 };

/** The widest change comes first; of equal ones the one that came up more often, then the earlier. */
export function compareVerdicts(judged: readonly JudgedCommand[]): readonly Change[] {
  const changes = new Map<string, Change>();
  for (const { command, cwd, ...verdicts } of judged) {
    const [before, after] = [asExpected(verdicts.before), asExpected(verdicts.after)];
    if (before === after) continue;
    const key = JSON.stringify([command, cwd, before, after]);
    const times = (changes.get(key)?.times ?? 0) + 1;
    changes.set(key, { command, before, after, isWider: strictness[after] < strictness[before], times });
  }
  const width = ({ before, after }: Change): number => strictness[before] - strictness[after];
  return [...changes.values()].sort((a, b) => {
    const wider = width(b) - width(a);
    return wider === 0 ? b.times - a.times : wider;
  });
}
