// Starts programs on a terminal: the stock has one with a launcher at its head, and the control channel says what
// really happens.
import { randomBytes } from 'node:crypto';
import {
  type AbsolutePath,
  err,
  ok,
  type PreparedCommand,
  type Result,
  type Runner,
  type SpawnFailure,
  type Started,
} from '../../domain/index.ts';
import { addTerminal, encodeStart } from '../../launcher/index.ts';
import type { CaptureOptions } from '../process/index.ts';
import type { LiveProgram, TerminalSize } from './live-program.ts';
import { TerminalProgram } from './terminal-program.ts';
import type { TerminalStock } from './terminal-stock.ts';

export interface TerminalRunnerOptions {
  /** The launcher that keeps the terminal, or why there is none. */
  readonly launcher: Result<AbsolutePath, { readonly what: string; readonly hint: string }>;
  readonly terminals: TerminalStock;
  readonly size: TerminalSize;
  readonly capture: CaptureOptions;
  /** Milliseconds between the request to end and the end. Default 500. */
  readonly killGraceMs?: number;
  /** Milliseconds a launcher may take until the program runs. Default 10 000. */
  readonly startLimitMs?: number;
}

/** Every failure to start is an outcome. */
export function terminalRunner(options: TerminalRunnerOptions): Runner<LiveProgram> {
  return {
    async start(command, io, signal): Promise<Started<LiveProgram>> {
      const { terminals } = options;
      const endMark = newEndMark();
      const prepared = startPayload(command, endMark, options);
      if (!prepared.ok) return failed(prepared.error);
      const { launcher, start } = prepared.value;
      const terminal = await terminals.open(launcher, options.size);
      if (!terminal.ok) return failed(terminal.error);
      const program = new TerminalProgram(terminal.value, {
        io,
        endMark,
        start,
        capture: options.capture,
        killGraceMs: options.killGraceMs ?? 500,
        startLimitMs: options.startLimitMs ?? 10_000,
      });
      terminals.restock(launcher);
      if (signal.aborted) void program.terminate();
      return await program.started();
    },
  };
}

/** Upper case and no letters a terminal might translate: what is written must be what is read. */
function newEndMark(): Uint8Array {
  return Buffer.from(`\x1e${randomBytes(16).toString('hex').toUpperCase()}\x1e`, 'latin1');
}

function startPayload(
  command: PreparedCommand,
  endMark: Uint8Array,
  { launcher }: TerminalRunnerOptions,
): Result<{ readonly launcher: AbsolutePath; readonly start: Uint8Array }, SpawnFailure> {
  if (command.kind === 'launched') {
    return ok({ launcher: command.launcher, start: addTerminal(command.start, { endMark }) });
  }
  if (!launcher.ok) {
    const { what, hint } = launcher.error;
    return err({ stage: 'launcher', errno: undefined, message: `Cannot open a terminal: ${what}`, hint });
  }
  const { argv, cwd, cwdIdentity, env } = command;
  const identity = cwdIdentity === undefined ? {} : { cwdIdentity };
  try {
    return ok({
      launcher: launcher.value,
      start: encodeStart({ mode: 'supervise', argv, cwd, ...identity, env, tty: { endMark } }),
    });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return err({ stage: 'exec', errno: undefined, message: error.message });
  }
}

function failed(failure: SpawnFailure): Started<LiveProgram> {
  return {
    kind: 'finished',
    outcome: { kind: 'spawn-failed', failure },
    report: { enforcement: undefined, denials: [] },
  };
}
