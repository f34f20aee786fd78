// Records of commits in lines for people. Everything a command could have named is made harmless to a terminal.
import {
  type ChangeRecord,
  conflictReasons,
  type RecordedChanges,
  type RefusedUndo,
} from '../../domain/index.ts';
import { visible } from '../terminal/visible-text.ts';

export function recordLine({ id, at, command, count, undoes }: ChangeRecord): string {
  const when = new Date(at).toISOString().slice(0, 16).replace('T', ' ');
  const what = undoes === undefined ? visible(command) : `undo of ${visible(undoes)}`;
  return `${id}  ${when}  ${paths(count).padEnd(11)}  ${what}`;
}

export function recordLines({ record, changes, omitted }: RecordedChanges): readonly string[] {
  return [
    recordLine(record),
    ...changes.map(({ kind, path, conflict }) => {
      const why = conflict === undefined ? '' : `  (an undo leaves it: ${conflictReasons[conflict]})`;
      return `  ${kind.padEnd(6)}  ${visible(path)}${why}`;
    }),
    ...(omitted === 0 ? [] : [`  and ${String(omitted)} more`]),
  ];
}

export function refusedLine({ path, why, held }: RefusedUndo): string {
  if (why !== 'would-run') return `Left as it is: ${visible(path)}, because ${reasons[why]}`;
  const [first] = held ?? [];
  const what =
    first === undefined ? 'something outside would run it' : `${first.reason} Run by: ${first.runs}.`;
  return `Left as it is: ${visible(path)}, because ${visible(what)} With --unjudged it comes back all the same`;
}

const reasons: typeof conflictReasons = {
  ...conflictReasons,
  'changed-since': 'it is not as the commit left it: somebody changed it since',
};

export function paths(count: number): string {
  return count === 1 ? '1 path' : `${String(count)} paths`;
}
