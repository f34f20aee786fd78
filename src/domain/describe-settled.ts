// What became of a command's changes, in sentences for people and models.
import { describeHeld } from './describe-held.ts';
import type { ExecResult } from './exec-result.ts';
import type { ConflictKind, RecoveredChanges, SettledChanges } from './settled-changes.ts';

/** How many paths are told one by one. */
const most = 10;

/** As clauses. */
export const conflictReasons: Readonly<Record<ConflictKind, string>> = {
  'changed-since': 'somebody else, or another command, changed it while the command ran',
  unreadable: 'a directory in it cannot be read',
  'in-the-way': 'it depends on something that was left as it was',
  failed: 'the file system refused it',
};

/** One line a path; none when everything is in place. Paths may hold what a terminal obeys: escape before printing. */
export function describeSettled(settled: SettledChanges): readonly string[] {
  return [...(settled.recovered ?? []).map(describeRecovered), ...describeSettlement(settled)];
}

function describeRecovered({ kind, command, held, directory, because }: RecoveredChanges): string {
  const why = because === undefined ? '' : ` (${because})`;
  const rest =
    directory === undefined ? '' : ` What it wrote and is not in place lies in ${directory}${why}.`;
  if (kind === 'finished')
    return `Cordon was killed while it brought in what a command wrote, and has finished that now: ${command}.${rest}`;
  const where = held.length === 0 ? '' : ` See \`cordon held list\` (${String(held.length)}).`;
  return `Cordon was killed before it brought in what a command wrote, and nothing of it is in place: ${command}.${where}${rest}`;
}

function describeSettlement(settled: SettledChanges): readonly string[] {
  switch (settled.kind) {
    case 'committed':
      return [
        ...settled.direct.map(
          ({ root, because }) =>
            `What is written below ${root} counts at once, and is not judged: ${because}.`,
        ),
        ...describeHeld(settled.held),
        ...describeConflicts(settled),
        ...(settled.originals?.kind === 'none'
          ? [`What it changed cannot be undone: ${settled.originals.because}.`]
          : []),
      ];
    case 'discarded':
      return [`Nothing was changed: ${settled.reason} (${settled.path}, by ${settled.rule}).`];
    case 'failed':
      return [
        settled.isUnfinished === true
          ? `Only part of it is in place, and the next start goes on with it: ${settled.because}. What the command wrote lies in ${settled.directory}.`
          : `Nothing was changed: ${settled.because}. What the command wrote lies in ${settled.directory}.`,
      ];
    case 'pending':
      return [`Nothing is in place yet: what the command wrote waits in the change set ${settled.id}.`];
  }
}

function describeConflicts(settled: Extract<SettledChanges, { readonly kind: 'committed' }>): string[] {
  const lines = settled.conflicts.slice(0, most).map(({ path, conflict, id }) => {
    const where = id === undefined ? '' : ` The command's own is in \`cordon held show ${id}\`.`;
    return `Not changed: ${path}, because ${conflictReasons[conflict]}.${where}`;
  });
  const more = settled.conflicts.length - lines.length;
  return more > 0 ? [...lines, `Not changed as well: ${String(more)} more paths.`] : lines;
}

/** What became of everything that the command of a result wrote; none when everything is in place, or nothing ran. */
export function describeChanges(result: ExecResult): readonly string[] {
  if (result.kind === 'not-run') return [];
  // Whoever wanted them held has the change set.
  const settled = result.attempts.flatMap(({ changes }) =>
    changes === undefined || changes.kind === 'pending' ? [] : changes,
  );
  // What was held back stands in the result, whichever way the command ran.
  const rest = settled.flatMap((each) =>
    describeSettled(each.kind === 'committed' ? { ...each, held: [], direct: [] } : each),
  );
  return [...describeHeld(result.held ?? []), ...rest];
}

/**
 * Why nothing, or not all, of what the last attempt wrote is in the workspace, single conflicts and what its caller wanted
 * held apart: a sentence.
 */
export function describeUnsettled(result: ExecResult): string | undefined {
  if (result.kind === 'not-run') return undefined;
  const changes = result.attempts.flatMap((attempt) => attempt.changes ?? []).at(-1);
  const isWanted = changes === undefined || changes.kind === 'committed' || changes.kind === 'pending';
  return isWanted ? undefined : describeSettlement(changes)[0];
}
