// The terminal methods of an editor's side. A terminal is one command under way; it is kept, with what it printed, until
// the agent releases it or the editor closes them all.
import { randomUUID } from 'node:crypto';
import {
  type Argv,
  describeAftermath,
  describeEnding,
  type ExecResult,
  RuntimeError,
} from '../../domain/index.ts';
import { type CommandHandle, explainDenial, explainRefusal, type ShellRuntime } from '../../runtime/index.ts';
import { type KeptOutput, keptOutput } from './kept-output.ts';

export interface CreateTerminal {
  readonly sessionId: string;
  /** A program, with `args`; without any, a line for bash. */
  readonly command: string;
  readonly args?: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value: string }[];
  readonly cwd?: string | null;
  /** Bytes of output that are kept, the last ones. Default 1 MiB; 16 MiB at most. */
  readonly outputByteLimit?: number | null;
}

export interface TerminalName {
  readonly sessionId: string;
  readonly terminalId: string;
}

export interface TerminalExit {
  exitCode?: number | null;
  signal?: string | null;
}

export interface TerminalOutput {
  output: string;
  truncated: boolean;
  exitStatus?: TerminalExit | null;
}

interface App {
  onRequest(
    method: string,
    parser: (params: unknown) => unknown,
    handler: (context: never) => unknown,
  ): unknown;
}

/** The methods by the names that an older `Client` gives them; `register` for `client()` of the SDK. */
export interface Terminals extends AsyncDisposable {
  createTerminal(request: CreateTerminal): Promise<{ terminalId: string }>;
  terminalOutput(name: TerminalName): Promise<TerminalOutput>;
  waitForTerminalExit(name: TerminalName, signal?: AbortSignal): Promise<TerminalExit>;
  killTerminal(name: TerminalName): Promise<Record<string, never>>;
  releaseTerminal(name: TerminalName): Promise<Record<string, never>>;
  /** Answers `terminal/*` of this app; returns it. Announce `clientCapabilities: { terminal: true }` yourself. */
  register<T>(app: T): T;
  /** Ends every command, and forgets every terminal. For the end of a connection. The runtime stays open. */
  close(): Promise<void>;
}

interface Terminal {
  readonly sessionId: string;
  readonly handle: CommandHandle;
  readonly output: KeptOutput;
  readonly ended: Promise<TerminalExit>;
  exit: TerminalExit | undefined;
}

/** Terminals at a time. An agent that never releases any must not fill the memory. */
const most = 64;
const defaultBytes = 1024 * 1024;
const mostBytes = 16 * defaultBytes;

/**
 * Commands have no deadline: the agent kills them. A command that may not run is a terminal that shows why and has
 * exited with 126.
 *
 * @example
 * ```ts
 * await using runtime = await createShellRuntime({ workspace, reviewer: myDialog });
 * await using shells = terminals(runtime);
 * shells.register(client({ name: 'my-editor' })).connect(stream);
 * ```
 */
export function terminals(runtime: ShellRuntime): Terminals {
  const open = new Map<string, Terminal>();

  const found = ({ sessionId, terminalId }: TerminalName): Terminal => {
    const terminal = open.get(terminalId);
    // The terminals of one session are not another one's.
    if (terminal?.sessionId === sessionId) return terminal;
    throw new RuntimeError('E_BAD_OPTION', `Cannot find the terminal ${JSON.stringify(terminalId)}`);
  };
  const release = async (id: string, { handle }: Terminal): Promise<void> => {
    open.delete(id);
    await handle[Symbol.asyncDispose]();
  };

  const all: Terminals = {
    createTerminal: async (request) => {
      if (open.size >= most)
        throw new RuntimeError('E_BAD_OPTION', `Cannot start a terminal: ${String(most)} of them are open`, {
          hint: 'Release those that are not needed any more',
        });
      const terminal = startTerminal(runtime, request);
      const terminalId = `term-${randomUUID()}`;
      open.set(terminalId, terminal);
      return await Promise.resolve({ terminalId });
    },
    terminalOutput: async (name) => {
      const { output, exit } = found(name);
      const { text, truncated } = output.read();
      return await Promise.resolve({
        output: text,
        truncated,
        ...(exit === undefined ? {} : { exitStatus: exit }),
      });
    },
    waitForTerminalExit: async (name, signal) => {
      const { ended } = found(name);
      return signal === undefined ? await ended : await Promise.race([ended, untilAborted(signal)]);
    },
    killTerminal: async (name) => {
      const { handle, ended } = found(name);
      handle.cancel();
      await ended;
      return {};
    },
    releaseTerminal: async (name) => {
      await release(name.terminalId, found(name));
      return {};
    },
    register: (app) => {
      const on = (method: string, answer: (params: never, signal: AbortSignal) => unknown): void => {
        const handler = ({ params, signal }: { params: never; signal: AbortSignal }): unknown =>
          answer(params, signal);
        (app as App & typeof app).onRequest(method, (params) => params, handler);
      };
      on('terminal/create', (params) => all.createTerminal(params));
      on('terminal/output', (params) => all.terminalOutput(params));
      on('terminal/wait_for_exit', (params, signal) => all.waitForTerminalExit(params, signal));
      on('terminal/kill', (params) => all.killTerminal(params));
      on('terminal/release', (params) => all.releaseTerminal(params));
      return app;
    },
    close: async () => {
      await Promise.all([...open].map(async ([id, terminal]) => await release(id, terminal)));
    },
    [Symbol.asyncDispose]: async () => await all.close(),
  };
  return all;
}

function startTerminal(runtime: ShellRuntime, request: CreateTerminal): Terminal {
  const { sessionId, cwd, outputByteLimit } = request;
  const output = keptOutput(Math.min(mostBytes, Math.max(0, outputByteLimit ?? defaultBytes)));
  const handle = runtime.start({
    command: commandOf(request),
    cwd: cwd ?? undefined,
    timeoutMs: 'none',
  });
  const { callId } = handle;
  const stop = runtime.onEvent((event) => {
    if (event.type === 'output.chunk' && event.callId === callId) output.add(event.bytes);
  });
  const terminal: Terminal = {
    sessionId,
    handle,
    output,
    exit: undefined,
    ended: handle.result.then(
      (result) => finish(exitOf(result), notesOf(result)),
      (error: unknown) => finish({ exitCode: 126 }, [error instanceof Error ? error.message : String(error)]),
    ),
  };
  return terminal;

  function finish(exit: TerminalExit, notes: readonly string[]): TerminalExit {
    stop();
    if (notes.length > 0) output.add(Buffer.from(`${notes.join('\n')}\n`));
    terminal.exit = exit;
    return exit;
  }
}

/**
 * What the agent sets is part of the command, so that rules and questions see it: beside the command, a variable that
 * chooses other code would ride on a rule that allows the command.
 */
function commandOf({ command, args = [], env = [] }: CreateTerminal): string | Argv {
  if (env.length === 0) return args.length === 0 ? command : [command, ...args];
  const wrong = env.find(({ name }) => !/^[A-Za-z_]\w*$/u.test(name));
  if (wrong !== undefined)
    throw new RuntimeError(
      'E_BAD_OPTION',
      `Cannot start a terminal: ${JSON.stringify(wrong.name)} is no name of a variable`,
    );
  const set = env.map(({ name, value }) => `${name}=${value}`);
  return ['env', ...set, ...(args.length === 0 ? ['bash', '-c', command] : [command, ...args])];
}

function exitOf(result: ExecResult): TerminalExit {
  if (result.kind === 'not-run') return { exitCode: 126 };
  const { outcome } = result;
  switch (outcome.kind) {
    case 'exited':
      return { exitCode: outcome.exitCode };
    case 'signalled':
      return { signal: outcome.signal };
    case 'cancelled':
      return { signal: 'SIGKILL' };
    case 'timed-out':
      return { exitCode: 124 };
    case 'spawn-failed':
      return { exitCode: outcome.failure.errno === 'ENOENT' ? 127 : 126 };
  }
}

function notesOf(result: ExecResult): readonly string[] {
  if (result.kind === 'not-run') return [explainRefusal(result.refusal)];
  return [
    ...(result.outcome.kind === 'spawn-failed' ? describeEnding(result.outcome) : []),
    ...(result.kind === 'blocked-by-sandbox' ? [explainDenial(result)] : []),
    ...describeAftermath(result),
  ];
}

async function untilAborted(signal: AbortSignal): Promise<never> {
  return await new Promise((_resolve, reject) => {
    const stop = (): void => reject(new Error('The request was cancelled'));
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}
