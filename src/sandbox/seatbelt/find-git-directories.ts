// Finds the git directories inside a writable root, nearest first and within bounds, as the launcher does on Linux:
// three levels down, a thousand directories, bulk directories left out. What lies deeper is documented as out of reach.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';

const maxDirectories = 1000;
const maxDepth = 3;
const bulk: ReadonlySet<string> = new Set(['node_modules', '.venv', 'target', '__pycache__']);

interface Place {
  readonly path: string;
  readonly depth: number;
}

/** Absolute paths; never throws: what cannot be read cannot be written by the command either. */
export function findGitDirectories(roots: readonly string[]): string[] {
  const found = new Set<string>();
  for (const root of roots) walk(root, found);
  return [...found].filter((path) => roots.some((root) => path.startsWith(root === '/' ? '/' : `${root}/`)));
}

function walk(root: string, found: Set<string>): void {
  const queue: Place[] = [{ path: root, depth: 0 }];
  for (let at = 0; at < queue.length && at < maxDirectories; at++) {
    const place = queue[at];
    if (place === undefined) break;
    const names = entriesOf(place.path);
    const all = new Set(names.map(({ name }) => name));
    if (['HEAD', 'objects', 'refs'].every((name) => all.has(name))) {
      addGitDirectory(place.path, found);
      continue;
    }
    if (all.has('.git')) addGitEntry(place.path, found);
    if (place.depth === maxDepth) continue;
    for (const { name, isDirectory } of names) {
      if (isDirectory && name !== '.git' && !bulk.has(name))
        queue.push({ path: join(place.path, name), depth: place.depth + 1 });
    }
  }
}

/** `.git` is a directory, or a file that says where the directory is. */
function addGitEntry(workTree: string, found: Set<string>): void {
  const entry = join(workTree, '.git');
  try {
    if (statSync(entry).isDirectory()) {
      addGitDirectory(entry, found);
      return;
    }
    found.add(entry);
    const target = /^gitdir: (.+)$/m.exec(readFileSync(entry, 'utf8'))?.[1];
    if (target !== undefined) addGitDirectory(isAbsolute(target) ? target : join(workTree, target), found);
  } catch {
    // Gone in the meantime.
  }
}

function addGitDirectory(path: string, found: Set<string>): void {
  found.add(path);
  for (const inner of ['modules', 'worktrees']) {
    for (const { name, isDirectory } of entriesOf(join(path, inner)))
      if (isDirectory) found.add(join(path, inner, name));
  }
}

function entriesOf(path: string): readonly { readonly name: string; readonly isDirectory: boolean }[] {
  try {
    return readdirSync(path, { withFileTypes: true }).map((entry) => ({
      name: entry.name,
      isDirectory: entry.isDirectory(),
    }));
  } catch {
    return [];
  }
}
