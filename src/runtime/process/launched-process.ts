// A program under the launcher, as the runner holds it: the run, and the two pipes its output comes through.
import { constants } from 'node:os';
import type { Writable } from 'node:stream';
import { err, ok, type ProgramJudge, type Result, type SpawnFailure } from '../../domain/index.ts';
import {
  addStreams,
  type LaunchedCommand,
  LaunchedRun,
  type LauncherSeat,
  type LauncherSource,
  maxStartBytes,
  type SeatStreams,
} from '../../launcher/index.ts';
import { pipeOf } from './direct-process.ts';
import { meaningOf } from './explain-spawn-error.ts';
import { LaunchedTrees } from './launched-trees.ts';
import { type Deliver, OutputPump } from './output-pump.ts';
import type { ProcessTable } from './process-table.ts';
import type { ProgramOutput, StartedProcess } from './started-process.ts';

export interface LaunchTools {
  readonly source: LauncherSource;
  readonly table: ProcessTable;
  readonly ownPid: number;
  /** Milliseconds between TERM and KILL, and again between KILL and the end of the launcher itself. */
  readonly killGraceMs: number;
  /** Milliseconds the launcher may take until the program runs. */
  readonly startLimitMs: number;
  /** Milliseconds the launcher may take, after the program ended, to end what it left and itself. */
  readonly goneLimitMs: number;
}

export interface Launch {
  readonly command: LaunchedCommand;
  readonly streams: SeatStreams;
  /** What asks the tree to end, by number. Default TERM and CONT. */
  readonly stopSignals?: readonly number[];
  /** Judges what it starts, where it is watched. */
  readonly judge?: ProgramJudge | undefined;
}

export interface BegunRun {
  readonly run: LaunchedRun;
  readonly seat: LauncherSeat;
}

/** Takes a seat for the run and begins it. */
export async function beginRun(
  { command, streams, stopSignals, judge }: Launch,
  tools: LaunchTools,
): Promise<Result<BegunRun, SpawnFailure>> {
  const { launcher, start } = command;
  if (start.length > maxStartBytes) return err(tooLong);
  const taken = await tools.source.seat(launcher, streams);
  if (!taken.ok) return taken;
  const seat = taken.value;
  const run = new LaunchedRun(seat, start, {
    trees: new LaunchedTrees(seat.pid, tools.table, tools.ownPid),
    killGraceMs: tools.killGraceMs,
    startLimitMs: tools.startLimitMs,
    goneLimitMs: tools.goneLimitMs,
    ...(stopSignals === undefined ? {} : { stopSignals }),
    judge,
  });
  return ok({ run, seat });
}

/** What a program on pipes reads: nothing, these bytes, or what comes. */
export type PipedInput = 'null' | 'open' | Uint8Array;

export interface ProgramAttachment {
  readonly input: PipedInput;
  readonly deliver: Deliver;
  readonly judge?: ProgramJudge | undefined;
}

export async function startLaunched(
  command: LaunchedCommand,
  { input, deliver, judge }: ProgramAttachment,
  tools: LaunchTools,
): Promise<Result<StartedProcess, SpawnFailure>> {
  const hasBytes = typeof input !== 'string';
  const begun = await beginRun(
    {
      command: hasBytes
        ? { ...command, start: addStreams(command.start, { inputBytes: input.length }) }
        : command,
      streams: { kind: 'pipes', input: hasBytes ? 'bytes' : input },
      judge,
    },
    tools,
  );
  if (!begun.ok) return begun;
  const { run, seat } = begun.value;
  const output = new OutputPump({ stdout: pipeOf(seat.stdout), stderr: pipeOf(seat.stderr) }, deliver);
  // A program that stopped reading is no error of ours.
  seat.stdin?.on('error', () => undefined);
  if (hasBytes) seat.stdin?.end(input);
  return ok(asStarted(run, output, hasBytes ? undefined : seat.stdin));
}

export function asStarted(
  run: LaunchedRun,
  output: ProgramOutput,
  input: Writable | undefined,
): StartedProcess {
  return {
    output,
    input,
    running: run.running,
    ended: run.ended,
    interrupt: () => run.signal(constants.signals.SIGINT),
    terminate: async () => await run.terminate(),
    sweep: async () => await run.sweep(),
    report: () => run.report(),
  };
}

const tooLong: SpawnFailure = {
  stage: 'exec',
  errno: 'E2BIG',
  message: `Cannot start the program: ${meaningOf('E2BIG')}`,
};
