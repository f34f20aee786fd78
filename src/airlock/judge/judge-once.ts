// One look at a change set, as if all of it came in: what of it may be kept, what must be held back because a program
// outside would run or obey it by itself, and what is kept without some of its parts.
import {
  bytePath,
  type BytePath,
  type Change,
  type ChangeSet,
  type ChangeVerdict,
  type HeldPart,
  type JudgedChange,
  type Judgement,
} from '../../domain/index.ts';
import { applyRules } from './apply-rules.ts';
import { collectRowRoles, groupLeadingRows, type LeadingRows } from './collect-row-roles.ts';
import { collectGitRoles, workTreesOf } from './git/collect-git-roles.ts';
import { findDeparted } from './git/departed.ts';
import { findGitDirectories } from './git/find-git-directories.ts';
import { isPointer, judgePointers } from './git/judge-pointers.ts';
import { judgeRole } from './judge-role.ts';
import { isWithin, parentOf } from './path.ts';
import { type Role, RoleMap } from './role.ts';
import { indexRows, matchRows } from './table/match-rows.ts';
import { whatRunsLater } from './table/what-runs-later.ts';
import { absoluteOf, makeView, type View } from './view.ts';
import type { JudgeWorld } from './world.ts';

const ownRows = indexRows(whatRunsLater);
/** Grouped when something is judged first: a program that runs nothing pays nothing for it. */
const own: { leading?: LeadingRows } = {};
const ownLeading = (): LeadingRows => (own.leading ??= groupLeadingRows(whatRunsLater));

export type Look = Judgement & {
  /** What the change is for the programs that run later. */
  readonly rolesOf: (change: Change) => readonly Role[];
};

/** One verdict for each change, in their order. Does not throw for anything a command can write. */
export function judgeOnce(set: ChangeSet, world: JudgeWorld): Look {
  const view = makeView(set, world);
  const { directories, rolesOf } = assignRoles(set, view);
  const departed = findDeparted(view);
  const judged = set.changes.map((change): JudgedChange => {
    const path = absoluteOf(change);
    const subject = { view, departed, path, change };
    return { change, verdict: strictest(rolesOf(change).map((role) => judgeRole(subject, role))) };
  });
  const pointed = judgePointers(view, directories, judged);
  const ruled = applyRules(view, pointed);
  if (ruled.kind === 'discarded') return { ...ruled, rolesOf };
  return { kind: 'judged', changes: holdWhatLiesBelow(ruled.changes), rolesOf };
}

/** Which of the paths have a role at all, or lead git elsewhere: where whoever wrote directly has to look, and what is worth remembering. */
export function findJudged(set: ChangeSet, world: JudgeWorld): readonly Change[] {
  const { rolesOf } = assignRoles(set, makeView(set, world));
  return set.changes.filter((change) => rolesOf(change).length > 0 || isPointer(absoluteOf(change)));
}

interface Assigned {
  readonly directories: ReadonlySet<BytePath>;
  rolesOf(change: Change): readonly Role[];
}

function assignRoles(set: ChangeSet, view: View): Assigned {
  const { world } = view;
  const errand = { view, roles: new RoleMap() };
  const directories = findGitDirectories(view);
  collectGitRoles(errand, directories, findDeparted(view));
  const workTrees = [...directories].flatMap((directory) => workTreesOf(view.after, directory));
  const leading: readonly LeadingRows[] =
    world.rows.length === 0 ? [ownLeading()] : [ownLeading(), groupLeadingRows(world.rows)];
  const tops = new Set([...view.roots, ...workTrees.filter((top) => view.inRoots(top))]);
  collectRowRoles(errand, leading, [...tops]);
  const rows = world.rows.length === 0 ? [ownRows] : [ownRows, indexRows(world.rows)];
  const roots = new Map(set.roots.map((root) => [root, bytePath(root)]));
  return {
    directories,
    rolesOf: (change) => {
      const path = absoluteOf(change);
      const root = roots.get(change.root) ?? parentOf(path);
      const named = rows.flatMap((index) => matchRows(index, path, { root, home: view.home }));
      return [...errand.roles.of(path), ...named.map((row) => ({ kind: 'row', row }) as const)];
    },
  };
}

/** A whole path held wins; of two rewrites, which only happen in odd places, nothing is kept. */
export function strictest(verdicts: readonly ChangeVerdict[]): ChangeVerdict {
  const [first, ...rest] = verdicts.filter(({ kind }) => kind !== 'keep');
  if (first === undefined) return { kind: 'keep' };
  const hold = [first, ...rest].find(({ kind }) => kind === 'hold');
  if (hold !== undefined) return hold;
  const same = rest.every((other) => JSON.stringify(other) === JSON.stringify(first));
  if (same || first.kind !== 'rewrite') return first;
  return { kind: 'hold', held: first.held };
}

/** Where a path stays as it was, nothing can be put below what the command made of it. */
function holdWhatLiesBelow(judged: readonly JudgedChange[]): JudgedChange[] {
  const stays = new Map<BytePath, readonly [HeldPart, ...HeldPart[]]>();
  for (const { change, verdict } of judged)
    if (verdict.kind === 'hold' && change.after.kind !== 'file' && change.before.kind === 'directory')
      stays.set(absoluteOf(change), verdict.held);
  if (stays.size === 0) return [...judged];
  return judged.map(({ change, verdict }) => {
    const path = absoluteOf(change);
    const above = [...stays].find(([place]) => place !== path && isWithin(path, place));
    return above === undefined ? { change, verdict } : { change, verdict: { kind: 'hold', held: above[1] } };
  });
}
