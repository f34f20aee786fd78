// Something in a rule file that is no mistake and still not what its author meant.
import type { RuleSource } from '../../domain/index.ts';

export interface RuleWarning {
  readonly source: RuleSource;
  /** One sentence without a full stop. */
  readonly message: string;
}
