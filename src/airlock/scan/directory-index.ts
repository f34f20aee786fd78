// Every directory below the roots with the names in it. A second look asks each known directory only whether it
// changed (its change time, which nobody can set back) and reads those that did; so it costs one `stat` a directory.
import { type BigIntStats, lstatSync, readdirSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type AbsolutePath, bytePath, type BytePath, bytePathOf, pathBytes } from '../../domain/index.ts';

interface Known {
  readonly stamp: string;
  readonly files: Set<string>;
  readonly directories: Set<string>;
}

export interface NewNames {
  /** Absolute paths that were not there, or were a directory and are none, and all that is below new directories. */
  readonly appeared: readonly BytePath[];
}

/** Git's own store: large, and nothing in it is run or read as settings. */
const passedBy = /\/objects$/;
/** Directories between two turns of the event loop. */
const stride = 200;

export class DirectoryIndex {
  readonly #known = new Map<BytePath, Known>();
  readonly #roots: readonly BytePath[];

  constructor(roots: readonly AbsolutePath[]) {
    this.#roots = roots.map((root) => bytePath(root));
  }

  /** Walks everything once. */
  async fill(): Promise<void> {
    const waiting = [...this.#roots];
    for (let count = 1; ; count += 1) {
      const directory = waiting.pop();
      if (directory === undefined) return;
      const read = readDirectory(directory);
      if (read !== undefined) {
        this.#known.set(directory, read);
        for (const name of read.directories) waiting.push(below(directory, name));
      }
      if (count % stride === 0) await nextTurn();
    }
  }

  /** Whether the path was there at the last look; undefined: in a directory nobody looked into. */
  had(path: BytePath): boolean | undefined {
    const cut = path.lastIndexOf('/');
    const known = this.#known.get((cut === 0 ? '/' : path.slice(0, cut)) as BytePath);
    const name = path.slice(cut + 1);
    return known === undefined ? undefined : known.files.has(name) || known.directories.has(name);
  }

  /** Takes a name for one that was there. What else is in a directory that is adopted shows at the next look. */
  adopt(path: BytePath, isDirectory: boolean): void {
    const cut = path.lastIndexOf('/');
    const known = this.#known.get((cut === 0 ? '/' : path.slice(0, cut)) as BytePath);
    if (known === undefined) return;
    const name = path.slice(cut + 1);
    (isDirectory ? known.files : known.directories).delete(name);
    (isDirectory ? known.directories : known.files).add(name);
    if (isDirectory && !this.#known.has(path))
      this.#known.set(path, { stamp: 'adopted', files: new Set(), directories: new Set() });
  }

  names(directory: BytePath): readonly BytePath[] | undefined {
    const known = this.#known.get(directory);
    return known === undefined ? undefined : ([...known.directories, ...known.files] as BytePath[]);
  }

  /** Every path that was there at the last look. */
  *paths(): Iterable<BytePath> {
    for (const [directory, { files, directories }] of this.#known) {
      for (const name of files) yield below(directory, name);
      for (const name of directories) yield below(directory, name);
    }
  }

  /**
   * What appeared since the last look. The index itself stays as it was until `accept` is called: whoever judges asks
   * it what was there before.
   */
  async look(): Promise<NewNames & { accept(): void }> {
    const appeared: BytePath[] = [];
    const fresh = new Map<BytePath, Known | undefined>();
    const waiting: BytePath[] = [];
    let count = 0;
    for (const [directory, known] of this.#known) {
      if (++count % stride === 0) await nextTurn();
      if (stampOf(directory) === known.stamp) continue;
      const read = readDirectory(directory);
      fresh.set(directory, read);
      if (read === undefined) continue;
      for (const name of read.files) if (!known.files.has(name)) appeared.push(below(directory, name));
      for (const name of read.directories) {
        const path = below(directory, name);
        if (known.directories.has(name)) continue;
        appeared.push(path);
        waiting.push(path);
      }
    }
    for (let directory = waiting.pop(); directory !== undefined; directory = waiting.pop()) {
      if (++count % stride === 0) await nextTurn();
      const read = readDirectory(directory);
      if (read === undefined) continue;
      fresh.set(directory, read);
      for (const name of read.files) appeared.push(below(directory, name));
      for (const name of read.directories) {
        appeared.push(below(directory, name));
        waiting.push(below(directory, name));
      }
    }
    return {
      appeared,
      accept: () => {
        for (const [directory, read] of fresh)
          if (read === undefined) this.#known.delete(directory);
          else this.#known.set(directory, read);
      },
    };
  }
}

function below(directory: BytePath, name: string): BytePath {
  return `${directory === '/' ? '' : directory}/${name}` as BytePath;
}

function readDirectory(directory: BytePath): Known | undefined {
  if (passedBy.test(directory))
    return { stamp: stampOf(directory), files: new Set(), directories: new Set() };
  // Asked before it is read: what comes while it is read shows at the next look.
  const stamp = stampOf(directory);
  const files = new Set<string>();
  const directories = new Set<string>();
  try {
    for (const entry of readdirSync(pathBytes(directory), { withFileTypes: true, encoding: 'buffer' }))
      (entry.isDirectory() ? directories : files).add(bytePathOf(entry.name));
  } catch {
    return undefined;
  }
  return { stamp, files, directories };
}

function stampOf(directory: BytePath): string {
  const found: BigIntStats | undefined = lstatSync(pathBytes(directory), {
    bigint: true,
    throwIfNoEntry: false,
  });
  if (found?.isDirectory() !== true) return 'gone';
  return `${found.dev}:${found.ino}:${found.ctimeNs}`;
}
