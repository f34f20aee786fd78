// Whether a program insists on what is put aside: whoever plants again and again hopes that somebody comes by in the moment
// before it is taken away. Counted in looks, not in time: a slow machine looks less often, and is planted in less often.
import { dirname } from 'node:path';
import type { HeldChange } from '../domain/index.ts';

/** Looks that found something in one directory: more of them than found nothing there by so many; or in all. */
const limits = { ahead: 5, altogether: 20 } as const;

export interface Insistence {
  /** What one look put aside. `everywhere`: it looked at all there is. A sentence when that is too much. */
  note(held: readonly HeldChange[], look: { readonly everywhere: boolean }): string | undefined;
}

/** `places`: the directories where a person could come by at any moment. Elsewhere a tool may do as it likes. */
export function watchInsistence(places: readonly string[]): Insistence {
  const watched = new Set(places);
  const counts = new Map<string, { ahead: number; altogether: number }>();
  return {
    note: (held, { everywhere }) => {
      const found = new Set(held.map(({ path }) => dirname(path)));
      for (const [place, count] of counts)
        if (everywhere && !found.has(place)) count.ahead = Math.max(0, count.ahead - 1);
      for (const place of found) {
        if (!watched.has(place)) continue;
        const { ahead, altogether } = counts.get(place) ?? { ahead: 0, altogether: 0 };
        const count = { ahead: ahead + 1, altogether: altogether + 1 };
        counts.set(place, count);
        if (count.ahead >= limits.ahead || count.altogether >= limits.altogether)
          return `it was ended: what would run later, outside, came back ${String(count.altogether)} times in ${place} after it had been put aside`;
      }
      return undefined;
    },
  };
}
