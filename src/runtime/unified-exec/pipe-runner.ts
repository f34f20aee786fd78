// Starts programs without a terminal. Through the launcher also where there is no sandbox: it puts real pipes between
// the program and Node's sockets (bash reads ~/.bashrc when its input is a socket), and ends the tree with the host.
import type { AbsolutePath, PreparedCommand, Result, Runner, StdinMode } from '../../domain/index.ts';
import { supervised } from '../../launcher/index.ts';
import type { LiveProcess, ProcessRunner } from '../process/index.ts';
import type { LiveProgram } from './live-program.ts';

export interface PipeRunnerOptions {
  readonly processes: ProcessRunner;
  /** Undefined or missing: programs without a sandbox are started directly. */
  readonly launcher: Result<AbsolutePath, unknown>;
  readonly stdin: 'closed' | 'open';
}

export function pipeRunner({ processes, launcher, stdin }: PipeRunnerOptions): Runner<LiveProgram> {
  const input: StdinMode = { kind: stdin === 'open' ? 'open' : 'null' };
  return {
    async start(command, io, signal) {
      const started = await processes.live.start(
        watched(command, launcher),
        {
          ...io,
          stdin: input,
          onOutput: (stream, bytes) => io.onOutput(stream, bytes),
          onStarted: (enforcement, pid) => io.onStarted(enforcement, pid),
        },
        signal,
      );
      if (started.kind === 'finished') return started;
      return { kind: 'live', handle: programOf(started.handle), report: started.report };
    },
  };
}

function programOf(process: LiveProcess): LiveProgram {
  return {
    pid: process.pid,
    over: process.over,
    write: async (bytes) => await process.write(bytes),
    end: () => process.endInput(),
    resize: () => undefined,
    interrupt: () => process.interrupt(),
    terminate: async () => await process.terminate(),
  };
}

/** What cannot be put on the wire cannot be executed either; the direct way says so in its own words. */
function watched(command: PreparedCommand, launcher: Result<AbsolutePath, unknown>): PreparedCommand {
  const launched = launcher.ok ? supervised(command, launcher.value) : undefined;
  return launched?.ok === true ? launched.value : command;
}
