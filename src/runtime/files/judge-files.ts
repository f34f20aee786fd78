// Asks the judge of what runs later about files that are not written yet: it sees the file system as if they were.
import {
  type AbsolutePath,
  bytePath,
  type BytePath,
  type Change,
  type ChangeRule,
  type Judgement,
  type NodeState,
  type TreeReader,
} from '../../domain/index.ts';
import { type FileStep, judgeChanges, makeWorld, realTree } from '../../airlock/index.ts';

export interface JudgedPlaces {
  /** The person's home. */
  readonly home: AbsolutePath | undefined;
  /** `$PATH`. */
  readonly path: string | undefined;
  rules(): readonly ChangeRule[];
}

export function judgeFiles(steps: readonly FileStep[], places: JudgedPlaces): Judgement {
  const after = new Map<BytePath, { readonly state: NodeState; readonly bytes: Uint8Array | undefined }>();
  const changes: Change[] = [];
  for (const { root, path, before, after: wanted } of steps) {
    for (const directory of missingAbove(root, path)) {
      if (after.has(placeIn(root, directory))) continue;
      const state = { kind: 'directory', mode: 0o755 } as const;
      after.set(placeIn(root, directory), { state, bytes: undefined });
      changes.push({ root, path: directory, before: { kind: 'missing' }, after: state });
    }
    const state = stateOf(wanted);
    after.set(placeIn(root, path), { state, bytes: wanted?.bytes });
    changes.push({ root, path, before: stateOf(before), after: state });
  }
  const roots = [...new Set(steps.map(({ root }) => root))];
  const world = makeWorld({
    before: realTree,
    after: laidOver(after),
    home: places.home,
    // Nobody waits for a walk through the whole machine: hooks are found from the files themselves.
    roots: roots.filter((root) => root !== '/'),
    path: places.path,
    rules: places.rules(),
  });
  return judgeChanges({ id: 'files', roots, changes }, world);
}

function stateOf(file: FileStep['after']): NodeState {
  return file === undefined
    ? { kind: 'missing' }
    : { kind: 'file', size: file.bytes.length, mode: file.mode & 0o7777 };
}

function missingAbove(root: AbsolutePath, path: BytePath): BytePath[] {
  const parts = path.split('/').slice(0, -1);
  return parts
    .map((_, index) => parts.slice(0, index + 1).join('/') as BytePath)
    .filter((directory) => realTree.stat(placeIn(root, directory)).kind === 'missing');
}

export function placeIn(root: AbsolutePath, path: BytePath): BytePath {
  return `${root === '/' ? '' : bytePath(root)}/${path}` as BytePath;
}

function laidOver(
  files: ReadonlyMap<BytePath, { readonly state: NodeState; readonly bytes: Uint8Array | undefined }>,
): TreeReader {
  return {
    stat: (path) => files.get(path)?.state ?? realTree.stat(path),
    list(path) {
      const real = realTree.list(path);
      if (real.kind === 'unreadable') return real;
      const names = new Set(real.kind === 'names' ? real.names : []);
      for (const [file, { state }] of files) {
        const cut = file.lastIndexOf('/');
        if (file.slice(0, cut) !== (path === '/' ? '' : path)) continue;
        const name = file.slice(cut + 1) as BytePath;
        if (state.kind === 'missing') names.delete(name);
        else names.add(name);
      }
      return real.kind === 'absent' && names.size === 0 ? real : { kind: 'names', names: [...names] };
    },
    read(path, limit) {
      const file = files.get(path);
      if (file === undefined) return realTree.read(path, limit);
      if (file.state.kind === 'missing') return { kind: 'absent' };
      if (file.bytes === undefined) return { kind: 'unreadable', errno: 'EISDIR' };
      return file.bytes.length > limit ? { kind: 'too-large' } : { kind: 'bytes', bytes: file.bytes };
    },
  };
}
