// What a split says bash will do under a schedule, and whether that is what bash did.
import type { SplitCommand } from '../../../src/shell/split-script.ts';
import type { Executed, Schedule } from './oracle.ts';

/** The commands that run, in order; those of one pipeline, which run at once, stand together. */
export function predictRuns(commands: readonly SplitCommand[], schedule: Schedule): Executed[] {
  const succeeds = schedule === 'all-succeed';
  const runs: Executed[] = [];
  let status = succeeds;
  let skips = false;
  let pipeline: (readonly string[])[] = [];
  for (const { argv, joiner } of commands) {
    pipeline.push(argv);
    if (joiner === '|') continue;
    if (!skips) {
      runs.push(pipeline);
      status = succeeds;
    }
    pipeline = [];
    skips = joiner === '&&' ? !status : joiner === '||' ? status : false;
  }
  return runs;
}

/** Records of one pipeline arrive in any order. */
export function sameRuns(predicted: readonly Executed[], executed: Executed): boolean {
  let at = 0;
  for (const pipeline of predicted) {
    const got = executed.slice(at, at + pipeline.length);
    if (sorted(got) !== sorted(pipeline)) return false;
    at += pipeline.length;
  }
  return at === executed.length;
}

function sorted(commands: Executed): string {
  return JSON.stringify(commands.map((argv) => JSON.stringify(argv)).sort());
}
