// A started program from its first byte to its outcome: read, held to its deadline, ended with everything it started.
import type { AttemptOutcome, CapturedOutput, RunnerIo, Started } from '../../domain/index.ts';
import { guardedConsumer } from './guarded-consumer.ts';
import { type CaptureOptions, OutputCapture } from './output-capture.ts';
import { type Deliver, type DrainLimits, OutputPump } from './output-pump.ts';
import type { ProcessEnd, StartedProcess } from './started-process.ts';
import type { StopReason, StopRequest } from './stop-request.ts';
import { waitWithin } from './wait-within.ts';

export interface AttendOptions extends CaptureOptions {
  readonly drain: DrainLimits;
  /** Milliseconds a killed program may take to be gone; then its outcome is told without it. */
  readonly giveUpMs: number;
}

export async function attend(
  program: StartedProcess,
  io: RunnerIo,
  stop: StopRequest,
  options: AttendOptions,
): Promise<Started<never>> {
  const capture = new OutputCapture(options);
  const consumer = guardedConsumer(io);
  // Reading starts once the program was announced: the pipes and the news of the start are different descriptors.
  const first = await Promise.race([program.running, stop.requested]);
  if (typeof first === 'object') consumer.onStarted(first);
  const pump = new OutputPump(program, (stream, bytes) =>
    bothWaits(capture.append(stream, bytes), consumer.onOutput(stream, bytes)),
  );
  const naturalEnd = program.ended.then(() => undefined);
  const stopped = await Promise.race([naturalEnd, stop.requested, consumer.broken]);
  if (stopped !== undefined) await program.terminate();
  // A program the kernel cannot end (stuck in a dead file system) must not take its caller with it.
  const end = stopped === undefined ? await program.ended : await waitWithin(options.giveUpMs, program.ended);
  const drained = await pump.drain(options.drain, stopped === undefined ? stop.requested : never());
  await program.sweep(drained === 'abandoned');
  const output = await capture.finish();
  consumer.rethrow();
  return {
    kind: 'finished',
    outcome: outcomeOf(end, stopped, io.timeoutMs, output),
    report: program.report(),
  };
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
