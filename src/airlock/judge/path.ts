// Joins and splits byte paths, and resolves links in one state of the file system.
import { bytePath, type BytePath, type TreeReader } from '../../domain/index.ts';

/** `directory/name`; `name` may have several parts. */
export function inside(directory: BytePath, name: string): BytePath {
  if (name === '') return directory;
  return (directory === '/' ? `/${name}` : `${directory}/${name}`) as BytePath;
}

export function parentOf(path: BytePath): BytePath {
  const cut = path.lastIndexOf('/');
  return (cut <= 0 ? '/' : path.slice(0, cut)) as BytePath;
}

export function nameOf(path: BytePath): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Whether `path` is `directory` or lies in it. */
export function isWithin(path: string, directory: string): boolean {
  return path === directory || path.startsWith(directory === '/' ? '/' : `${directory}/`);
}

export interface Resolved {
  /** Where the path leads: as far as it exists, the rest as written. */
  readonly real: BytePath;
  /** Every link on the way, in order. */
  readonly links: readonly BytePath[];
}

/** Follows every link on the way, the last one too. Undefined: links that lead in a ring. */
export function resolvePath(
  reader: TreeReader,
  path: string,
  base: BytePath = bytePath('/'),
): Resolved | undefined {
  let real = path.startsWith('/') ? '' : base === '/' ? '' : base;
  const links: BytePath[] = [];
  const parts = path.split('/');
  for (let part = parts.shift(); part !== undefined; part = parts.shift()) {
    if (part === '' || part === '.') continue;
    if (part === '..') {
      real = real.slice(0, Math.max(real.lastIndexOf('/'), 0));
      continue;
    }
    const next = `${real}/${part}` as BytePath;
    const state = reader.stat(next);
    if (state.kind !== 'symlink') {
      real = next;
      continue;
    }
    links.push(next);
    if (links.length > 40) return undefined;
    if (state.target.startsWith('/')) real = '';
    parts.unshift(...state.target.split('/'));
  }
  return { real: (real === '' ? '/' : real) as BytePath, links };
}
