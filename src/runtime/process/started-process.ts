// What the runner holds while a program runs, whichever way it was started.
import type { Enforcement, LauncherReport, SpawnFailure } from '../../domain/index.ts';
import type { Writable } from 'node:stream';
import type { OutputPump } from './output-pump.ts';

/** How the program itself ended, as the kernel or the launcher told it. */
export type ProcessEnd =
  | { readonly kind: 'exited'; readonly exitCode: number }
  | { readonly kind: 'signalled'; readonly signal: string }
  | { readonly kind: 'spawn-failed'; readonly failure: SpawnFailure };

export interface Running {
  /** What the kernel enforces on it from its first instruction. */
  readonly enforcement: Enforcement;
  readonly pid: number;
}

export interface StartedProcess {
  /**
   * Reads from the moment of the start: when a program ends, Node throws away what nobody has begun to read.
   */
  readonly output: OutputPump;
  /** Settles when the program runs, or with undefined when it ended before it did. Never rejects. */
  readonly running: Promise<Running | undefined>;
  /** Settles when the program itself has ended. Never rejects. */
  readonly ended: Promise<ProcessEnd>;
  /** What the program reads, when its input was kept open. */
  readonly input: Writable | undefined;
  /** What Ctrl-C would do: INT to the whole tree. */
  interrupt(): void;
  /** Asks the whole tree to end (TERM), waits the grace, then kills. Settles when nothing is left, or in bounded time. */
  terminate(): Promise<void>;
  /**
   * After the program has ended and its output was read: ends what it left behind and gives every descriptor back.
   * `pipesOpen` tells that somebody still held the output when reading stopped.
   */
  sweep(pipesOpen: boolean): Promise<void>;
  /** What the launcher said; empty for a program started without one. */
  report(): LauncherReport;
}
