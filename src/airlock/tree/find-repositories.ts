// Looks for the git directories that were there, and for git's own hook samples. Bounded: a workspace may hold more
// directories than anybody wants to wait for.
import type { Dirent } from 'node:fs';
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  absolutePath,
  type AbsolutePath,
  bytePath,
  type BytePath,
  bytePathOf,
  pathBytes,
} from '../../domain/index.ts';

/** How many directories are looked into at most; breadth first, so that what is near the top is seen. */
const mostDirectories = 1_000;
/** Installed, built or stored by programs, and large. A repository a person has there is judged when it is changed. */
const passedBy = new Set(['node_modules', 'objects', 'target', 'dist', '.cache', '__pycache__', '.venv']);

/** Directories named `.git`, and bare repositories, below the roots. */
export function findRepositories(
  roots: readonly AbsolutePath[],
  limit: number = mostDirectories,
): BytePath[] {
  const found: BytePath[] = [];
  const waiting: BytePath[] = roots.map((root) => bytePath(root));
  for (let visited = 0; visited < limit; visited += 1) {
    const directory = waiting.shift();
    if (directory === undefined) break;
    const entries = entriesOf(directory);
    const names = new Set(entries.map(({ name }) => bytePathOf(name)));
    if (names.has('HEAD' as BytePath) && names.has('config' as BytePath)) found.push(directory);
    for (const entry of entries) {
      const name = bytePathOf(entry.name);
      if (entry.isDirectory() && !passedBy.has(name)) waiting.push(`${directory}/${name}` as BytePath);
    }
  }
  return found;
}

function entriesOf(directory: BytePath): Dirent<Buffer>[] {
  try {
    return readdirSync(pathBytes(directory), { withFileTypes: true, encoding: 'buffer' });
  } catch {
    // Nothing of it can be a repository for a person who cannot read it either.
    return [];
  }
}

/** `…/git-core/templates` of every git in PATH, and the usual places. */
export function findGitTemplates(path: string | undefined): AbsolutePath[] {
  const prefixes = (path ?? '')
    .split(':')
    .filter((entry) => entry.startsWith('/'))
    .map(dirname);
  const places = ['/usr', '/usr/local', '/opt/homebrew', ...prefixes].map((prefix) =>
    join(prefix, 'share/git-core/templates'),
  );
  return [...new Set(places)]
    .filter((place) => existsSync(place))
    .flatMap((place) => absolutePath(place) ?? []);
}
