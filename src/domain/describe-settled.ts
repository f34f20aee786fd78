// What became of a command's changes, in sentences for people and models.
import { showBytePath } from './change-set.ts';
import { describeHeld } from './describe-held.ts';
import type { ConflictKind, SettledChanges } from './settled-changes.ts';

/** How many paths are told one by one. */
const most = 10;

const conflicts: Readonly<Record<ConflictKind, string>> = {
  'changed-since': 'somebody else changed it while the command ran',
  unreadable: 'a directory in it cannot be read',
  'in-the-way': 'it depends on something that was left as it was',
  failed: 'the file system refused it',
};

/** One line a path; none when everything is in place. Paths may hold what a terminal obeys: escape before printing. */
export function describeSettled(settled: SettledChanges): readonly string[] {
  switch (settled.kind) {
    case 'committed':
      return [
        ...settled.direct.map(
          ({ root, because }) =>
            `What is written below ${root} counts at once, and is not judged: ${because}.`,
        ),
        ...describeHeld(settled.held),
        ...describeConflicts(settled),
      ];
    case 'discarded':
      return [
        `Nothing was changed: ${settled.reason} (${settled.change.root}/${showBytePath(settled.change.path)}, by ${settled.rule}).`,
      ];
    case 'failed':
      return [
        `Nothing was changed: ${settled.because}. What the command wrote lies in ${settled.directory}.`,
      ];
  }
}

function describeConflicts(settled: Extract<SettledChanges, { readonly kind: 'committed' }>): string[] {
  const lines = settled.conflicts.slice(0, most).map(({ path, conflict, id }) => {
    const where = id === undefined ? '' : ` The command's own is in \`cordon held show ${id}\`.`;
    return `Not changed: ${path}, because ${conflicts[conflict]}.${where}`;
  });
  const more = settled.conflicts.length - lines.length;
  return more > 0 ? [...lines, `Not changed as well: ${String(more)} more paths.`] : lines;
}
