// Which process this is: its number, and the moment it began, as the kernel counts.
import { readFileSync } from 'node:fs';
import type { OwnerMark } from './layer-set.ts';

/** The process with this number; undefined when there is none. */
export function processNow(pid: number): OwnerMark | undefined {
  try {
    const text = readFileSync(`/proc/${String(pid)}/stat`, 'latin1');
    // The second field is the program's name, and may hold anything.
    const began = text.slice(text.lastIndexOf(')') + 2).split(' ')[19];
    return began === undefined ? undefined : { pid, began };
  } catch {
    return undefined;
  }
}
