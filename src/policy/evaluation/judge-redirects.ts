// What the redirections of a plain command mean for leave to run it. Nothing beside its words is judged by rules, so
// each has to be harmless by itself, or held by the sandbox.
import type { AbsolutePath, PlainRedirect } from '../../domain/index.ts';
import { isWritable, pathFrom, type Reach } from './reach.ts';

export type RedirectEffect =
  /** To nowhere, between streams, or from a file. */
  | { readonly kind: 'harmless' }
  /** Into a writable root: as good as a program that writes there, as long as the sandbox holds. */
  | { readonly kind: 'held-by-sandbox' }
  | { readonly kind: 'outside'; readonly because: string };

const harmless: RedirectEffect = { kind: 'harmless' };

/** Files that are no files: what is written there changes nothing. */
const nowhere: ReadonlySet<string> = new Set([
  '/dev/null',
  '/dev/stdout',
  '/dev/stderr',
  '/dev/fd/1',
  '/dev/fd/2',
]);

/** `directory` is where the command runs, undefined when nobody can tell. */
export function judgeRedirects(
  redirects: readonly PlainRedirect[] | undefined,
  directory: AbsolutePath | undefined,
  world: { readonly reach: Reach; realPath(path: AbsolutePath): AbsolutePath | undefined },
): RedirectEffect {
  let worst = harmless;
  for (const { action, target } of redirects ?? []) {
    if (action === 'copy' || action === 'read' || nowhere.has(target)) continue;
    const path = pathFrom(directory, target);
    if (path === undefined) return outside(`it writes ${target}, wherever that is`);
    const parent = world.realPath(pathFrom(path, '..') ?? path);
    const real =
      world.realPath(path) ??
      (parent === undefined ? path : pathFrom(parent, path.slice(path.lastIndexOf('/') + 1)));
    if (real === undefined || !isWritable(real, world.reach)) {
      return outside(
        world.reach.kind === 'open'
          ? `it writes ${target}, and no sandbox holds it`
          : `it writes ${target}, which is outside every writable directory`,
      );
    }
    worst = { kind: 'held-by-sandbox' };
  }
  return worst;
}

function outside(because: string): RedirectEffect {
  return { kind: 'outside', because };
}
