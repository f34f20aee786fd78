// What the runner holds while a program runs, whichever way it was started.
import type { Writable } from 'node:stream';
import type { LauncherReport } from '../../domain/index.ts';
import type { RunEnd, RunningProgram } from '../../launcher/index.ts';
import type { DrainLimits } from './output-pump.ts';

export type ProcessEnd = RunEnd;
export type Running = RunningProgram;

/** Where a program's output comes from: two pipes, or a terminal. */
export interface ProgramOutput {
  /** For a program that has ended: a consumer that never comes back must not keep the result from settling. */
  readWithoutPause(): void;
  /**
   * Reads what is left after the program ended, without pausing. Answers whether it came to its end; `cut` ends the
   * wait early. Nothing is read afterwards.
   */
  drain(limits: DrainLimits, cut: Promise<unknown>): Promise<'complete' | 'abandoned'>;
}

export interface StartedProcess {
  /**
   * Reads from the moment of the start: when a program ends, Node throws away what nobody has begun to read.
   */
  readonly output: ProgramOutput;
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
