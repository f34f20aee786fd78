// A verdict that a rule file expects of itself, and how it is compared with what a run decides.
import type { Argv, EvaluationVerdict } from '../../domain/index.ts';
import type { Policy } from '../rules/policy.ts';

/** `none`: no rule settles it, whatever the approval policy then does. */
export type ExpectedVerdict = 'allow' | 'prompt' | 'forbidden' | 'none';

export const expectedWords: readonly ExpectedVerdict[] = ['allow', 'prompt', 'forbidden', 'none'];

export interface Expectation {
  /** A script for bash, or the words of one command. */
  readonly command: string | Argv;
  readonly verdict: ExpectedVerdict;
  /** Where it starts; undefined for the project of the file, else the workspace. */
  readonly directory: string | undefined;
  /** Counts from 1. */
  readonly line: number;
}

/** What a run would decide with nothing but these rules, every program being the one it is called. */
export type VerdictOf = (
  policy: Policy,
  command: string | Argv,
  directory: string | undefined,
) => EvaluationVerdict;

const expectedOf: Readonly<Record<EvaluationVerdict, ExpectedVerdict>> = {
  allowed: 'allow',
  prompt: 'prompt',
  forbidden: 'forbidden',
  safe: 'none',
  unknown: 'none',
  dangerous: 'none',
  opaque: 'none',
};

export function asExpected(verdict: EvaluationVerdict): ExpectedVerdict {
  return expectedOf[verdict];
}
