// The workspace as it would be if all changes of a set were kept: as it is, with the list of changes laid over it. Bytes
// come from the layer.
import { type BytePath, bytePath, type Change, type NodeState, type TreeReader } from '../../domain/index.ts';
import { realTree } from '../tree/index.ts';
import type { Layer } from './layer-set.ts';

/** What is on disk with `changes` laid over it. */
export function layeredReader(layers: readonly Layer[], changes: readonly Change[]): TreeReader {
  const upperOf = new Map(layers.map(({ root, upper }) => [root as string, upper]));
  const found = new Map<BytePath, { readonly after: NodeState; readonly place: BytePath }>();
  const children = new Map<BytePath, BytePath[]>();
  for (const { root, path, after } of changes) {
    const whole = join(bytePath(root), path);
    found.set(whole, { after, place: join(bytePath(upperOf.get(root) ?? root), path) });
    if (after.kind === 'missing') continue;
    const siblings = children.get(parentOf(whole));
    if (siblings === undefined) children.set(parentOf(whole), [nameOf(whole)]);
    else siblings.push(nameOf(whole));
  }

  /** Whether a directory above is gone, or is one no more. */
  function isCutOff(path: BytePath): boolean {
    for (let above = parentOf(path); above.length > 1; above = parentOf(above)) {
      const kind = found.get(above)?.after.kind;
      if (kind !== undefined) return kind !== 'directory';
    }
    return false;
  }

  return {
    stat: (path) => found.get(path)?.after ?? (isCutOff(path) ? { kind: 'missing' } : realTree.stat(path)),
    list: (path) => {
      const changed = found.get(path);
      if (changed === undefined && isCutOff(path)) return { kind: 'absent' };
      if (changed?.after.kind === 'missing') return { kind: 'absent' };
      if (changed !== undefined && changed.after.kind !== 'directory')
        return { kind: 'unreadable', errno: 'ENOTDIR' };
      const below = realTree.list(path);
      if (below.kind === 'unreadable' && below.errno !== 'ENOTDIR') return below;
      const names = new Set(below.kind === 'names' ? below.names : []);
      for (const name of names) if (found.get(join(path, name))?.after.kind === 'missing') names.delete(name);
      for (const name of children.get(path) ?? []) names.add(name);
      return { kind: 'names', names: [...names] };
    },
    read: (path, limit) => {
      const changed = found.get(path);
      if (changed === undefined) return isCutOff(path) ? { kind: 'absent' } : realTree.read(path, limit);
      return changed.after.kind === 'missing' ? { kind: 'absent' } : realTree.read(changed.place, limit);
    },
  };
}

function join(directory: BytePath, path: BytePath): BytePath {
  return path === '' ? directory : (`${directory}/${path}` as BytePath);
}

function parentOf(path: BytePath): BytePath {
  return path.slice(0, Math.max(1, path.lastIndexOf('/'))) as BytePath;
}

function nameOf(path: BytePath): BytePath {
  return path.slice(path.lastIndexOf('/') + 1) as BytePath;
}
