// Who has the terminal: the command, which writes to it and may be typed to, or a question. Never both: what a command
// prints could paint over the question, and what is typed at it could answer.

export interface TerminalTurns {
  /** Something will be printed. */
  came(): void;
  /** Prints it, once no question is open. */
  print(write: () => Promise<void>): Promise<void>;
  /** One question: what came before it is printed first, and whoever reads the keyboard lets go. */
  ask<T>(question: () => Promise<T>): Promise<T>;
  /** Settles once no question is open. */
  free(): Promise<void>;
  /** Called when a question begins and when the last one has ended; returns the unsubscribe function. */
  watch(watcher: TurnWatcher): () => void;
}

export interface TurnWatcher {
  readonly asking?: () => void;
  readonly answered?: () => void;
}

/** Milliseconds a question waits for output that nobody takes. */
const patienceMs = 500;

export function terminalTurns(): TerminalTurns {
  const watchers = new Set<TurnWatcher>();
  const waiting = new Set<() => void>();
  const state = { open: 0, came: 0, printed: 0, isWriting: false };

  const wake = (): void => {
    for (const each of [...waiting]) each();
  };
  const until = async (holds: () => boolean, limitMs?: number): Promise<void> => {
    if (holds()) return;
    await new Promise<void>((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        waiting.delete(look);
        resolve();
      };
      const look = (): void => {
        if (holds()) end();
      };
      const timer = limitMs === undefined ? undefined : setTimeout(end, limitMs);
      waiting.add(look);
    });
  };
  const free = async (): Promise<void> => await until(() => state.open === 0);

  return {
    came: () => void (state.came += 1),
    print: async (write) => {
      await free();
      state.isWriting = true;
      await write();
      state.isWriting = false;
      state.printed += 1;
      wake();
    },
    ask: async (question) => {
      const before = state.came;
      await until(() => state.printed >= before, patienceMs);
      state.open += 1;
      if (state.open === 1) for (const { asking } of watchers) asking?.();
      try {
        await until(() => !state.isWriting, patienceMs);
        return await question();
      } finally {
        state.open -= 1;
        if (state.open === 0) for (const { answered } of watchers) answered?.();
        wake();
      }
    },
    free,
    watch: (watcher) => {
      watchers.add(watcher);
      return () => void watchers.delete(watcher);
    },
  };
}
