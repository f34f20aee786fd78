// One command whose caller does not only wait: events of this call alone, input while it runs, a stop, and the same
// result `exec` would give.
import { randomUUID } from 'node:crypto';
import { type CallId, type ExecResult, type LauncherReport, RuntimeError } from '../domain/index.ts';
import type { Orchestrated } from '../orchestrator/index.ts';
import { quoteArgv } from '../shell/index.ts';
import { withHeldChanges } from './create-sessions.ts';
import type { ProcessRunner } from './process/index.ts';
import type { RuntimeCore } from './runtime-core.ts';
import type { CommandHandle, CommandStdin, ExecInput, StartInput } from './shell-runtime.ts';
import { type LiveProgram, pipeRunner } from './unified-exec/index.ts';
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
    if (open.has(callId)) {
      const why = 'Cannot use the option `callId`: a call with this id is still running';
      throw new RuntimeError('E_BAD_OPTION', why);
    }
    const cancel = new AbortController();
    const onAbort = (): void => cancel.abort(signal?.reason);
    if (signal?.aborted === true) onAbort();
    else signal?.addEventListener('abort', onAbort, { once: true });
    const events = parts.core.events.iterateCall(callId as CallId);
    const { stdin, ...rest } = input;
    const typed = typeof stdin === 'object' && stdin.kind === 'open' ? openInput() : undefined;
    const result = (
      typed === undefined
        ? parts.exec({ ...input, callId } as ExecInput, cancel.signal)
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
  /** From now on this program reads. */
  connect(program: LiveProgram): void;
  close(): void;
}

/** What is written before the program runs waits for it. */
function openInput(): OpenInput {
  let give: (program: LiveProgram | undefined) => void = () => undefined;
  const connected = new Promise<LiveProgram | undefined>((resolve) => {
    give = resolve;
  });
  const state = { isOver: false };
  return {
    stdin: {
      write: async (chars) => {
        const program = await connected;
        if (program === undefined || state.isOver) return 'closed';
        return await program.write(typeof chars === 'string' ? new TextEncoder().encode(chars) : chars);
      },
      end: async () => {
        (await connected)?.end?.();
      },
    },
    connect: (program) => give(program),
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
  const runner = watch.watching(pipeRunner({ processes, launcher: await core.launcher(), stdin: 'open' }), {
    id: callId,
    command,
  });
  let now: Orchestrated<LiveProgram> = await core.run(
    input,
    { runner, tty: false, stdin: { kind: 'open' } },
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
