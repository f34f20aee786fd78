// A command as the page knows it. Every text in it may be somebody else's: the page shows it spelled out, as text.

export type CallState =
  /** Judged, and on its way to a question or a start. */
  'judged' | 'asked' | 'running' | 'finished' | 'refused';

/** One start of its program. */
export interface WatchedAttempt {
  readonly ordinal: 1 | 2;
  /** `landlock`, `seatbelt`, or `none`. */
  readonly sandbox: string;
  /** What the kernel enforces. */
  readonly enforcement: 'full' | 'partial' | 'none';
  /** What of the sandbox is missing here, as sentences. */
  readonly missing: readonly string[];
  /** What it may touch, as a sentence. */
  readonly limits: string;
  /** What it was given beyond that; null for nothing. */
  readonly grant: string | null;
}

export interface WatchedCall {
  readonly callId: string;
  /** Clients of the server count from 1. */
  readonly client: number;
  /** As it would be typed. */
  readonly command: string;
  /** Absolute. */
  readonly cwd: string;
  /** It has a terminal. */
  readonly tty: boolean;
  readonly state: CallState;
  /** Milliseconds since the epoch. */
  readonly beganAtMs: number;
  readonly endedAtMs: number | null;
  /** What the rules say: `forbidden`, `prompt`, `allowed`, `safe`, `unknown`, `dangerous`, `opaque`; null before. */
  readonly verdict: string | null;
  /** By which rule or for which reason, with its place. */
  readonly because: string | null;
  readonly pid: number | null;
  /** The session it is, of the client that opened it. */
  readonly session: number | null;
  readonly attempts: readonly WatchedAttempt[];
  /** What the sandbox stopped, as clauses. */
  readonly denials: readonly string[];
  /** What became of what it wrote, and of what was held back: sentences. */
  readonly notes: readonly string[];
  /** How it ended, as words: `exit status 0`; null while it has not. */
  readonly ending: string | null;
  /** It ran to a good end. */
  readonly succeeded: boolean;
}

/** What the server is, and what its commands may touch unless one is narrowed. */
export interface WatchedPlace {
  readonly version: string;
  readonly workspace: string;
  /** What commands may touch, as a sentence. */
  readonly limits: string;
  /** `landlock`, `seatbelt`, `none`, or `unavailable`. */
  readonly enforcedBy: string;
}
