// One command whose caller does not only wait: events of this call alone, input while it runs, a stop, and the same
// result `exec` would give.
import { randomUUID } from 'node:crypto';
import {
  type CallId,
  type ExecResult,
  type LauncherReport,
  type Runner,
  RuntimeError,
} from '../domain/index.ts';
import type { Orchestrated } from '../orchestrator/index.ts';
import { quoteArgv } from '../shell/index.ts';
import { checkSize } from './check-input.ts';
import { withHeldChanges } from './create-sessions.ts';
import type { ProcessRunner } from './process/index.ts';
import type { RuntimeCore } from './runtime-core.ts';
import type { CommandHandle, CommandStdin, ExecInput, StartInput } from './shell-runtime.ts';
import { type LiveProgram, pipeRunner, terminalRunner, type TerminalSize } from './unified-exec/index.ts';
import type { WriteWatch } from './watch-writes.ts';

export interface StartParts {
  readonly core: RuntimeCore;
  readonly processes: ProcessRunner;
  readonly watch: WriteWatch;
  /** One command from start to end, its fields checked already. */
  exec(input: ExecInput, signal: AbortSignal): Promise<ExecResult>;
}

/** `input` is checked already. Every handle that is still open ends with the runtime. */
export function commandStarter(
  parts: StartParts,
): (input: StartInput, signal: AbortSignal | undefined) => CommandHandle {
  const open = new Map<string, { readonly cancel: AbortController; readonly result: Promise<ExecResult> }>();
  parts.core.onClose(async () => {
    for (const { cancel } of open.values()) cancel.abort();
    await Promise.allSettled([...open.values()].map(({ result }) => result));
  });

  return (input, signal) => {
    const callId = input.callId ?? `call-${randomUUID()}`;
    if (input.terminal !== undefined && input.stdin !== undefined)
      throw new RuntimeError('E_BAD_OPTION', 'Cannot use the option `stdin`: the terminal is what is read');
    if (open.has(callId)) {
      const why = 'Cannot use the option `callId`: a call with this id is still running';
      throw new RuntimeError('E_BAD_OPTION', why);
    }
    const cancel = new AbortController();
    const onAbort = (): void => cancel.abort(signal?.reason);
    if (signal?.aborted === true) onAbort();
    else signal?.addEventListener('abort', onAbort, { once: true });
    const events = parts.core.events.iterateCall(callId as CallId);
    const { stdin, terminal, ...rest } = input;
    const isOpen = terminal !== undefined || (typeof stdin === 'object' && stdin.kind === 'open');
    const typed = isOpen ? openInput(terminal) : undefined;
    const result = (
      typed === undefined
        ? parts.exec({ ...rest, stdin, callId } as ExecInput, cancel.signal)
        : runWithInput({ ...rest, callId }, typed, cancel.signal, parts)
    ).finally(() => {
      signal?.removeEventListener('abort', onAbort);
      open.delete(callId);
      typed?.close();
      events.end();
    });
    open.set(callId, { cancel, result });
    // Whoever reads only the events hears nothing of a rejection, and it must not end the host.
    result.catch(() => undefined);
    return {
      callId,
      events,
      stdin: typed?.stdin,
      resize: (size) => {
        checkSize(size);
        typed?.resize(size);
      },
      result,
      cancel: () => cancel.abort(),
      [Symbol.asyncDispose]: async () => {
        cancel.abort();
        await result.catch(() => undefined);
        await events.return?.();
      },
    };
  };
}

interface OpenInput {
  readonly stdin: CommandStdin;
  /** Undefined without a terminal. */
  readonly size: TerminalSize | undefined;
  resize(size: TerminalSize): void;
  /** From now on this program reads. */
  connect(program: LiveProgram): void;
  close(): void;
}

/** What is written before the program runs waits for it. */
function openInput(terminal: TerminalSize | undefined): OpenInput {
  let give: (program: LiveProgram | undefined) => void = () => undefined;
  const connected = new Promise<LiveProgram | undefined>((resolve) => {
    give = resolve;
  });
  const state = { isOver: false, size: terminal, program: undefined as LiveProgram | undefined };
  return {
    get size() {
      return state.size;
    },
    resize: (size) => {
      if (terminal === undefined) return;
      state.size = size;
      if (!state.isOver) state.program?.resize(size.rows, size.cols);
    },
    stdin: {
      write: async (chars) => {
        const program = state.program ?? (await connected);
        if (program === undefined || state.isOver) return 'closed';
        return await program.write(typeof chars === 'string' ? new TextEncoder().encode(chars) : chars);
      },
      end: async () => {
        const program = state.program ?? (await connected);
        if (terminal === undefined) program?.end?.();
        // What Ctrl-D is: at the start of a line the program finds an end there.
        else await program?.write(Uint8Array.of(0x04));
      },
    },
    connect: (program) => {
      // Of two, the one that runs.
      state.program = program;
      if (state.size !== undefined) program.resize(state.size.rows, state.size.cols);
      give(program);
    },
    close: () => {
      state.isOver = true;
      give(undefined);
    },
  };
}

async function runWithInput(
  input: ExecInput & { readonly callId: string },
  typed: OpenInput,
  signal: AbortSignal,
  { core, processes, watch }: StartParts,
): Promise<ExecResult> {
  const callId = input.callId as CallId;
  const command = typeof input.command === 'string' ? input.command : quoteArgv(input.command);
  const launcher = await core.launcher();
  const attached: Runner<LiveProgram> = {
    start: async (prepared, io, stop) => {
      const { size } = typed;
      const runner =
        size === undefined
          ? pipeRunner({ processes, launcher, stdin: 'open' })
          : terminalRunner({ processes, launcher, size });
      return await runner.start(prepared, io, stop);
    },
  };
  const runner = watch.watching(attached, { id: callId, command });
  const tty = typed.size !== undefined;
  let now: Orchestrated<LiveProgram> = await core.run(
    input,
    { runner, tty, stdin: { kind: 'open' } },
    signal,
  );
  while (now.kind === 'live') {
    const { handle, settle } = now;
    typed.connect(handle);
    const stop = (): void => void handle.terminate();
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
    const { outcome, report }: { outcome: Parameters<typeof settle>[0]; report: LauncherReport } =
      await handle.over;
    signal.removeEventListener('abort', stop);
    now = await settle(outcome, report);
  }
  return withHeldChanges(now.result, (await watch.take(callId)).all);
}
