// What the judge is told besides the changes themselves: whose home it is, which repositories were there, and what
// configuration and rule files add. Gathered by whoever calls; the judge asks the world nothing by itself.
import type { AbsolutePath, BytePath, ChangeRule, TreeReader } from '../../domain/index.ts';
import type { TableRow } from './table/table-row.ts';

export interface JudgeWorld {
  readonly before: TreeReader;
  readonly after: TreeReader;
  /** The home of the person whose shells, git and editors read what is left behind; undefined: nobody's. */
  readonly home: AbsolutePath | undefined;
  /**
   * Git directories below the roots that were there before, beside those the judge finds above and below each change.
   * A missing one means that hooks or included files which it keeps far away, through links, are not recognised.
   */
  readonly repositories: readonly BytePath[];
  /** Where this host keeps git's hook samples (`…/git-core/templates`). */
  readonly gitTemplates: readonly AbsolutePath[];
  /** Rows of configuration, judged after our own. */
  readonly rows: readonly TableRow[];
  /** `change_rule`s of the rule files; the strictest that matches wins over the table. */
  readonly rules: readonly ChangeRule[];
}
