// Every directory below the roots with the names in it. A second look asks each known directory only whether it
// changed (its change time, which nobody can set back) and reads those that did; so it costs one `stat` a directory.
import { accessSync, constants, readdirSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type AbsolutePath, bytePath, type BytePath, bytePathOf, pathBytes } from '../../domain/index.ts';
import { openClosed, unseenBecause } from '../tree/index.ts';
import { markOf } from './mark-of.ts';

interface Known {
  readonly stamp: string;
  readonly files: Set<string>;
  readonly directories: Set<string>;
}

export interface NewNames {
  /** Absolute paths that were not there, or were a directory and are none, and all that is below new directories. */
  readonly appeared: readonly BytePath[];
}

/** Git's own store: large, and no file of it is run or read as settings under the name it has. */
const store = /\/objects\/[0-9a-f]{2}$/;
const stored = /^(?:[0-9a-f]{38}|[0-9a-f]{62})$/;
/** Directories between two turns of the event loop. */
const stride = 200;

export class DirectoryIndex {
  readonly #known = new Map<BytePath, Known>();
  readonly #roots: readonly AbsolutePath[];

  /** Closes again what was opened to be looked into. */
  readonly #opened: (() => void)[] = [];

  constructor(roots: readonly AbsolutePath[]) {
    this.#roots = roots;
  }

  /** After a look, once what it found was judged. */
  closeAgain(): void {
    for (const close of this.#opened.splice(0).toReversed()) close();
  }

  /** Walks everything once. */
  async fill(): Promise<void> {
    const waiting = this.#roots.map((root) => bytePath(root));
    for (let count = 1; ; count += 1) {
      const directory = waiting.pop();
      if (directory === undefined) return;
      const read = this.#read(directory, 'final');
      this.#known.set(directory, read);
      for (const name of read.directories) waiting.push(below(directory, name));
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

  /** Whether a directory of that name was there at the last look. */
  hadDirectory(path: BytePath): boolean {
    const cut = path.lastIndexOf('/');
    const known = this.#known.get((cut === 0 ? '/' : path.slice(0, cut)) as BytePath);
    return known?.directories.has(path.slice(cut + 1)) === true;
  }

  /** Takes a name for one that was there. What else is in a directory that is adopted shows at the next look. */
  adopt(path: BytePath, isDirectory: boolean): void {
    const cut = path.lastIndexOf('/');
    const known = this.#known.get((cut === 0 ? '/' : path.slice(0, cut)) as BytePath);
    if (known === undefined) return;
    const name = path.slice(cut + 1);
    withName(known, name, isDirectory);
    if (isDirectory && !this.#known.has(path))
      this.#known.set(path, { stamp: 'adopted', files: new Set(), directories: new Set() });
  }

  /** Takes a name for one that was not there: the next look sees it appear. */
  doubt(path: BytePath): void {
    const cut = path.lastIndexOf('/');
    const directory = (cut === 0 ? '/' : path.slice(0, cut)) as BytePath;
    const known = this.#known.get(directory);
    if (known === undefined) return;
    known.files.delete(path.slice(cut + 1));
    known.directories.delete(path.slice(cut + 1));
    this.#known.set(directory, { ...known, stamp: 'doubted' });
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
   * it what was there before. A directory that its owner closed is opened for a `final` look, until `closeAgain`; what
   * nobody could look into counts as empty, so that all of it appears once somebody can.
   */
  async look(when: 'final' | 'between' = 'final'): Promise<NewNames & { accept(): void }> {
    const appeared: BytePath[] = [];
    const fresh = new Map<BytePath, Known>();
    const waiting: BytePath[] = [];
    let count = 0;
    for (const [directory, known] of this.#known) {
      if (++count % stride === 0) await nextTurn();
      if (stampOf(directory) === known.stamp) continue;
      const read = this.#read(directory, when);
      // What was known of it is still what was there before.
      fresh.set(directory, read.stamp === closed ? { ...known, stamp: closed } : read);
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
      const read = this.#read(directory, when);
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
          if (read.stamp === gone) this.#known.delete(directory);
          else this.#known.set(directory, read);
      },
    };
  }

  /** As `look`, at these directories alone, and of what is new there only at names that are asked for. */
  glance(directories: Iterable<BytePath>, wants: (path: BytePath) => boolean): NewNames & { accept(): void } {
    const appeared: BytePath[] = [];
    const takes: (() => void)[] = [];
    const waiting: BytePath[] = [];
    for (const directory of directories) {
      const known = this.#known.get(directory);
      if (known === undefined) continue;
      const read = this.#read(directory, 'between');
      for (const [names, old] of [
        [read.files, known.files],
        [read.directories, known.directories],
      ] as const)
        for (const name of names) {
          const path = below(directory, name);
          if (old.has(name) || !wants(path)) continue;
          appeared.push(path);
          if (names === read.directories) waiting.push(path);
          takes.push(() => withName(known, name, names === read.directories));
        }
    }
    for (let directory = waiting.pop(); directory !== undefined; directory = waiting.pop()) {
      const [at, read] = [directory, this.#read(directory, 'between')];
      for (const name of [...read.files, ...read.directories]) appeared.push(below(at, name));
      for (const name of read.directories) waiting.push(below(at, name));
      takes.push(() => void this.#known.set(at, read));
    }
    return { appeared, accept: () => takes.forEach((take) => take()) };
  }

  #read(directory: BytePath, when: 'final' | 'between'): Known {
    const read = readDirectory(directory);
    const root = this.#roots.find((one) => directory.startsWith(one === '/' ? '/' : `${bytePath(one)}/`));
    if (read.stamp !== closed || when === 'between' || root === undefined) return read;
    const close = openClosed(root, directory.slice(root === '/' ? 1 : bytePath(root).length + 1) as BytePath);
    if (close === undefined) return read;
    this.#opened.push(close);
    return readDirectory(directory);
  }
}

function withName(known: Known, name: string, isDirectory: boolean): void {
  (isDirectory ? known.files : known.directories).delete(name);
  (isDirectory ? known.directories : known.files).add(name);
}

function below(directory: BytePath, name: string): BytePath {
  return `${directory === '/' ? '' : directory}/${name}` as BytePath;
}

/** Stamps that no directory has. */
const closed = 'closed';
const gone = 'gone';

function readDirectory(directory: BytePath): Known {
  // Asked before it is read: what comes while it is read shows at the next look.
  const stamp = stampOf(directory);
  const files = new Set<string>();
  const directories = new Set<string>();
  // A link has its place by now: what lies behind it is not in here.
  if (stamp === gone) return { stamp, files, directories };
  try {
    // Names alone can be had of a directory that cannot be entered.
    accessSync(pathBytes(directory), constants.R_OK | constants.X_OK);
    const isStore = store.test(directory);
    for (const entry of readdirSync(pathBytes(directory), { withFileTypes: true, encoding: 'buffer' })) {
      const name = bytePathOf(entry.name);
      if (entry.isDirectory()) directories.add(name);
      else if (!isStore || !stored.test(name)) files.add(name);
    }
  } catch (error) {
    return { stamp: unseenBecause(error), files: new Set(), directories: new Set() };
  }
  return { stamp, files, directories };
}

function stampOf(directory: BytePath): string {
  const found = markOf(directory);
  if (typeof found === 'string') return found;
  return found.isDirectory() ? `${found.dev}:${found.ino}:${found.ctimeNs}` : gone;
}
