// What a split says bash will do under a schedule, and whether that is what bash did.
import type { SplitCommand } from '../../../src/shell/split-script.ts';
import { carriedAssignments, type Executed, openedFile, type Schedule } from './oracle.ts';
import { generatedNames } from './plain-scripts.ts';

/** The commands that run, in order; those of one pipeline, which run at once, stand together. */
export function predictRuns(commands: readonly SplitCommand[], schedule: Schedule): Executed[] {
  const succeeds = schedule === 'all-succeed';
  const runs: Executed[] = [];
  let status = succeeds;
  let skips = false;
  let pipeline: (readonly string[])[] = [];
  for (const command of commands) {
    const { joiner } = command;
    pipeline.push(...recordsOf(command));
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

/** The files it opens, the assignments it carries as far as the oracle looks, and its words. */
function recordsOf({ argv, redirects, assignments }: SplitCommand): Executed {
  const opened = redirects
    .filter(({ action }) => action !== 'copy')
    .map(({ action, target }) => [openedFile, action, target]);
  const last = new Map(assignments.map(({ name, value }) => [name, `${name}=${value}`]));
  const carried = generatedNames.flatMap((name) => last.get(name) ?? []).sort();
  return [...opened, ...(carried.length > 0 ? [[carriedAssignments, ...carried]] : []), argv];
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
