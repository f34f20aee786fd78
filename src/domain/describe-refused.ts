// What a command tried to start and was not let, in sentences for people and models.
import { describeChanges } from './describe-settled.ts';
import type { ExecResult } from './exec-result.ts';
import type { RefusedProgram } from './program-start.ts';

/** How many programs are told one by one. */
const most = 10;

/** One line a program; none when nothing was refused. Words may hold what a terminal obeys: escape before printing. */
export function describeRefusedPrograms(result: ExecResult): readonly string[] {
  if (result.kind === 'not-run') return [];
  const refused = result.attempts.flatMap(({ refusedPrograms }) => refusedPrograms ?? []);
  const lines = refused.slice(0, most).map(describe);
  const more = refused.length - lines.length;
  return more > 0 ? [...lines, `Not started as well: ${String(more)} more programs.`] : lines;
}

function describe({ reason }: RefusedProgram): string {
  return `Not started: ${reason}.`;
}

/** What was refused while it ran, then what became of what it wrote. */
export function describeAftermath(result: ExecResult): readonly string[] {
  return [...describeRefusedPrograms(result), ...describeChanges(result)];
}
