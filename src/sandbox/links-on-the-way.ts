// Every name by which a path is reached: who holds only the place it leads to today does not hold the link that will lead
// elsewhere tomorrow.
import { readlinkSync, realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { absolutePath, type AbsolutePath } from '../domain/index.ts';

/** As many as the kernel follows. */
const mostLinks = 40;

/**
 * The links met on the way to `path`, each below the real directory it stands in, and last the place itself. What does not
 * exist keeps its name. Undefined for a path that is not absolute, and for one that never arrives.
 */
export function linksOnTheWay(path: string): readonly AbsolutePath[] | undefined {
  const met: AbsolutePath[] = [];
  let next = absolutePath(path);
  while (next !== undefined && met.length <= mostLinks) {
    const step = firstLink(next);
    if (step.kind === 'place') return [...met, step.path];
    met.push(step.link);
    next = absolutePath(step.leadsTo);
  }
  return undefined;
}

type Step =
  | { readonly kind: 'place'; readonly path: AbsolutePath }
  | { readonly kind: 'link'; readonly link: AbsolutePath; readonly leadsTo: string };

/** The first component from the root that is a link; the parts before it are real. */
function firstLink(path: AbsolutePath): Step {
  if (path === '/') return { kind: 'place', path };
  const above = firstLink(dirname(path) as AbsolutePath);
  if (above.kind === 'link') return { ...above, leadsTo: join(above.leadsTo, basename(path)) };
  const here = join(above.path, basename(path)) as AbsolutePath;
  const target = linkTarget(here);
  if (target === undefined) return { kind: 'place', path: here };
  // Links of the kernel (`/proc/self`) lead where their text does not say.
  const told = resolve(above.path, target);
  return { kind: 'link', link: here, leadsTo: here.startsWith('/proc/') ? (realOf(here) ?? told) : told };
}

function linkTarget(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

function realOf(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}
