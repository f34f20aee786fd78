// Two hosts that start at the same time find the same set of a dead one: one of them sees to it.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { OwnerMark } from './layer-set.ts';

export interface ClaimTools {
  /** Whoever claims. */
  readonly self: OwnerMark;
  /** The process as it is now; undefined when there is none with this number. */
  processNow(pid: number): OwnerMark | undefined;
}

/** False when a living process has it, or it is gone. */
export function claimSet(directory: string, { self, processNow }: ClaimTools): boolean {
  const place = join(directory, 'claim');
  for (let attempt = 0; attempt < 2; attempt += 1) {
    try {
      writeFileSync(place, JSON.stringify(self), { flag: 'wx', mode: 0o600 });
      return true;
    } catch {
      const holder = readMark(place);
      if (holder !== undefined && processNow(holder.pid)?.began === holder.began)
        return holder.pid === self.pid && holder.began === self.began;
      // Killed while it saw to it.
      rmSync(place, { force: true });
    }
  }
  return false;
}

function readMark(place: string): OwnerMark | undefined {
  try {
    const { pid, began } = JSON.parse(readFileSync(place, 'utf8')) as Partial<OwnerMark>;
    return typeof pid === 'number' && typeof began === 'string' ? { pid, began } : undefined;
  } catch {
    return undefined;
  }
}
