// What a failed look says of a directory.
import { errnoOf, isAbsent } from './real-tree.ts';

/** What this process lacks, or the machine: that says nothing of the directory. */
const lacks: ReadonlySet<string> = new Set(['EMFILE', 'ENFILE', 'ENOMEM', 'ENOBUFS']);

/**
 * `gone`: nothing is there. `closed`: nobody can look into it now, and all of it is new once somebody can.
 *
 * @throws the error, where a directory that is open would have failed as well: it must not pass for one that is closed.
 */
export function unseenBecause(error: unknown): 'gone' | 'closed' {
  if (!(error instanceof Error && 'code' in error) || lacks.has(errnoOf(error))) throw error;
  return isAbsent(error) ? 'gone' : 'closed';
}
