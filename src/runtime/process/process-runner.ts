// One command from its prepared form to its outcome: started, read, held to its deadline, ended with everything it
// started, and reported. Knows nothing of policy; the launcher is launched-process.ts.
import { setTimeout as sleep } from 'node:timers/promises';
import type {
  AttemptOutcome,
  CapturedOutput,
  LauncherReport,
  PreparedCommand,
  Result,
  Runner,
  RunnerIo,
  SpawnFailure,
  Started,
} from '../../domain/index.ts';
import { checkCommand } from './check-command.ts';
import { type DirectTools, startDirect } from './direct-process.ts';
import { errnoOf, meaningOf } from './explain-spawn-error.ts';
import { hostGuard } from './host-guard.ts';
import { openStdin } from './open-stdin.ts';
import { OutputCapture } from './output-capture.ts';
import { type Deliver, type DrainLimits, OutputPump } from './output-pump.ts';
import { processTable } from './process-table.ts';
import type { SpillLimits } from './spill-file.ts';
import type { ProcessEnd, StartedProcess } from './started-process.ts';
import { type StopReason, type StopRequest, stopRequest } from './stop-request.ts';

export interface ProcessRunnerOptions {
  readonly platform: NodeJS.Platform;
  /** Where bytes for stdin wait, unlinked, until they are read. */
  readonly tempDirectory: string;
  /** Bytes kept of each stream, and of both together: half head, half tail. Default 1 MiB. */
  readonly retainBytes?: number;
  /** Where output beyond `retainBytes` goes, whole. Default: nowhere. */
  readonly spillDirectory?: string;
  /** Default 256 MiB. */
  readonly spillLimitBytes?: number;
  /** Milliseconds between TERM and KILL. Default 500. */
  readonly killGraceMs?: number;
  /** Milliseconds without output after which a pipe left open by a grandchild is given up. Default 250. */
  readonly drainQuietMs?: number;
  /** Milliseconds after which it is given up although it still brings output. Default 2000. */
  readonly drainLimitMs?: number;
}

export interface ProcessRunner extends Runner<never> {
  /** Ends what the runner keeps for itself. Runs under way must have ended before. */
  close(): Promise<void>;
}

interface Settings {
  readonly tempDirectory: string;
  readonly retainBytes: number;
  readonly spill: SpillLimits | undefined;
  readonly drain: DrainLimits;
  readonly giveUpMs: number;
  readonly direct: DirectTools;
}

export function processRunner(options: ProcessRunnerOptions): ProcessRunner {
  const guard = hostGuard();
  const settings: Settings = {
    tempDirectory: options.tempDirectory,
    retainBytes: options.retainBytes ?? 1024 * 1024,
    spill:
      options.spillDirectory === undefined
        ? undefined
        : { directory: options.spillDirectory, limitBytes: options.spillLimitBytes ?? 256 * 1024 * 1024 },
    drain: { quietMs: options.drainQuietMs ?? 250, limitMs: options.drainLimitMs ?? 2000 },
    giveUpMs: 2000,
    direct: {
      table: processTable(options.platform),
      guard,
      ownPid: process.pid,
      killGraceMs: options.killGraceMs ?? 500,
      markName: 'CORDON_ATTEMPT',
    },
  };
  return {
    start: (command, io, signal) => run(command, io, signal, settings),
    close: () => guard.close(),
  };
}

async function run(
  command: PreparedCommand,
  io: RunnerIo,
  signal: AbortSignal,
  settings: Settings,
): Promise<Started<never>> {
  const stop = stopRequest(io.timeoutMs, signal);
  try {
    if (signal.aborted) return finished({ kind: 'cancelled', output: await nothingCaptured(settings) });
    const started = await launch(command, io, settings);
    if (!started.ok) return finished({ kind: 'spawn-failed', failure: started.error });
    return await attend(started.value, io, stop, settings);
  } finally {
    stop.settle();
  }
}

async function launch(
  command: PreparedCommand,
  io: RunnerIo,
  settings: Settings,
): Promise<Result<StartedProcess, SpawnFailure>> {
  if (command.kind === 'launched') throw new Error('Not yet');
  const fault = checkCommand(command);
  if (fault !== undefined) return { ok: false, error: fault };
  const stdin = await openStdin(io.stdin, settings.tempDirectory).catch((error: unknown) =>
    inputFailure(error),
  );
  if ('failure' in stdin) return { ok: false, error: stdin.failure };
  try {
    const started = await startDirect(command, stdin.stdio, settings.direct);
    if (started.ok) io.onStarted(command.enforcement, started.value.pid);
    return started;
  } finally {
    await stdin.close();
  }
}

async function attend(
  program: StartedProcess,
  io: RunnerIo,
  stop: StopRequest,
  settings: Settings,
): Promise<Started<never>> {
  const capture = new OutputCapture(settings);
  const consumer = guardedConsumer(io);
  const pump = new OutputPump(program, (stream, bytes) =>
    both(capture.append(stream, bytes), consumer.onOutput(stream, bytes)),
  );
  const stopped = await Promise.race([program.ended.then(() => undefined), stop.requested, consumer.broken]);
  if (stopped !== undefined) await program.terminate();
  // A program the kernel cannot end (stuck in a dead file system) must not take its caller with it.
  const end = await (stopped === undefined ? program.ended : withinMs(settings.giveUpMs, program.ended));
  const drained = await pump.drain(settings.drain, stopped === undefined ? stop.requested : never);
  await program.sweep(drained === 'abandoned');
  const output = await capture.finish();
  consumer.rethrow();
  return finished(outcomeOf(end, stopped, io.timeoutMs, output), program.report());
}

function outcomeOf(
  end: ProcessEnd | undefined,
  stopped: StopReason | undefined,
  timeoutMs: number | 'none',
  output: CapturedOutput,
): AttemptOutcome {
  if (end?.kind === 'spawn-failed') return end;
  if (stopped === 'timed-out') return { kind: 'timed-out', afterMs: Number(timeoutMs), output };
  if (stopped === 'cancelled' || end === undefined) return { kind: 'cancelled', output };
  return { ...end, output };
}

function finished(outcome: AttemptOutcome, report?: LauncherReport): Started<never> {
  return { kind: 'finished', outcome, report: report ?? { enforcement: undefined, denials: [] } };
}

async function nothingCaptured(settings: Settings): Promise<CapturedOutput> {
  return await new OutputCapture(settings).finish();
}

function inputFailure(error: unknown): { readonly failure: SpawnFailure } {
  const errno = errnoOf(error);
  if (errno === undefined) throw error;
  return {
    failure: { stage: 'exec', errno, message: `Cannot keep the input for the program: ${meaningOf(errno)}` },
  };
}

interface GuardedConsumer {
  readonly onOutput: Deliver;
  /** Settles when the consumer threw: nobody is listening any more, so the program ends like a cancelled one. */
  readonly broken: Promise<'cancelled'>;
  /** Throws what the consumer threw, if it did. */
  rethrow(): void;
}

// A throw from inside a pipe's event would end the whole host.
function guardedConsumer(io: RunnerIo): GuardedConsumer {
  const thrown: unknown[] = [];
  let give: (reason: 'cancelled') => void = () => undefined;
  const broken = new Promise<'cancelled'>((resolve) => {
    give = resolve;
  });
  const fail = (error: unknown): void => {
    thrown.push(error);
    give('cancelled');
  };
  return {
    broken,
    onOutput(stream, bytes) {
      try {
        const wait = thrown.length > 0 ? undefined : io.onOutput(stream, bytes);
        return wait?.catch(fail);
      } catch (error) {
        fail(error);
        return undefined;
      }
    },
    rethrow() {
      if (thrown.length > 0) throw thrown[0];
    },
  };
}

function both(one: void | Promise<void>, other: void | Promise<void>): void | Promise<void> {
  if (one === undefined) return other;
  return other === undefined ? one : Promise.all([one, other]).then(() => undefined);
}

// eslint-disable-next-line @typescript-eslint/no-empty-function -- pending for ever is the meaning
const never: Promise<never> = new Promise(() => {});

async function withinMs<T>(ms: number, promise: Promise<T>): Promise<T | undefined> {
  const timer = new AbortController();
  const late = sleep(ms, undefined, { signal: timer.signal }).catch(() => undefined);
  return await Promise.race([promise, late]).finally(() => timer.abort());
}
