// Who is told about a turn while it happens.
import type { ExecEvent } from '../../domain/index.ts';
import type { ThreadEvent } from './thread-event.ts';

export interface Report {
  event(event: ThreadEvent): void;
  /** What the runtime does, for those who show output live. */
  runtimeEvent(event: ExecEvent): void;
  /** Something beside the turn: a retry, a repeated call. One sentence. */
  notice(text: string): void;
}

/** Where text goes; a stream, or an array in a test. */
export type Write = (text: string) => void;
