// What the kernel says of a name now, to be compared with what it says later.
import { type BigIntStats, lstatSync } from 'node:fs';
import { type BytePath, pathBytes } from '../../domain/index.ts';

/** `gone` also where a directory on the way is none any more; what cannot be asked for has the errno for its mark. */
export function markOf(path: BytePath): BigIntStats | string {
  try {
    return lstatSync(pathBytes(path), { bigint: true, throwIfNoEntry: false }) ?? 'gone';
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    return error.code === 'ENOTDIR' ? 'gone' : String(error.code);
  }
}

/** In a directory that is closed at the moment. */
export function isOutOfSight(path: BytePath): boolean {
  return markOf(path) === 'EACCES';
}
