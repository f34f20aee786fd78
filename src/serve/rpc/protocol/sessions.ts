// Programs that outlive a call, as an agent uses them: open, type, look, end. docs/sessions.md.
import type { CommandResult, CommandWish, TerminalSize } from './commands.ts';

export interface SessionOpenParams extends CommandWish {
  readonly command: readonly string[] | string;
  readonly tty?: boolean | undefined;
  readonly size?: TerminalSize | null | undefined;
  /** Without a terminal: whether it can be typed to. Default `closed`. */
  readonly stdin?: 'closed' | 'open' | undefined;
  /** Milliseconds to wait before the answer. Default 10 000. */
  readonly yieldMs?: number | undefined;
}

export interface SessionNamed {
  readonly sessionId: number;
}

export interface SessionWriteParams extends SessionNamed {
  /** Typed as it is. Left out, the call only waits. */
  readonly chars?: string | undefined;
  readonly yieldMs?: number | undefined;
  /** `exit` waits for the program alone. Default `time`. */
  readonly until?: 'time' | 'exit' | undefined;
}

export interface SessionResizeParams extends SessionNamed {
  readonly size: TerminalSize;
}

export interface SessionRead {
  readonly status: 'running' | 'finished' | 'not-run';
  /** Null when it did not run. */
  readonly sessionId: number | null;
  /** What it wrote since the last answer, both streams together. */
  readonly output: string;
  readonly warning: string | null;
  /** Unless it runs; its output is in `output`. */
  readonly result: CommandResult | null;
}

export interface SessionListResult {
  /** Least recently used first. */
  readonly sessions: readonly {
    readonly sessionId: number;
    readonly command: string;
    readonly cwd: string;
    readonly tty: boolean;
    readonly pid: number | null;
    readonly openedAtMs: number;
  }[];
}
