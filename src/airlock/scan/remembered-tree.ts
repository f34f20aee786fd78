// The workspace as it was at the last look: what is judged with its content, the rest by name.
import type { BytePath, NodeState, TreeReader } from '../../domain/index.ts';
import { realTree } from '../tree/index.ts';
import type { DirectoryIndex } from './directory-index.ts';
import { markOf } from './mark-of.ts';

export interface Memory {
  /** What the kernel said of it before it was read: what changes while it is read is another stamp. */
  readonly stamp: string;
  readonly state: NodeState;
  readonly bytes: Uint8Array | undefined;
}

/** Of one file that is remembered, and of all of them. */
const largest = 1024 * 1024;
const mostBytes = 64 * 1024 * 1024;

export class RememberedTree implements TreeReader {
  readonly #memories = new Map<BytePath, Memory>();
  readonly #index: DirectoryIndex;
  #bytes = 0;

  constructor(index: DirectoryIndex) {
    this.#index = index;
  }

  /** As it is now, for `keep`. */
  static see(path: BytePath): Memory {
    const stamp = stampOf(path);
    const state = realTree.stat(path);
    const read = state.kind === 'file' ? realTree.read(path, largest) : undefined;
    return { stamp, state, bytes: read?.kind === 'bytes' ? read.bytes : undefined };
  }

  /** What is gone stays as it was last: it may come back as that. */
  keep(path: BytePath, seen: Memory): void {
    const known = this.#memories.get(path);
    if (seen.state.kind === 'missing') {
      if (known !== undefined) this.#memories.set(path, { ...known, stamp: seen.stamp });
      return;
    }
    this.#bytes -= known?.bytes?.length ?? 0;
    const bytes = this.#bytes < mostBytes ? seen.bytes : undefined;
    this.#bytes += bytes?.length ?? 0;
    this.#memories.set(path, { ...seen, bytes });
  }

  /** What was taken away never was. */
  forget(path: BytePath): void {
    this.#bytes -= this.#memories.get(path)?.bytes?.length ?? 0;
    this.#memories.delete(path);
  }

  /** Remembered paths that are not what they were; of those in these directories, or of all. */
  changed(directories?: ReadonlySet<BytePath>): BytePath[] {
    return [...this.#memories]
      .filter(([path]) => directories?.has(parentOf(path)) !== false)
      .filter(([path, { stamp }]) => stampOf(path) !== stamp)
      .map(([path]) => path);
  }

  /** The directories of everything that is remembered. */
  directories(): ReadonlySet<BytePath> {
    return new Set([...this.#memories.keys()].map(parentOf));
  }

  knows(path: BytePath): boolean {
    return this.#memories.has(path);
  }

  bytesOf(path: BytePath): Uint8Array | undefined {
    return this.#memories.get(path)?.bytes;
  }

  stat(path: BytePath): NodeState {
    const known = this.#memories.get(path);
    if (known !== undefined) return known.state;
    if (this.#index.had(path) === false || this.#isBelowNew(path)) return { kind: 'missing' };
    const now = realTree.stat(path);
    // Something else has its name by now, a link that leads away for one; what it was is known all the same.
    return this.#index.hadDirectory(path) && now.kind !== 'directory' && now.kind !== 'missing'
      ? { kind: 'directory', mode: 0o755 }
      : now;
  }

  list(path: BytePath): ReturnType<TreeReader['list']> {
    const names = this.#index.names(path);
    if (names !== undefined) return { kind: 'names', names };
    return this.#isBelowNew(path) ? { kind: 'absent' } : realTree.list(path);
  }

  read(path: BytePath, limit: number): ReturnType<TreeReader['read']> {
    const known = this.#memories.get(path);
    if (known === undefined)
      return this.stat(path).kind === 'missing' ? { kind: 'absent' } : realTree.read(path, limit);
    if (known.state.kind !== 'file') return { kind: 'unreadable', errno: 'EINVAL' };
    return known.bytes === undefined ? { kind: 'too-large' } : { kind: 'bytes', bytes: known.bytes };
  }

  /** In a directory that was not there. */
  #isBelowNew(path: BytePath): boolean {
    for (let cut = path.lastIndexOf('/'); cut > 0; cut = path.lastIndexOf('/', cut - 1)) {
      const had = this.#index.had(path.slice(0, cut) as BytePath);
      if (had !== undefined) return !had;
    }
    return false;
  }
}

/** The real tree, but what was seen is as it was seen. */
export function asSeen(seen: ReadonlyMap<BytePath, Memory>): TreeReader {
  return {
    stat: (path) => seen.get(path)?.state ?? realTree.stat(path),
    list: (path) => realTree.list(path),
    read: (path, limit) => {
      const known = seen.get(path);
      if (known?.state.kind !== 'file' || limit > largest) return realTree.read(path, limit);
      if (known.bytes === undefined) return { kind: 'too-large' };
      return known.bytes.length > limit ? { kind: 'too-large' } : { kind: 'bytes', bytes: known.bytes };
    },
  };
}

function parentOf(path: BytePath): BytePath {
  const cut = path.lastIndexOf('/');
  return (cut <= 0 ? '/' : path.slice(0, cut)) as BytePath;
}

function stampOf(path: BytePath): string {
  const found = markOf(path);
  if (typeof found === 'string') return found;
  return `${found.dev}:${found.ino}:${found.size}:${found.mode}:${found.mtimeNs}:${found.ctimeNs}`;
}
