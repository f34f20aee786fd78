// Puts what was held back where the command wanted it, because a person said so. Only where nothing else happened to
// the path since, unless that is said, too; never through a link that somebody made meanwhile.
import { lstatSync, mkdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';
import {
  type AbsolutePath,
  bytePathOf,
  err,
  ok,
  pathBytes,
  type BytePath,
  type Result,
} from '../../domain/index.ts';
import { restoreBeneath } from '../tree/index.ts';
import type { HeldEntry } from './held-entry.ts';
import { digestOf, placeOf, type HeldStore } from './held-store.ts';

export type KeepRefused = { readonly kind: 'changed' | 'gone' | 'unusable'; readonly reason: string };

export function keepHeld(
  store: HeldStore,
  entry: HeldEntry,
  how: { readonly overwrite: boolean },
): Result<undefined, KeepRefused> {
  const path = placeOf(entry);
  const problem = makeParents(entry);
  if (problem !== undefined) return err({ kind: 'unusable', reason: problem });
  if (!how.overwrite && !isAsLeft(path, entry))
    return err({
      kind: 'changed',
      reason: 'The path was changed since; what stands there now would be lost.',
    });
  try {
    switch (entry.after.kind) {
      case 'file': {
        const bytes = store.content(entry.id, 'after');
        if (bytes === undefined)
          return err({ kind: 'gone', reason: 'Its content is not in the store any more.' });
        restoreBeneath(entry.root as AbsolutePath, entry.path, { state: entry.after, bytes });
        break;
      }
      case 'symlink':
      case 'missing':
        restoreBeneath(entry.root as AbsolutePath, entry.path, { state: entry.after, bytes: undefined });
        break;
      case 'directory':
      case 'other':
        return err({ kind: 'unusable', reason: 'Only files and links can be put back.' });
    }
    return ok(undefined);
  } catch (error) {
    const errno = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    return err({ kind: 'unusable', reason: `It cannot be written (${errno}).` });
  }
}

/** Whether what the commit left is still what stands there. */
function isAsLeft(path: BytePath, { left, before }: HeldEntry): boolean {
  const found = lstatSync(pathBytes(path), { throwIfNoEntry: false });
  if (found === undefined) return left === null && before.kind !== 'file';
  if (before.kind === 'symlink' && found.isSymbolicLink())
    return bytePathOf(readlinkSync(pathBytes(path), 'buffer')) === before.target;
  if (left === null) return false;
  return found.isFile() && digestOf(readFileSync(pathBytes(path))) === left;
}

/** Makes missing directories below the root; a sentence when one is a link that leads elsewhere. */
function makeParents({ root, path }: HeldEntry): string | undefined {
  const parts = path.split('/').slice(0, -1);
  try {
    let at = Buffer.from(realpathSync(root), 'utf8').toString('latin1');
    for (const part of parts) {
      at += `/${part}`;
      const found = lstatSync(pathBytes(at as BytePath), { throwIfNoEntry: false });
      if (found === undefined) mkdirSync(pathBytes(at as BytePath), { mode: 0o755 });
      else if (!found.isDirectory()) return 'A directory on the way is a link or a file now.';
    }
    return undefined;
  } catch (error) {
    return `Its directory cannot be used (${error instanceof Error && 'code' in error ? String(error.code) : 'unknown error'}).`;
  }
}
