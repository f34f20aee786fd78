// A trace as JSON in the trace-event format that chrome://tracing, Perfetto and speedscope open. A row for each process.
import type { CommandTrace, TracedProgram } from './command-trace.ts';
import { deedsOfTraced, wordsOfTraced } from './describe-traced.ts';

/** What nobody saw ending ends with the last one. */
export function traceChrome({ programs, lost }: CommandTrace): string {
  const last = programs.reduce(
    (latest, { startedMs, durationMs = 0 }) => Math.max(latest, startedMs + durationMs),
    0,
  );
  return JSON.stringify({
    displayTimeUnit: 'ms',
    otherData: { lost },
    traceEvents: programs.map((program) => eventOf(program, last)),
  });
}

function eventOf(program: TracedProgram, last: number): object {
  const { pid, cwd, end, startedMs, durationMs = Math.max(0, last - startedMs) } = program;
  return {
    name: wordsOfTraced(program),
    cat: 'program',
    ph: 'X',
    pid: 1,
    tid: pid,
    ts: startedMs * 1000,
    dur: durationMs * 1000,
    args: { program: program.program, cwd, end, deeds: deedsOfTraced(program) },
  };
}
