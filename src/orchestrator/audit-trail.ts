// Who decided what, when and why. Kept in memory, newest last; the oldest fall out, so that an embedder that runs
// for months does not grow. What must last is to be taken from the events.
import type { AuditEntry } from '../domain/index.ts';

const maxEntries = 10_000;

export interface AuditTrail {
  add(entry: Omit<AuditEntry, 'at'>): void;
  list(): readonly AuditEntry[];
}

export function createAuditTrail(now: () => number): AuditTrail {
  const entries: AuditEntry[] = [];
  return {
    add: (entry) => {
      entries.push({ at: now(), ...entry });
      // Twice the length before anything moves, so that adding stays cheap.
      if (entries.length >= 2 * maxEntries) entries.splice(0, entries.length - maxEntries);
    },
    list: () => entries.slice(-maxEntries),
  };
}
