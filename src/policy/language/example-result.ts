// One example of a rule file, and whether it held.
import type { Argv, EvaluationVerdict } from '../../domain/index.ts';
import type { ExpectedVerdict } from './expectation.ts';

interface Example {
  readonly file: string;
  readonly line: number;
  readonly passed: boolean;
}

export type ExampleResult =
  | (Example & {
      readonly kind: 'match' | 'not_match';
      readonly command: Argv;
      /** The pattern, for people. */
      readonly rule: string;
    })
  | (Example & {
      readonly kind: 'expect';
      /** A script, or the words of one command. */
      readonly command: string | Argv;
      readonly expected: ExpectedVerdict;
      readonly verdict: EvaluationVerdict;
    });
