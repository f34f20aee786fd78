// Which directories are worth a glance the moment they change, and at which names: what a person's git, editor or agent obeys
// without being asked, where it stood when the session began. What is elsewhere is seen by the looks between and at answers.
import { bytePath, type BytePath } from '../../domain/index.ts';

/** Directories, and at which paths in them something is obeyed or was. */
export interface HotPlaces {
  readonly directories: readonly BytePath[];
  concerns(path: BytePath): boolean;
}

/** The kernel's default of a user's watches is far above. */
const mostDirectories = 500;
const gitDirectory = bytePath('/.git');

/** The roots and where something was obeyed, shortest first; the hooks of a repository also where it has none yet. */
export function hotDirectories(
  roots: readonly BytePath[],
  obeyed: ReadonlySet<BytePath>,
): readonly BytePath[] {
  const hooks = [...obeyed]
    .filter((path) => path.endsWith(gitDirectory))
    .map((path) => `${path}/hooks` as BytePath);
  return [...new Set([...roots, ...obeyed, ...hooks])]
    .toSorted((a, b) => a.length - b.length)
    .slice(0, mostDirectories);
}

/** A new name in one of them. What is still being made (a repository, its samples, a lock) is not looked at in the middle. */
export function isWantedAtOnce(path: BytePath, isTop: (directory: BytePath) => boolean): boolean {
  const cut = path.lastIndexOf('/');
  const name = path.slice(cut + 1);
  if (isTop((cut <= 0 ? '/' : path.slice(0, cut)) as BytePath))
    return name.startsWith('.') && name !== '.git';
  return !/\.(?:lock|sample)$|^(?:modules|worktrees|objects|refs|logs)$/u.test(name);
}

/** Lists that git follows while it works: cutting a line out of one would stop what somebody asked for. */
export function isUnderWay(path: BytePath): boolean {
  return /\/(?:rebase-merge|rebase-apply|sequencer)(?:\/|$)/u.test(path);
}
