// Which paths somebody changed while a command wrote to its layer.
import { lstatSync } from 'node:fs';
import { bytePath, type BytePath, type Change, pathBytes } from '../../domain/index.ts';
import type { LayerSet } from './layer-set.ts';

/** By the kernel's own mark (`stat(2)`, ctime), which nobody can set back. */
export function changedSince(
  { layers }: Pick<LayerSet, 'layers'>,
  changes: readonly Change[],
): ReadonlySet<Change> {
  const startOf = new Map(layers.map(({ root, start }) => [root, start]));
  return new Set(
    changes.filter((change) => {
      if (change.before.kind === 'missing' || change.before.kind === 'directory') return false;
      const start = startOf.get(change.root);
      const seen = lastChange(`${bytePath(change.root)}/${change.path}` as BytePath);
      return start === undefined || seen === undefined || seen > start;
    }),
  );
}

/** Undefined: nobody knows. */
function lastChange(path: BytePath): bigint | undefined {
  try {
    return lstatSync(pathBytes(path), { bigint: true }).ctimeNs;
  } catch {
    return undefined;
  }
}
