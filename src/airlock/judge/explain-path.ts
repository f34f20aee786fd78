// One path, explained: who obeys it, what of it is kept, and what the judge would say had a command written what stands
// there now.
import {
  type AbsolutePath,
  assertNever,
  bytePath,
  type BytePath,
  type Change,
  type ChangeVerdict,
  type NodeState,
  type TreeReader,
} from '../../domain/index.ts';
import { judgeOnce } from './judge-once.ts';
import { inside, isWithin } from './path.ts';
import type { Role } from './role.ts';
import type { JudgeWorld } from './world.ts';

export interface ExplainedRole {
  /** Who runs, reads or obeys it, for people. */
  readonly runs: string;
  /** What of new content is kept there, and what is held back: a sentence. */
  readonly rule: string;
}

export interface PathExplanation {
  /** What stands there now. */
  readonly there: NodeState['kind'];
  /** Empty: nothing outside obeys it by itself. */
  readonly roles: readonly ExplainedRole[];
  /** Of what stands there now, as if a command had just made it; undefined when nothing does. */
  readonly verdict: ChangeVerdict | ForbiddenPath | undefined;
}

/** A `change_rule` would discard everything the command wrote. */
export interface ForbiddenPath {
  readonly kind: 'forbidden';
  readonly reason: string;
  readonly rule: string;
}

/** `path` relative to `root`, the workspace of the command; links on the way are not followed. */
export function explainPath(
  { root, path }: { readonly root: AbsolutePath; readonly path: BytePath },
  world: JudgeWorld,
): PathExplanation {
  const at = inside(bytePath(root), path);
  const there = world.after.stat(at);
  // What a command would make of a free name is not known; that it makes a file is what matters for who obeys it.
  const after: NodeState = there.kind === 'missing' ? { kind: 'file', size: 0, mode: 0o644 } : there;
  const change: Change = { root, path, before: { kind: 'missing' }, after };
  const look = judgeOnce(
    { id: 'explain', roots: [root], changes: [change] },
    { ...world, before: without(world.before, at), after: withFile(world.after, at, there) },
  );
  const roles = look.rolesOf(change).map(explainRole);
  if (look.kind === 'discarded')
    return { there: there.kind, roles, verdict: { kind: 'forbidden', reason: look.reason, rule: look.rule } };
  const verdict = there.kind === 'missing' ? undefined : look.changes[0]?.verdict;
  return { there: there.kind, roles, verdict };
}

function without(reader: TreeReader, path: BytePath): TreeReader {
  const isGone = (asked: BytePath): boolean => isWithin(asked, path);
  return {
    stat: (asked) => (isGone(asked) ? { kind: 'missing' } : reader.stat(asked)),
    list: (asked) => (isGone(asked) ? { kind: 'absent' } : reader.list(asked)),
    read: (asked, limit) => (isGone(asked) ? { kind: 'absent' } : reader.read(asked, limit)),
  };
}

function withFile(reader: TreeReader, path: BytePath, there: NodeState): TreeReader {
  if (there.kind !== 'missing') return reader;
  return {
    stat: (asked) => (asked === path ? { kind: 'file', size: 0, mode: 0o644 } : reader.stat(asked)),
    list: (asked) => reader.list(asked),
    read: (asked, limit) =>
      asked === path ? { kind: 'bytes', bytes: new Uint8Array() } : reader.read(asked, limit),
  };
}

const ofGit: Readonly<
  Record<'git-config' | 'git-modules' | 'git-hook' | 'git-todo' | 'git-attributes' | 'git-remote', string>
> = {
  'git-config':
    'Keys that only describe are kept; a key that can start a program, read another file or lead data elsewhere is held back, one by one.',
  'git-modules':
    'Kept, but for an `update` that is a command and an address or path that git would take for an option.',
  'git-hook': "git's own samples are kept; everything else is held back.",
  'git-todo': 'Steps that only pick commits are kept; lines that run something are held back.',
  'git-attributes': 'Kept, but for lines that name a filter, a diff or a merge driver.',
  'git-remote': 'Ordinary addresses are kept; what would start a program is held back.',
};

function explainRole(role: Role): ExplainedRole {
  switch (role.kind) {
    case 'git-config':
    case 'git-modules':
    case 'git-hook':
    case 'git-todo':
    case 'git-attributes':
    case 'git-remote':
      return { runs: role.runs, rule: ofGit[role.kind] };
    case 'hold':
      return { runs: role.runs, rule: `Whatever is new there is held back: ${role.reason}` };
    case 'program':
      return { runs: role.runs, rule: `New content is held back: ${role.reason}` };
    case 'link':
      return {
        runs: role.runs,
        rule: `On the way to it: a link or something else that leads elsewhere is held back. ${role.reason}`,
      };
    case 'row':
      return {
        runs: role.row.runs,
        rule:
          role.row.keeps === undefined
            ? `New content of \`${role.row.pattern}\` is held back.`
            : `What only describes is kept in \`${role.row.pattern}\`; the rest is held back.`,
      };
    default:
      return assertNever(role, 'explainRole');
  }
}
