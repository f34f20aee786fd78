// Names of sets. Each begins with the process it belongs to: whoever looks for what dead hosts left passes by its own sets
// without opening them, however many commands it runs at once.
import { randomBytes } from 'node:crypto';
import type { OwnerMark } from './layer-set.ts';

export function newSetId(owner: OwnerMark): string {
  return `${prefixOf(owner)}${randomBytes(8).toString('hex')}`;
}

/** Whether the process made it. False says nothing: then the owner is asked for. */
export function isSetOf(owner: OwnerMark, id: string): boolean {
  return id.startsWith(prefixOf(owner));
}

function prefixOf({ pid, began }: OwnerMark): string {
  return `${String(pid)}-${began}-`;
}
