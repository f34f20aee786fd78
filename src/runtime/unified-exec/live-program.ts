// A started program as a session sees it, whichever way it was started: something that writes, can be typed to, and
// ends once, after its last byte.
import type { AttemptOutcome, LauncherReport } from '../../domain/index.ts';

export interface ProgramOver {
  readonly outcome: AttemptOutcome;
  readonly report: LauncherReport;
}

export interface LiveProgram {
  readonly pid: number | undefined;
  /** Settles once the program has ended and every byte it wrote was delivered. Never rejects. */
  readonly over: Promise<ProgramOver>;
  /** `closed` when nothing reads what is typed. Waits while the program's input is full. */
  write(bytes: Uint8Array): Promise<'written' | 'closed'>;
  /** No more input will come. Only for programs on pipes whose input is open. */
  end?(): void;
  /** A program without a terminal, or one that has ended, has no size: nothing happens. */
  resize(rows: number, cols: number): void;
  /** What Ctrl-C does: to the foreground of a terminal, to the whole tree without one. */
  interrupt(): void;
  /** Ends the whole tree: TERM, a grace, KILL. Settles when it is gone, or in bounded time. */
  terminate(): Promise<void>;
}

export interface TerminalSize {
  readonly rows: number;
  readonly cols: number;
}

/** How a session's program is attached: a terminal, or pipes with the input closed or kept open. */
export type Attachment =
  | { readonly kind: 'tty'; readonly size: TerminalSize }
  | { readonly kind: 'pipes'; readonly stdin: 'closed' | 'open' };
