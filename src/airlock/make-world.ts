// What the judge is told about this host, gathered where the commands' changes are at hand.
import type { AbsolutePath, ChangeRule, TreeReader } from '../domain/index.ts';
import type { JudgeWorld, TableRow } from './judge/index.ts';
import { findGitTemplates, findRepositories } from './tree/index.ts';

export interface WorldParts {
  readonly before: TreeReader;
  readonly after: TreeReader;
  readonly home: AbsolutePath | undefined;
  /** Everything the commands can write, links resolved. */
  readonly roots: readonly AbsolutePath[];
  /** `PATH`: where git, and with it the samples of its hooks, may be installed. */
  readonly path: string | undefined;
  readonly rules?: readonly ChangeRule[];
  readonly rows?: readonly TableRow[];
}

/** Looks at the real directories, a bounded number of them. */
export function makeWorld({
  before,
  after,
  home,
  roots,
  path,
  rules = [],
  rows = [],
}: WorldParts): JudgeWorld {
  const repositories = findRepositories(roots);
  return { before, after, home, repositories, gitTemplates: findGitTemplates(path), rows, rules };
}
