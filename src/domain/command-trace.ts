// The tree of programs that a command really was: what ran, how it ended, what it wrote, what it was refused.
import type { DenialEvidence } from './denial-evidence.ts';
import type { RefusedProgram } from './program-start.ts';

/** In the order of their starts. */
export interface CommandTrace {
  readonly programs: readonly TracedProgram[];
  /** How many records were not kept: more than 50,000, more than 16 MiB, or faster than this process reads. */
  readonly lost: number;
}

export interface TracedProgram {
  /** Its place in `programs`. */
  readonly id: number;
  /** As it is numbered inside the sandbox. */
  readonly pid: number;
  /** The program that started it, or that it replaced; undefined for the first one. */
  readonly parent: number | undefined;
  /** The file, links followed; of a script its interpreter. */
  readonly program: string;
  /** At most 8 KiB of it. */
  readonly argv: readonly string[];
  /** How many words there were. */
  readonly wordCount: number;
  readonly cwd: string;
  /** Milliseconds since the sandbox began. */
  readonly startedMs: number;
  /** Undefined where nobody saw its end. */
  readonly durationMs: number | undefined;
  readonly end: TracedEnd;
  /** What it, or a process that it forked, changed; each once. */
  readonly files: readonly TracedFile[];
  readonly denials: readonly DenialEvidence[];
  readonly refused: readonly RefusedProgram[];
}

/** `replaced`: the same process runs another program. `with-command`: it was there when everything was ended. */
export type TracedEnd =
  | { readonly kind: 'exited'; readonly exitCode: number }
  | { readonly kind: 'signalled'; readonly signal: string }
  | { readonly kind: 'replaced' }
  | { readonly kind: 'with-command' }
  | { readonly kind: 'unseen' };

export type TracedChange =
  'wrote' | 'created' | 'made-directory' | 'linked' | 'removed' | 'renamed' | 'metadata';

export interface TracedFile {
  readonly change: TracedChange;
  readonly path: string;
  /** Of what was renamed. */
  readonly from?: string;
}

/** What the launcher tells as it happens. Times are microseconds since the sandbox began. */
export type TraceRecord =
  | {
      readonly kind: 'began';
      readonly pid: number;
      /** 0 where it is not known. */
      readonly parent: number;
      readonly at: number;
      readonly program: string;
      readonly cwd: string;
      readonly wordCount: number;
      readonly argv: readonly string[];
    }
  | {
      readonly kind: 'ended';
      readonly pid: number;
      readonly at: number;
      readonly end: Exclude<TracedEnd, { readonly kind: 'replaced' | 'with-command' }>;
    }
  | { readonly kind: 'wrote'; readonly pid: number; readonly file: TracedFile }
  | { readonly kind: 'lost'; readonly count: number };
