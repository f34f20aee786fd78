// What commands changed, as the page lists it and shows its difference.

/** A change set that waits, or the record of a commit that can be taken back. */
export interface WatchedChanges {
  readonly kind: 'set' | 'record';
  readonly id: string;
  /** What wrote it. */
  readonly command: string;
  /** Milliseconds since the epoch. */
  readonly atMs: number;
  /** How many paths. */
  readonly count: number;
  /** Of a set, at most 200: what would change. Empty for a record. */
  readonly paths: readonly {
    readonly path: string;
    readonly kind: string;
    readonly held: readonly string[];
  }[];
  /** Why it cannot be committed as it is, or read; null when it can. */
  readonly problem: string | null;
}

export interface ChangesDiff {
  /** Of a unified diff, with file headers. */
  readonly lines: readonly string[];
  /** Lines that are left out. */
  readonly omitted: number;
}

/** One decision, newest first. */
export interface AuditLine {
  readonly atMs: number;
  readonly callId: string;
  /** Null when the command is forgotten. */
  readonly command: string | null;
  readonly purpose: string;
  /** Who decided: `rule`, `user`, `session`, `hook`, `timeout`, … */
  readonly source: string;
  readonly decision: string;
  readonly why: string;
}
