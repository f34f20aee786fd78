// One connection as the protocol sees it: messages out, a count of what has not left yet, and a way to stop reading.

export interface Wire {
  /** Queued, in order. After {@link close} nothing happens. */
  send(text: string): void;
  /** Bytes that have not left this process. */
  readonly queuedBytes: number;
  /** Called whenever some of them have left. */
  onRoom(listener: () => void): void;
  /** No more messages are read until {@link resume}. */
  pause(): void;
  resume(): void;
  /** For a client that broke the rules, or whose server ends. */
  close(why: string): void;
}

/** Bytes of one message. */
export const longestMessage: number = 16 * 1024 * 1024;

/** From here on output waits in its record instead of the queue. */
export const fullQueue: number = 1024 * 1024;

/** From here on nothing is read from a client that does not read. */
export const blockedQueue: number = 8 * 1024 * 1024;

/** A client that lets this much pile up is gone. */
export const lostQueue: number = 64 * 1024 * 1024;
