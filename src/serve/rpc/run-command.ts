// One command of a client under way, whichever of the runtime's three doors it took: to its end, with open input, on a
// terminal.
import { TextDecoder } from 'node:util';
import type { CallId, ExecEvent, ExecResult, Refusal, Result, SessionId } from '../../domain/index.ts';
import type { ChangeSet, ExecInput, SessionRead, ShellRuntime } from '../../runtime/index.ts';
import type { TerminalSize } from './protocol/commands.ts';
import { RpcError } from './rpc-error.ts';

export type CommandInput = Omit<ExecInput, 'stdin' | 'changes'> & { readonly callId: string };

export type Attachment =
  | { readonly kind: 'closed'; readonly changes: 'commit' | 'hold' }
  | { readonly kind: 'pipes' }
  | { readonly kind: 'tty'; readonly size: TerminalSize | undefined };

export interface CommandEnd {
  readonly result: ExecResult;
  readonly changeSet?: ChangeSet | undefined;
}

export interface RunningCommand {
  /** Rejects for misuse, and when the runtime is closed. */
  readonly end: Promise<CommandEnd>;
  /** Waits until the program runs and has room. */
  write(bytes: Uint8Array): Promise<'written' | 'closed'>;
  /** End of file. */
  endInput(): Promise<void>;
  /** False where there is no terminal. */
  resize(size: TerminalSize): Promise<boolean>;
  /** What Ctrl-C does; false where there is no terminal. */
  interrupt(): Promise<boolean>;
  /** Withdraws its question, or ends it and everything it started. */
  stop(): void;
}

export function runCommand(
  runtime: ShellRuntime,
  input: CommandInput,
  attachment: Attachment,
): RunningCommand {
  switch (attachment.kind) {
    case 'closed':
      return runToEnd(runtime, input, attachment.changes);
    case 'pipes':
      return runOnPipes(runtime, input);
    case 'tty':
      return runOnTerminal(runtime, input, attachment.size);
  }
}

const noInput = {
  write: async () => await Promise.resolve('closed' as const),
  endInput: async () => await Promise.resolve(),
};
const noTerminal = {
  resize: async () => await Promise.resolve(false),
  interrupt: async () => await Promise.resolve(false),
};

function runToEnd(runtime: ShellRuntime, input: CommandInput, changes: 'commit' | 'hold'): RunningCommand {
  const cancel = new AbortController();
  const end = runtime
    .exec({ ...input, changes }, cancel.signal)
    .then((result) => ({ result, changeSet: result.changeSet }));
  return { end, stop: () => cancel.abort(), ...noInput, ...noTerminal };
}

function runOnPipes(runtime: ShellRuntime, input: CommandInput): RunningCommand {
  const handle = runtime.start({ ...input, stdin: { kind: 'open' } });
  // Whoever starts it listens to the runtime; what nobody takes here would only pile up.
  void handle.events.return?.();
  const { stdin } = handle;
  return {
    end: handle.result.then((result) => ({ result })),
    write: async (bytes) => (await stdin?.write(bytes)) ?? 'closed',
    endInput: async () => await stdin?.end(),
    stop: () => handle.cancel(),
    ...noTerminal,
  };
}

function runOnTerminal(
  runtime: ShellRuntime,
  input: CommandInput,
  size: TerminalSize | undefined,
): RunningCommand {
  const { sessions } = runtime;
  const cancel = new AbortController();
  const ended = sessionEnd(runtime, input.callId);
  const opened = sessions.open({ ...input, tty: true, size, until: 'exit', yieldMs: 0 }, cancel.signal);
  const live = opened.then(
    (read) => (read.ok && read.value.kind === 'running' ? read.value.sessionId : undefined),
    () => undefined,
  );
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const state: { stopped: Promise<ExecResult | undefined> | undefined } = { stopped: undefined };
  const stop = (): void => {
    cancel.abort();
    state.stopped ??= live.then(async (id) => (id === undefined ? undefined : await sessions.terminate(id)));
    void state.stopped.then((result) => result === undefined || ended.give(result)).catch(() => undefined);
  };
  const type = async (chars: string): Promise<'written' | 'closed'> => {
    const sessionId = await live;
    if (sessionId === undefined) return 'closed';
    const typed = await sessions.write({ sessionId, chars, until: 'exit', yieldMs: 0 });
    return typed.ok && typed.value.kind === 'running' ? 'written' : 'closed';
  };
  return {
    end: opened.then(
      async (read) => {
        const id = read.ok && read.value.kind === 'running' ? read.value.sessionId : undefined;
        if (id !== undefined) return { result: await ended.of(id) };
        const result = resultOf(read, input.callId as CallId);
        ended.give(undefined);
        return { result };
      },
      (error: unknown) => {
        ended.give(undefined);
        throw error;
      },
    ),
    write: async (bytes) => {
      // What is typed is text, and a character may come in two writes.
      const text = textOf(decoder, bytes);
      return text === '' ? ((await live) === undefined ? 'closed' : 'written') : await type(text);
    },
    endInput: async () => {
      await type('\u0004');
    },
    resize: async ({ rows, cols }) => {
      const id = await live;
      return id !== undefined && sessions.resize(id, rows, cols);
    },
    interrupt: async () => {
      const id = await live;
      return id !== undefined && sessions.interrupt(id);
    },
    stop,
  };
}

function textOf(decoder: TextDecoder, bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes, { stream: true });
  } catch {
    throw new RpcError('bad-params', 'Cannot type what is no UTF-8 into a terminal');
  }
}

function resultOf(read: Result<SessionRead, Refusal>, callId: CallId): ExecResult {
  if (!read.ok) return { kind: 'not-run', callId, refusal: read.error };
  if (read.value.kind === 'finished') return read.value.result;
  throw new RpcError('internal', 'Cannot tell how the command ended: it still runs');
}

interface SessionEnd {
  of(id: SessionId): Promise<ExecResult>;
  give(result: ExecResult | undefined): void;
}

/** Not by a waiting `write`: calls for one session take turns, and typing would wait for the end. */
function sessionEnd(runtime: ShellRuntime, callId: string): SessionEnd {
  let settle: (result: ExecResult | undefined) => void = () => undefined;
  const over = new Promise<ExecResult | undefined>((resolve) => {
    settle = resolve;
  });
  const stop = runtime.onEvent((event: ExecEvent) => {
    if (event.callId !== callId) return;
    if (event.type === 'session.closed') settle(undefined);
  });
  void over.then(stop);
  return {
    of: async (sessionId) => {
      const given = await over;
      if (given !== undefined) return given;
      const read = await runtime.sessions.write({ sessionId, until: 'exit', yieldMs: 0 });
      if (read.ok && read.value.kind === 'finished') return read.value.result;
      throw new RpcError('internal', 'Cannot tell how the command ended: its session is forgotten');
    },
    give: settle,
  };
}
