// Every git directory that a change may belong to: those around it, those it makes, and those they point to.
import type { BytePath, TreeReader } from '../../../domain/index.ts';
import { inside, nameOf, parentOf } from '../path.ts';
import { namesIn, type View } from '../view.ts';
import { commonOf, followDotGit, isDotGit, isGitLike } from './git-directory.ts';

/** Real paths, each once. */
export function findGitDirectories(view: View): ReadonlySet<BytePath> {
  const found = new Set<BytePath>();
  const seen = new Set<BytePath>();
  const add = (directory: BytePath | undefined): void => {
    if (directory === undefined || found.has(directory)) return;
    if (!isGitLike(view.after, directory) && !isGitLike(view.before, directory)) return;
    found.add(directory);
    // Git takes settings and hooks from it whatever it looks like.
    found.add(commonOf(view.after, directory));
    for (const linked of relatedTo(view.after, directory)) add(linked);
  };
  const look = (directory: BytePath): void => {
    for (let at = directory; !seen.has(at); at = parentOf(at)) {
      seen.add(at);
      if (view.after.stat(at).kind === 'directory') add(at);
      if (!isDotGit(nameOf(at))) {
        const dotGit = inside(at, '.git');
        const state = view.after.stat(dotGit).kind;
        if (state !== 'missing') add(followDotGit(view.after, dotGit));
      }
    }
  };
  for (const [path, change] of view.changed) look(change.after.kind === 'directory' ? path : parentOf(path));
  for (const repository of view.world.repositories) add(repository);
  return found;
}

/** Linked work trees, and modules one level deep. */
function relatedTo(reader: TreeReader, directory: BytePath): BytePath[] {
  const related: BytePath[] = [];
  for (const kind of ['worktrees', 'modules'])
    for (const name of namesIn(reader, inside(directory, kind)))
      related.push(inside(directory, `${kind}/${name}`));
  return related;
}
