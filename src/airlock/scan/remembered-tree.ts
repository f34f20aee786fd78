// The workspace as it was at the last look: what is judged with its content, the rest by name.
import { type BigIntStats, lstatSync } from 'node:fs';
import { type BytePath, type NodeState, pathBytes, type TreeReader } from '../../domain/index.ts';
import { realTree } from '../tree/index.ts';
import type { DirectoryIndex } from './directory-index.ts';

interface Memory {
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

  remember(path: BytePath): void {
    const known = this.#memories.get(path);
    this.#bytes -= known?.bytes?.length ?? 0;
    const stamp = stampOf(path);
    const state = realTree.stat(path);
    const read = state.kind === 'file' && this.#bytes < mostBytes ? realTree.read(path, largest) : undefined;
    const bytes = read?.kind === 'bytes' ? read.bytes : undefined;
    this.#bytes += bytes?.length ?? 0;
    if (state.kind === 'missing') this.#memories.delete(path);
    else this.#memories.set(path, { stamp, state, bytes });
  }

  /** Remembered paths that are not what they were. */
  changed(): BytePath[] {
    return [...this.#memories].filter(([path, { stamp }]) => stampOf(path) !== stamp).map(([path]) => path);
  }

  bytesOf(path: BytePath): Uint8Array | undefined {
    return this.#memories.get(path)?.bytes;
  }

  stat(path: BytePath): NodeState {
    const known = this.#memories.get(path);
    if (known !== undefined) return known.state;
    return this.#index.had(path) === false || this.#isBelowNew(path)
      ? { kind: 'missing' }
      : realTree.stat(path);
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

function stampOf(path: BytePath): string {
  const found: BigIntStats | undefined = lstatSync(pathBytes(path), { bigint: true, throwIfNoEntry: false });
  if (found === undefined) return 'gone';
  return `${found.dev}:${found.ino}:${found.size}:${found.mode}:${found.mtimeNs}:${found.ctimeNs}`;
}
