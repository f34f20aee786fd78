// A started program from its first byte to its outcome: read, held to its deadline, ended with everything it started.
import type {
  AttemptOutcome,
  CapturedOutput,
  Result,
  RunnerIo,
  SpawnFailure,
  Started,
} from '../../domain/index.ts';
import { guardedConsumer } from './guarded-consumer.ts';
import { type CaptureOptions, OutputCapture } from './output-capture.ts';
import type { Deliver, DrainLimits } from './output-pump.ts';
import type { ProcessEnd, StartedProcess } from './started-process.ts';
import type { StopReason, StopRequest } from './stop-request.ts';
import { waitWithin } from '../../launcher/index.ts';

export interface AttendOptions extends CaptureOptions {
  readonly drain: DrainLimits;
  /** Milliseconds a killed program may take to be gone; then its outcome is told without it. */
  readonly giveUpMs: number;
}

/** Starts the program with a way to deliver its output. */
export type Start = (deliver: Deliver) => Promise<Result<StartedProcess, SpawnFailure>>;

export async function attend(
  start: Start,
  io: RunnerIo,
  stop: StopRequest,
  options: AttendOptions,
): Promise<Started<never>> {
  const capture = new OutputCapture(options);
  const consumer = guardedConsumer(io);
  const started = await start((stream, bytes) =>
    bothWaits(capture.append(stream, bytes), consumer.onOutput(stream, bytes)),
  );
  if (!started.ok) return nothingStarted({ kind: 'spawn-failed', failure: started.error });
  const program = started.value;
  void program.running.then((running) => {
    if (running !== undefined) consumer.onStarted(running);
  });
  const naturalEnd = program.ended.then(() => {
    program.output.readWithoutPause();
    return undefined;
  });
  const stopped = await Promise.race([naturalEnd, stop.requested, consumer.broken]);
  if (stopped !== undefined) await program.terminate();
  // A program the kernel cannot end (stuck in a dead file system) must not take its caller with it.
  const end = stopped === undefined ? await program.ended : await waitWithin(options.giveUpMs, program.ended);
  const drained = await program.output.drain(options.drain, stopped === undefined ? stop.requested : never());
  await program.sweep(drained === 'abandoned');
  const output = await capture.finish();
  consumer.rethrow();
  return {
    kind: 'finished',
    outcome: outcomeOf(end, stopped, io.timeoutMs, output),
    report: program.report(),
  };
}

/** Nothing was started, so nothing was enforced and nothing denied. */
export function nothingStarted(outcome: AttemptOutcome): Started<never> {
  return { kind: 'finished', outcome, report: { enforcement: undefined, denials: [] } };
}

function outcomeOf(
  end: ProcessEnd | undefined,
  stopped: StopReason | undefined,
  timeoutMs: number | 'none',
  output: CapturedOutput,
): AttemptOutcome {
  if (end?.kind === 'spawn-failed' && stopped === undefined) return end;
  if (stopped === 'timed-out') return { kind: 'timed-out', afterMs: Number(timeoutMs), output };
  if (stopped === 'cancelled' || end === undefined || end.kind === 'spawn-failed')
    return { kind: 'cancelled', output };
  return { ...end, output };
}

function bothWaits(one: ReturnType<Deliver>, other: ReturnType<Deliver>): ReturnType<Deliver> {
  if (one === undefined) return other;
  return other === undefined ? one : Promise.all([one, other]).then(() => undefined);
}

// Made anew each time: whoever waits on one promise that lives for ever is never forgotten.
function never(): Promise<never> {
  return new Promise(() => undefined);
}
