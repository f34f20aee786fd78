// Which repositories are the person's own: what is in them counts as known.
import type { BytePath, TreeReader } from '../../../domain/index.ts';
import { inside, nameOf, parentOf } from '../path.ts';
import type { View } from '../view.ts';
import { isDotGit } from './git-directory.ts';

/** A `.git` that was there: it is the person's, or was judged when it came. A repository cannot bring one along. */
export function isWellKnown(view: View, directory: BytePath): boolean {
  for (let at = directory; at !== '/'; at = parentOf(at))
    if (
      isDotGit(nameOf(at)) &&
      view.before.stat(at).kind === 'directory' &&
      isRealRepository(view.before, at)
    )
      return true;
  return false;
}

function isRealRepository(reader: TreeReader, directory: BytePath): boolean {
  const has = (name: string): boolean => reader.stat(inside(directory, name)).kind !== 'missing';
  return has('HEAD') && has('objects') && has('refs');
}
