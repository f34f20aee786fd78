// One command from its prepared form to its outcome. Knows nothing of policy: it starts what it is given, the way it
// is given, and attend-process.ts sees it to its end.
import {
  type AbsolutePath,
  err,
  ok,
  type PreparedCommand,
  type ProgramJudge,
  type Result,
  type Runner,
  type RunnerIo,
  RuntimeError,
  type SpawnFailure,
  type Started,
  type StdinMode,
} from '../../domain/index.ts';
import { type LauncherSource, spawnedSeats, supervised } from '../../launcher/index.ts';
import { attend, type AttendOptions, nothingStarted, type Start } from './attend-process.ts';
import { checkCommand } from './check-command.ts';
import { type DirectTools, startDirect } from './direct-process.ts';
import { errnoOf, meaningOf } from './explain-spawn-error.ts';
import { type HostGuard, hostGuard } from './host-guard.ts';
import {
  type BegunRun,
  beginRun,
  type Launch,
  type LaunchTools,
  type PipedInput,
  startLaunched,
} from './launched-process.ts';
import type { InputFeed } from './input-feed.ts';
import { keepAlive, type LiveProcess } from './live-process.ts';
import { openStdin } from './open-stdin.ts';
import { OutputCapture } from './output-capture.ts';
import type { Deliver } from './output-pump.ts';
import { processTable } from './process-table.ts';
import { RunQueue } from './run-queue.ts';
import type { StartedProcess } from './started-process.ts';
import { type StopRequest, stopRequest } from './stop-request.ts';

export interface ProcessRunnerOptions {
  readonly platform: NodeJS.Platform;
  /** Where bytes for stdin wait without a name until they are read; outside Linux no command may write there. */
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
  /** Milliseconds a launcher may take until the program runs. Default 10 000. */
  readonly startLimitMs?: number;
  /**
   * Finds a launcher that also watches over programs without a sandbox: it finds daemons that left every group, knows every
   * signal, and ends with the host. Default: none; such programs are then watched from outside, as well as that goes.
   */
  readonly supervisor?: () => Promise<AbsolutePath | undefined>;
  /** One-shot runs at a time; more of them wait, in order. Default: as many as come. */
  readonly mostRuns?: number;
  /** Where launchers come from. Default: each is started by this process itself. The caller closes it. */
  readonly launchers?: LauncherSource;
}

/** Starts a program under the launcher and attaches its streams in a way of its own. */
export type Attach = (
  command: PreparedCommand,
  deliver: Deliver,
  begin: (launch: Launch) => Promise<Result<BegunRun, SpawnFailure>>,
) => Promise<Result<StartedProcess, SpawnFailure>>;

export type Begin = (command: PreparedCommand, io: RunnerIo) => Promise<Started<never>>;

/** Begins the command, as it is or changed, and answers with what came of it. */
export type Around = (command: PreparedCommand, io: RunnerIo, begin: Begin) => Promise<Started<never>>;

export interface ProcessRunner extends Runner<never> {
  /** The same, with something done around each run once it is its turn, and with what an open input is fed from. */
  within(around: Around, feed?: InputFeed): Runner<never>;
  /** Starts a program that may outlive the call. */
  readonly live: Runner<LiveProcess>;
  /** The same, with streams that the caller attaches. */
  attached(attach: Attach): Runner<LiveProcess>;
  /** Ends what the runner keeps for itself. Runs under way must have ended before. */
  close(): Promise<void>;
}

interface Settings extends AttendOptions {
  readonly input: { readonly directory: string; readonly platform: NodeJS.Platform };
  readonly direct: DirectTools;
  readonly launch: LaunchTools;
  readonly queue: RunQueue;
  readonly around: Around;
  readonly feed: InputFeed | undefined;
  readonly supervisor: () => Promise<AbsolutePath | undefined>;
}

/**
 * Runs one-shot commands. Every end is an outcome; `start` rejects only for a bad option (E_BAD_OPTION), or with what
 * one of the caller's own callbacks threw, after the program was ended.
 */
export function processRunner(options: ProcessRunnerOptions): ProcessRunner {
  const guard = hostGuard();
  const settings = settingsOf(options, guard);
  return {
    start: (command, io, signal) => run(command, io, signal, settings),
    within: (around, feed) => ({
      start: (command, io, signal) => run(command, io, signal, { ...settings, around, feed }),
    }),
    live: {
      start: (command, io, signal) =>
        runLive(
          (deliver, judge) => launch(command, { ...io, judge }, deliver, settings),
          io,
          signal,
          settings,
        ),
    },
    attached: (attach) => ({
      start: (command, io, signal) =>
        runLive(
          (deliver, judge) =>
            attach(command, deliver, (wanted) => beginRun({ ...wanted, judge }, settings.launch)),
          io,
          signal,
          settings,
        ),
    }),
    close: async () => {
      await guard.close();
    },
  };
}

function settingsOf(options: ProcessRunnerOptions, guard: HostGuard): Settings {
  const { spillDirectory, spillLimitBytes = 256 * 1024 * 1024, killGraceMs = 500 } = options;
  const watch = { table: processTable(options.platform), ownPid: process.pid, killGraceMs };
  return {
    input: { directory: options.tempDirectory, platform: options.platform },
    retainBytes: options.retainBytes ?? 1024 * 1024,
    spill:
      spillDirectory === undefined ? undefined : { directory: spillDirectory, limitBytes: spillLimitBytes },
    drain: { quietMs: options.drainQuietMs ?? 250, limitMs: options.drainLimitMs ?? 2000 },
    giveUpMs: 2000,
    around: (command, io, begin) => begin(command, io),
    feed: undefined,
    queue: new RunQueue(options.mostRuns ?? Number.POSITIVE_INFINITY),
    direct: { ...watch, platform: options.platform, guard, markName: 'CORDON_ATTEMPT' },
    launch: {
      ...watch,
      source: options.launchers ?? spawnedSeats,
      startLimitMs: options.startLimitMs ?? 10_000,
      goneLimitMs: 2000,
    },
    supervisor: options.supervisor ?? (() => Promise.resolve(undefined)),
  };
}

async function run(
  command: PreparedCommand,
  io: RunnerIo,
  signal: AbortSignal,
  settings: Settings,
): Promise<Started<never>> {
  const leave = await settings.queue.enter(signal);
  if (leave === undefined)
    return nothingStarted({ kind: 'cancelled', output: await new OutputCapture(settings).finish() });
  const begin: Begin = async (ready, told) => {
    // The time a command waits for its turn, or for what is done before it, is not its own.
    const stop = stopRequest(io.timeoutMs, signal);
    const typing = { stop: (): void => undefined };
    return await attend(
      async (deliver) => {
        const judge = patient(told.judge, stop);
        const started = await launch(ready, { ...told, judge }, deliver, settings);
        const input = started.ok ? started.value.input : undefined;
        if (input !== undefined) typing.stop = settings.feed?.into(input).stop ?? typing.stop;
        return started;
      },
      told,
      stop,
      settings,
    ).finally(() => {
      typing.stop();
      stop.settle();
    });
  };
  try {
    return await settings.around(command, io, begin);
  } finally {
    leave();
  }
}

async function runLive(
  begin: (deliver: Deliver, judge: ProgramJudge | undefined) => ReturnType<Start>,
  io: RunnerIo,
  signal: AbortSignal,
  settings: Settings,
): Promise<Started<LiveProcess>> {
  const end = new AbortController();
  if (signal.aborted) end.abort();
  const stop = stopRequest(io.timeoutMs, end.signal);
  return await keepAlive(
    (start) => attend(start, io, stop, settings).finally(() => stop.settle()),
    (deliver) => begin(deliver, patient(io.judge, stop)),
    () => end.abort(),
  );
}

/** While somebody is asked about what the command starts, its deadline waits. */
function patient(judge: ProgramJudge | undefined, stop: StopRequest): ProgramJudge | undefined {
  if (judge === undefined) return undefined;
  return {
    judge: (start) => {
      const verdict = judge.judge(start);
      if (typeof verdict === 'string') return verdict;
      stop.pause();
      return verdict.finally(() => stop.resume());
    },
    failed: (start, because) => judge.failed(start, because),
  };
}

async function launch(
  command: PreparedCommand,
  { stdin: input, judge }: { readonly stdin: StdinMode; readonly judge?: ProgramJudge | undefined },
  deliver: Deliver,
  settings: Settings,
): Promise<Result<StartedProcess, SpawnFailure>> {
  const fault = command.kind === 'direct' ? checkCommand(command) : undefined;
  if (fault !== undefined) return err(fault);
  const launched = await forLauncher(command, settings);
  if (!launched.ok) return launched;
  if (launched.value.kind === 'launched')
    return await startLaunched(launched.value, { input: pipedInput(input), deliver, judge }, settings.launch);
  const direct = launched.value;
  const stdin = await openStdin(input, settings.input).catch(inputFailure);
  if ('stage' in stdin) return err(stdin);
  try {
    return await startDirect(direct, { stdin: stdin.stdio, deliver }, settings.direct);
  } finally {
    await stdin.close();
  }
}

async function forLauncher(
  command: PreparedCommand,
  settings: Settings,
): Promise<Result<PreparedCommand, SpawnFailure>> {
  if (command.kind === 'launched') return ok(command);
  const launcher = await settings.supervisor();
  return launcher === undefined ? ok(command) : supervised(command, launcher);
}

function pipedInput(input: StdinMode): PipedInput {
  switch (input.kind) {
    case 'null':
      return 'null';
    case 'open':
      return 'open';
    case 'bytes':
      return input.bytes;
  }
}

function inputFailure(error: unknown): SpawnFailure {
  const errno = errnoOf(error);
  if (error instanceof RuntimeError || errno === undefined) throw error;
  return { stage: 'exec', errno, message: `Cannot keep the input for the program: ${meaningOf(errno)}` };
}
