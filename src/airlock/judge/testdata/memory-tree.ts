// A file system made of literals, for the judge's tables: content of files, `-> target` for links, `x` for executable.
import { bytePath, type BytePath, type Change, type NodeState, type TreeReader } from '../../../domain/index.ts';

/** Absolute path to content. A value that begins with `-> ` is a link, one that begins with `+x ` is executable. */
export type Tree = Readonly<Record<string, string>>;

export function memoryReader(tree: Tree): TreeReader {
  const nodes = new Map(Object.entries(tree).map(([path, value]) => [bytePath(path), value]));
  const directories = new Set<string>(['/']);
  for (const path of nodes.keys())
    for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) directories.add(path.slice(0, at));
  return {
    stat: (path) => stateOf(nodes.get(path), directories.has(path)),
    list(path) {
      if (!directories.has(path)) return nodes.has(path) ? { kind: 'unreadable', errno: 'ENOTDIR' } : { kind: 'absent' };
      const prefix = path === '/' ? '/' : `${path}/`;
      const names = [...nodes.keys(), ...directories]
        .filter((name) => name.startsWith(prefix) && name !== prefix)
        .map((name) => name.slice(prefix.length).split('/')[0] as BytePath);
      return { kind: 'names', names: [...new Set(names)] };
    },
    read(path) {
      const value = nodes.get(path);
      if (value === undefined || value.startsWith('-> ')) return { kind: 'absent' };
      return { kind: 'bytes', bytes: Buffer.from(value.replace(/^\+x /, ''), 'utf8') };
    },
  };
}

function stateOf(value: string | undefined, isDirectory: boolean): NodeState {
  if (isDirectory) return { kind: 'directory', mode: 0o755 };
  if (value === undefined) return { kind: 'missing' };
  if (value.startsWith('-> ')) return { kind: 'symlink', target: bytePath(value.slice(3)) };
  if (value === '|fifo') return { kind: 'other', type: 'fifo' };
  return { kind: 'file', size: value.length, mode: value.startsWith('+x ') ? 0o755 : 0o644 };
}

/** Everything that differs below the root, parents first. */
export function changesBetween(root: string, before: Tree, after: Tree): Change[] {
  const [old, now] = [memoryReader(before), memoryReader(after)];
  const paths = new Set<string>();
  for (const path of [...Object.keys(before), ...Object.keys(after)])
    for (let at = path; at.length > root.length; at = at.slice(0, at.lastIndexOf('/'))) paths.add(at);
  return [...paths]
    .filter((path) => path.startsWith(`${root}/`))
    .toSorted()
    .map((path) => ({
      root: root as Change['root'],
      path: bytePath(path.slice(root.length + 1)),
      before: old.stat(bytePath(path)),
      after: now.stat(bytePath(path)),
    }))
    .filter(
      ({ path, before: was, after: is }) =>
        JSON.stringify(was) !== JSON.stringify(is) || before[`${root}/${path}`] !== after[`${root}/${path}`],
    );
}
