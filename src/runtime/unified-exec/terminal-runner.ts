// Starts programs on a terminal: node-pty makes it, the launcher takes the lead on its far side, and the run is like
// any other from there on. Only what is typed and its size are a terminal's own.
import { randomBytes } from 'node:crypto';
import { closeSync } from 'node:fs';
import { constants } from 'node:os';
import { ReadStream } from 'node:tty';
import {
  type AbsolutePath,
  err,
  ok,
  type PreparedCommand,
  type Result,
  type Runner,
  RuntimeError,
  type SpawnFailure,
} from '../../domain/index.ts';
import { addStreams, type LaunchedCommand, supervised } from '../../launcher/index.ts';
import {
  asStarted,
  type BegunRun,
  type Deliver,
  type Launch,
  type LiveProcess,
  type ProcessRunner,
  type StartedProcess,
} from '../process/index.ts';
import type { LiveProgram, TerminalSize } from './live-program.ts';
import { loadNodePty, type NodePty } from './node-pty.ts';
import { TerminalOutput } from './terminal-output.ts';

export interface TerminalRunnerOptions {
  readonly processes: ProcessRunner;
  /** The launcher that keeps the terminal, or why there is none. */
  readonly launcher: Result<AbsolutePath, { readonly what: string; readonly hint: string }>;
  readonly size: TerminalSize;
}

/** Every failure to start is an outcome. */
export function terminalRunner(options: TerminalRunnerOptions): Runner<LiveProgram> {
  return {
    async start(command, io, signal) {
      let terminal = undefined as OpenTerminal | undefined;
      const runner = options.processes.attached(async (prepared, deliver, begin) => {
        const opened = await openTerminal(prepared, { deliver, begin, options });
        if (!opened.ok) return opened;
        terminal = opened.value;
        return ok(terminal.program);
      });
      const started = await runner.start(
        command,
        {
          ...io,
          onOutput: (_stream, bytes) => io.onOutput('tty', bytes),
          onStarted: (enforcement, pid) => io.onStarted(enforcement, pid),
        },
        signal,
      );
      if (started.kind === 'finished') return started;
      if (terminal === undefined)
        throw new RuntimeError('E_INVARIANT', 'Cannot use the session: its terminal is missing');
      return { kind: 'live', handle: programOn(terminal, started.handle), report: started.report };
    },
  };
}

interface OpenTerminal {
  readonly program: StartedProcess;
  type(bytes: Uint8Array): 'written' | 'closed';
  resize(rows: number, cols: number): void;
}

interface Opening {
  readonly deliver: Deliver;
  readonly begin: (launch: Launch) => Promise<Result<BegunRun, SpawnFailure>>;
  readonly options: TerminalRunnerOptions;
}

async function openTerminal(
  command: PreparedCommand,
  opening: Opening,
): Promise<Result<OpenTerminal, SpawnFailure>> {
  const launched = forLauncher(command, opening.options);
  if (!launched.ok) return launched;
  const endMark = newEndMark();
  const { SIGHUP, SIGTERM, SIGCONT } = constants.signals;
  const made = await makePair(opening.options.size);
  if (!made.ok) return made;
  const { nodePty, master, slave, pty } = made.value;
  const begun = await opening
    .begin({
      command: { ...launched.value, start: addStreams(launched.value.start, { endMark }) },
      streams: { kind: 'terminal', path: pty, descriptor: slave },
      // HUP as well: an interactive shell shrugs off TERM, and hanging up is what closing a terminal does.
      stopSignals: [SIGHUP, SIGTERM, SIGCONT],
    })
    .finally(() => closeSync(slave));
  if (!begun.ok) {
    closeSync(master);
    return begun;
  }
  const { run } = begun.value;
  const stream = new ReadStream(master);
  const output = new TerminalOutput(stream, run, { endMark, deliver: opening.deliver });
  return ok({
    program: asStarted(run, output, undefined),
    type: (bytes) => {
      if (run.hasEnded || !stream.writable) return 'closed';
      stream.write(bytes);
      return 'written';
    },
    resize: (rows, cols) => {
      if (output.isOpen) nodePty.resize(master, cols, rows);
    },
  });
}

function forLauncher(
  command: PreparedCommand,
  { launcher }: TerminalRunnerOptions,
): Result<LaunchedCommand, SpawnFailure> {
  if (command.kind === 'launched') return ok(command);
  if (launcher.ok) return supervised(command, launcher.value);
  const { what, hint } = launcher.error;
  return err({ stage: 'launcher', errno: undefined, message: `Cannot open a terminal: ${what}`, hint });
}

interface Pair {
  readonly nodePty: NodePty;
  readonly master: number;
  readonly slave: number;
  readonly pty: string;
}

async function makePair({ rows, cols }: TerminalSize): Promise<Result<Pair, SpawnFailure>> {
  try {
    const nodePty = await loadNodePty();
    return ok({ nodePty, ...nodePty.open(cols, rows) });
  } catch (error) {
    return err({
      stage: 'launcher',
      errno: undefined,
      message: `Cannot open a terminal: ${error instanceof Error ? error.message : String(error)}`,
    });
  }
}

/** Upper case and no letters a terminal might translate: what is written must be what is read. */
function newEndMark(): Uint8Array {
  return Buffer.from(`\x1e${randomBytes(16).toString('hex').toUpperCase()}\x1e`, 'latin1');
}

function programOn(terminal: OpenTerminal, process: LiveProcess): LiveProgram {
  return {
    pid: process.pid,
    over: process.over,
    write: async (bytes) => await Promise.resolve(terminal.type(bytes)),
    resize: terminal.resize,
    interrupt: () => void terminal.type(Uint8Array.of(0x03)),
    terminate: async () => await process.terminate(),
  };
}
