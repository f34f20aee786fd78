// Sessions over the same core as one-shot runs: the same gate, approvals, sandbox and retry; only the runner differs.
import { randomInt, randomUUID } from 'node:crypto';
import type { CallId, Refusal, Result } from '../domain/index.ts';
import { quoteArgv } from '../shell/index.ts';
import { checkSessionInput, checkWriteOptions } from './check-input.ts';
import { heritage, type ProcessRunner } from './process/index.ts';
import type { RuntimeCore } from './runtime-core.ts';
import type { SessionInput, ShellRuntimeOptions } from './shell-runtime.ts';
import {
  type Attachment,
  forcedEnvironment,
  pipeRunner,
  SessionManager,
  type SessionRead,
  terminalRunner,
  TerminalStock,
  type UnifiedExec,
} from './unified-exec/index.ts';

const defaultSize = { rows: 24, cols: 80 };

export function createSessions(
  core: RuntimeCore,
  options: ShellRuntimeOptions,
  processes: ProcessRunner,
): UnifiedExec<SessionInput> {
  const retainBytes = options.retainBytes ?? 1024 * 1024;
  const { spillDirectory } = options;
  const capture = {
    retainBytes,
    spill:
      spillDirectory === undefined ? undefined : { directory: spillDirectory, limitBytes: 256 * 1024 * 1024 },
  };
  const terminals = new TerminalStock({
    heritage: () => (options.spareLauncher === false ? undefined : heritage()),
  });
  const manager = new SessionManager({
    runner: (attachment) => ({
      start: async (command, io, signal) => {
        const launcher = await core.launcher();
        const runner =
          attachment.kind === 'tty'
            ? terminalRunner({ launcher, terminals, size: attachment.size, capture })
            : pipeRunner({ processes, launcher, stdin: attachment.stdin });
        return await runner.start(command, io, signal);
      },
    }),
    onEvent: (listener) => core.events.on(listener),
    emit: (event) => void core.events.emit(event),
    random: (below) => randomInt(below),
    now: Date.now,
    retainBytes,
    ...(options.maxPollMs === undefined ? {} : { maxPollMs: options.maxPollMs }),
  });
  core.onClose(async () => {
    await manager.close();
    await terminals.close();
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
    return await manager.open(
      {
        callId,
        command: typeof exec.command === 'string' ? exec.command : quoteArgv(exec.command),
        cwd: exec.cwd ?? options.workspace,
        attachment,
        begin: async (runner, ended) =>
          await core.run(
            request,
            { runner, tty: attachment.kind === 'tty', stdin: stdinOf(attachment) },
            ended,
          ),
        ...(yieldMs === undefined ? {} : { yieldMs }),
        ...(until === undefined ? {} : { until }),
        ...(screen === undefined ? {} : { screen }),
      },
      signal,
    );
  }

  return {
    open,
    write: async (write, signal) => {
      checkWriteOptions(write);
      return await manager.write(write, signal);
    },
    list: () => manager.list(),
    resize: (id, rows, cols) => manager.resize(id, rows, cols),
    interrupt: (id) => manager.interrupt(id),
    terminate: async (id) => await manager.terminate(id),
    closeAll: async () => await manager.closeAll(),
  };
}

function attachmentOf({ tty, size, stdin }: SessionInput): Attachment {
  if (tty !== true) return { kind: 'pipes', stdin: stdin ?? 'closed' };
  return { kind: 'tty', size: size ?? defaultSize };
}

function stdinOf(attachment: Attachment): { readonly kind: 'open' } | { readonly kind: 'null' } {
  return { kind: attachment.kind === 'tty' || attachment.stdin === 'open' ? 'open' : 'null' };
}
