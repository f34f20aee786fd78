// One example of a rule file, and whether it held.
import type { Argv } from '../../domain/index.ts';

export interface ExampleResult {
  readonly file: string;
  readonly line: number;
  readonly kind: 'match' | 'not_match';
  readonly command: Argv;
  /** The pattern, for people. */
  readonly rule: string;
  readonly passed: boolean;
}
