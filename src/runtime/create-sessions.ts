// Sessions over the same core as one-shot runs: the same gate, approvals, sandbox and retry; only the runner differs.
import { randomInt, randomUUID } from 'node:crypto';
import {
  type CallId,
  describeHeld,
  type ExecResult,
  type HeldChange,
  ok,
  type Refusal,
  type Result,
  type SessionId,
} from '../domain/index.ts';
import { checkSessionInput, checkWriteOptions } from './check-input.ts';
import { shownCommand } from './command-writes.ts';
import type { ProcessRunner } from './process/index.ts';
import type { RuntimeCore } from './runtime-core.ts';
import type { SessionInput, ShellRuntimeOptions } from './shell-runtime.ts';
import {
  type Attachment,
  forcedEnvironment,
  pipeRunner,
  SessionManager,
  type SessionRead,
  terminalRunner,
  type UnifiedExec,
} from './unified-exec/index.ts';
import type { WriteWatch } from './watch-writes.ts';

const defaultSize = { rows: 24, cols: 80 };

export function createSessions(
  core: RuntimeCore,
  options: ShellRuntimeOptions,
  processes: ProcessRunner,
  watch: WriteWatch,
): UnifiedExec<SessionInput> {
  const retainBytes = options.retainBytes ?? 1024 * 1024;
  const manager = new SessionManager({
    runner: (attachment) => ({
      start: async (command, io, signal) => {
        const launcher = await core.launcher();
        const runner =
          attachment.kind === 'tty'
            ? terminalRunner({ processes, launcher, size: attachment.size })
            : pipeRunner({ processes, launcher, stdin: attachment.stdin });
        return await runner.start(command, io, signal);
      },
    }),
    onEvent: (listener) => core.events.on(listener),
    emit: (event) => void core.events.emit(event),
    random: (below) => randomInt(below),
    now: Date.now,
    retainBytes,
    maxPollMs: options.maxPollMs,
    minPollMs: options.minPollMs ?? 0,
  });
  const callOf = new Map<SessionId, CallId>();
  core.onClose(async () => {
    await manager.close();
  });

  async function open(input: SessionInput, signal?: AbortSignal): Promise<Result<SessionRead, Refusal>> {
    checkSessionInput(input);
    const { tty, size, stdin, yieldMs, until, screen, ...exec } = input;
    const callId = (exec.callId ?? `call-${randomUUID()}`) as CallId;
    const attachment = attachmentOf(input);
    const request = {
      ...exec,
      callId,
      timeoutMs: exec.timeoutMs ?? ('none' as const),
      env: { ...forcedEnvironment, ...options.sessionEnvironment, ...exec.env },
    };
    const shown = shownCommand(exec);
    const opened = await manager.open(
      {
        callId,
        command: shown,
        cwd: exec.cwd ?? options.workspace,
        attachment,
        begin: async (runner, ended) =>
          await core.run(
            request,
            {
              runner: watch.watching(runner, { id: callId, command: shown }),
              tty: attachment.kind === 'tty',
              stdin: stdinOf(attachment),
            },
            ended,
          ),
        ...(yieldMs === undefined ? {} : { yieldMs }),
        ...(until === undefined ? {} : { until }),
        ...(screen === undefined ? {} : { screen }),
      },
      signal,
    );
    if (!opened.ok) return opened;
    if (opened.value.kind === 'running') callOf.set(opened.value.sessionId, callId);
    return ok(await withHeld(opened.value, callId));
  }

  /** What was put aside is told in the answer that comes next, and all of it in the result. */
  async function withHeld(read: SessionRead, callId: CallId | undefined): Promise<SessionRead> {
    if (callId === undefined) return read;
    const { fresh, all, ended } = await watch.take(callId);
    const why = ended === undefined ? [] : [`session ${String(read.sessionId)}: ${ended}`];
    const told = read.kind === 'finished' ? why : [...describeHeld(fresh), ...why];
    const lines = [...(read.warning === undefined ? [] : [read.warning]), ...told];
    const warned = lines.length === 0 ? read : { ...read, warning: lines.join('\n') };
    return warned.kind === 'finished' ? { ...warned, result: withHeldChanges(warned.result, all) } : warned;
  }

  return {
    open,
    write: async (write, signal) => {
      checkWriteOptions(write);
      const read = await manager.write(write, signal);
      if (!read.ok) return read;
      return ok(await withHeld(read.value, callOf.get(read.value.sessionId)));
    },
    list: () => manager.list(),
    resize: (id, rows, cols) => manager.resize(id, rows, cols),
    interrupt: (id) => manager.interrupt(id),
    terminate: async (id) => {
      const result = await manager.terminate(id);
      if (result === undefined) return undefined;
      return withHeldChanges(result, (await watch.take(result.callId)).all);
    },
    closeAll: async () => {
      const ended = await manager.closeAll();
      return await Promise.all(
        ended.map(async ({ sessionId, result }) => ({
          sessionId,
          result: withHeldChanges(result, (await watch.take(result.callId)).all),
        })),
      );
    },
  };
}

export function withHeldChanges(result: ExecResult, held: readonly HeldChange[]): ExecResult {
  return result.kind === 'not-run' || held.length === 0 ? result : { ...result, held };
}

function attachmentOf({ tty, size, stdin }: SessionInput): Attachment {
  if (tty !== true) return { kind: 'pipes', stdin: stdin ?? 'closed' };
  return { kind: 'tty', size: size ?? defaultSize };
}

function stdinOf(attachment: Attachment): { readonly kind: 'open' } | { readonly kind: 'null' } {
  return { kind: attachment.kind === 'tty' || attachment.stdin === 'open' ? 'open' : 'null' };
}
