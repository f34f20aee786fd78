// The workspace as it will be when some changes do not come in, and others only in part.
import type { BytePath, Change, TreeReader } from '../../domain/index.ts';
import { inside, nameOf, parentOf } from './path.ts';
import { absoluteOf } from './view.ts';

export interface Settled {
  /** Their paths stay as they were. */
  readonly away: ReadonlySet<Change>;
  /** Their paths get these bytes. */
  readonly rewritten: ReadonlyMap<Change, Uint8Array>;
}

export function settledReader(
  { before, after }: { readonly before: TreeReader; readonly after: TreeReader },
  { away, rewritten }: Settled,
): TreeReader {
  const stays = new Map<BytePath, Change>();
  const namesAt = new Map<BytePath, BytePath[]>();
  for (const change of away) {
    const path = absoluteOf(change);
    stays.set(path, change);
    const parent = parentOf(path);
    namesAt.set(parent, [...(namesAt.get(parent) ?? []), nameOf(path) as BytePath]);
  }
  const texts = new Map([...rewritten].map(([change, bytes]) => [absoluteOf(change), bytes]));
  // Below a path that stays what it was, everything does.
  const isCutOff = (path: BytePath): boolean => {
    if (stays.size === 0) return false;
    for (let at = parentOf(path); at !== '/'; at = parentOf(at)) {
      const change = stays.get(at);
      if (change !== undefined && (change.before.kind !== 'directory' || change.after.kind !== 'directory'))
        return true;
    }
    return false;
  };
  return {
    stat: (path) => {
      if (stays.has(path) || isCutOff(path)) return before.stat(path);
      const text = texts.get(path);
      const state = after.stat(path);
      return text === undefined || state.kind !== 'file' ? state : { ...state, size: text.length };
    },
    list(path) {
      if (stays.has(path) || isCutOff(path)) return before.list(path);
      const listed = after.list(path);
      const touched = namesAt.get(path);
      if (touched === undefined || listed.kind === 'unreadable') return listed;
      const names = new Set(listed.kind === 'names' ? listed.names : []);
      for (const name of touched)
        if (before.stat(inside(path, name)).kind === 'missing') names.delete(name);
        else names.add(name);
      return { kind: 'names', names: [...names] };
    },
    read(path, limit) {
      if (stays.has(path) || isCutOff(path)) return before.read(path, limit);
      const text = texts.get(path);
      if (text === undefined) return after.read(path, limit);
      return text.length > limit ? { kind: 'too-large' } : { kind: 'bytes', bytes: text };
    },
  };
}
