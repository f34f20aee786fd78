// A runtime whose caller is watched: who starts what, where, on which terminal, in which change set. What happens then is
// told by the runtime's own events.
import { randomUUID } from 'node:crypto';
import type { Argv } from '../../domain/index.ts';
import type { ChangeSet, ShellRuntime, TerminalSize } from '../../runtime/index.ts';

export interface BegunCall {
  readonly callId: string;
  readonly command: string | Argv;
  readonly cwd: string | undefined;
  readonly tty: boolean;
  readonly size: TerminalSize | undefined;
}

export interface CallerWatcher {
  begun(call: BegunCall): void;
  /** Nothing came of it: the call was misused, or the runtime is closed. */
  failed(callId: string, error: unknown): void;
  resized(callId: string, size: TerminalSize): void;
  waits(set: ChangeSet, command: string | Argv): void;
  /** It was committed or dropped. */
  settled(set: ChangeSet): void;
  closes(): void;
}

interface Input {
  readonly callId?: string | undefined;
  readonly command: string | Argv;
  readonly cwd?: string | undefined;
  readonly tty?: boolean | undefined;
  readonly size?: TerminalSize | undefined;
}

export function watchedRuntime(runtime: ShellRuntime, watcher: CallerWatcher): ShellRuntime {
  const { sessions } = runtime;

  function named<I extends Input>(input: I): I & { readonly callId: string } {
    const { callId = `watched-${randomUUID()}`, command, cwd, tty = false, size } = input;
    watcher.begun({ callId, command, cwd, tty, size });
    return { ...input, callId };
  }

  async function told<T>(callId: string, work: Promise<T>): Promise<T> {
    return await work.catch((error: unknown) => {
      watcher.failed(callId, error);
      throw error;
    });
  }

  const watchedSet = (set: ChangeSet): ChangeSet => {
    const settled = async <T>(work: Promise<T>): Promise<T> => {
      const done = await work;
      watcher.settled(set);
      return done;
    };
    return {
      id: set.id,
      get changes() {
        return set.changes;
      },
      get omitted() {
        return set.omitted;
      },
      get forbidden() {
        return set.forbidden;
      },
      get problem() {
        return set.problem;
      },
      exec: async (given, signal) => {
        const input = named(given);
        watcher.waits(set, input.command);
        return await told(input.callId, set.exec(input, signal));
      },
      diff: async (choice) => await set.diff(choice),
      commit: async (choice) => await settled(set.commit(choice)),
      discard: async () => await settled(set.discard()),
      [Symbol.asyncDispose]: async () => await settled(Promise.resolve(set[Symbol.asyncDispose]())),
    };
  };

  const close = async (): Promise<void> => {
    watcher.closes();
    await runtime.close();
  };

  return {
    ...runtime,
    get policyErrors() {
      return runtime.policyErrors;
    },
    exec: async (given, signal) => {
      const input = named(given);
      const result = await told(input.callId, runtime.exec(input, signal));
      if (result.changeSet === undefined) return result;
      watcher.waits(result.changeSet, input.command);
      return { ...result, changeSet: watchedSet(result.changeSet) };
    },
    changeSet: () => watchedSet(runtime.changeSet()),
    start: (given, signal) => {
      const input = named(given);
      const handle = runtime.start(input, signal);
      handle.result.catch((error: unknown) => watcher.failed(input.callId, error));
      return handle;
    },
    sessions: {
      open: async (given, signal) => {
        const input = named(given);
        return await told(input.callId, sessions.open(input, signal));
      },
      write: async (options, signal) => await sessions.write(options, signal),
      list: () => sessions.list(),
      resize: (id, rows, cols) => {
        const isDone = sessions.resize(id, rows, cols);
        const session = sessions.list().find(({ sessionId }) => Number(sessionId) === Number(id));
        if (isDone && session !== undefined) watcher.resized(session.callId, { rows, cols });
        return isDone;
      },
      interrupt: (id) => sessions.interrupt(id),
      terminate: async (id) => await sessions.terminate(id),
      closeAll: async () => await sessions.closeAll(),
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
