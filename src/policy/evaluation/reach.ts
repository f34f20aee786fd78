// What a command could change at most: everything, or what the sandbox leaves writable. Asked about the files its
// redirections write and the files a clean-up deletes; an answer counts only for an attempt inside that sandbox.
import { absolutePath, type AbsolutePath } from '../../domain/index.ts';

export type Reach =
  | { readonly kind: 'open' }
  | {
      readonly kind: 'confined';
      /** Real paths of the directories commands may write. */
      readonly writableRoots: readonly string[];
      /** Directories that must not go as a whole: the workspace, the home directory, temporary directories. */
      readonly keep: readonly string[];
    };

/** Where a path written in a command leads, as text; undefined when that depends on a directory nobody knows. */
export function pathFrom(directory: AbsolutePath | undefined, written: string): AbsolutePath | undefined {
  if (written === '') return undefined;
  if (written.startsWith('/')) return absolutePath(written);
  return directory === undefined ? undefined : absolutePath(`${directory}/${written}`);
}

/** Whether the path lies in a writable root, itself included. */
export function isWritable(path: string, reach: Reach): boolean {
  return reach.kind === 'confined' && reach.writableRoots.some((root) => isAtOrBelow(path, root));
}

/** Whether the path can be deleted with everything below it and nothing is lost but work inside a writable root. */
export function isExpendable(path: string, reach: Reach): boolean {
  if (reach.kind === 'open' || path === '/') return false;
  const isBelowRoot = reach.writableRoots.some((root) => path !== root && isAtOrBelow(path, root));
  return isBelowRoot && ![...reach.keep, ...reach.writableRoots].some((kept) => isAtOrBelow(kept, path));
}

/** Whether a sandbox keeps everything at and below the path as it is, whoever deletes it. */
export function isOutOfReach(path: string, reach: Reach): boolean {
  if (reach.kind === 'open') return false;
  const { writableRoots, keep } = reach;
  if (isWritable(path, reach)) return false;
  return ![...keep, ...writableRoots].some((kept) => isAtOrBelow(kept, path));
}

function isAtOrBelow(path: string, root: string): boolean {
  return path === root || root === '/' || path.startsWith(`${root}/`);
}
