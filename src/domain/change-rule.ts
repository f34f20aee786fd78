// What a rule file says about files a command leaves behind: `change_rule(...)`.
import type { NonEmpty } from './primitives.ts';

/** How a path came to differ, as rule files name it. */
export type ChangeKind = 'create' | 'modify' | 'delete' | 'mode';

export interface ChangeRule {
  /**
   * Globs: absolute, below the home (`~/…`), or else standing at any depth of a root. `*` stays within one name, `**`
   * crosses them.
   */
  readonly paths: NonEmpty<string>;
  /** Empty: every kind. */
  readonly kinds: readonly ChangeKind[];
  /** `allow` keeps what our table would hold; `prompt` holds; `forbidden` discards the whole set. */
  readonly decision: 'allow' | 'prompt' | 'forbidden';
  readonly justification: string | undefined;
  /** `FILE:LINE`, for people. */
  readonly source: string;
}
