// The judge: what of a change set may be kept, and what must be held back. A change that makes another one harmless may be
// left out of the workspace itself, held back or in somebody's way, so the others have to be harmless without it. Pure: it
// reads only through the two readers it is given.
import type {
  Change,
  ChangeSet,
  ChangeVerdict,
  HeldPart,
  JudgedChange,
  Judgement,
} from '../../domain/index.ts';
import { judgeOnce, type Look, strictest } from './judge-once.ts';
import { settledReader } from './settled-reader.ts';
import type { JudgeWorld } from './world.ts';

/** What is left then is not worth another look: nobody builds such a chain by accident. */
const mostRounds = 12;

const entangled: HeldPart = {
  reason: 'Whether it may be kept depends on too many other changes that are held back.',
  runs: 'nothing that is known',
};

/**
 * One verdict for each change, in their order. Does not throw for anything a command can write.
 *
 * @param unsure changes that may find their path changed by somebody else: they come in, or they do not.
 */
export function judgeChanges(
  set: ChangeSet,
  world: JudgeWorld,
  unsure: ReadonlySet<Change> = new Set(),
): Judgement {
  if (set.changes.length === 0) return { kind: 'judged', changes: [] };
  const first = judgeOnce(set, world);
  if (first.kind === 'discarded') return first;
  const verdicts = new Map(first.changes.map(({ change, verdict }) => [change, verdict]));
  const doubtful = set.changes.filter((change) => unsure.has(change) || maybeLeftOut(change, first));
  for (let round = 0; round < mostRounds; round += 1) {
    const without = [[], doubtful].map((out) => judgeWithout(set, world, { verdicts, out }));
    if (!without.includes('changed')) return judged(set, verdicts);
  }
  for (const [change, verdict] of verdicts)
    if (verdict.kind === 'keep' && change.after.kind !== 'missing')
      verdicts.set(change, { kind: 'hold', held: [entangled] });
  return judged(set, verdicts);
}

function judged(set: ChangeSet, verdicts: ReadonlyMap<Change, ChangeVerdict>): Judgement {
  const keep: ChangeVerdict = { kind: 'keep' };
  return {
    kind: 'judged',
    changes: set.changes.map((change): JudgedChange => ({ change, verdict: verdicts.get(change) ?? keep })),
  };
}

/**
 * A file or link that was there and that others obey, or find their way by: the host may change it in the moment before
 * the commit, and then it stays the host's.
 */
function maybeLeftOut(change: Change, look: Look): boolean {
  const { before, after } = change;
  if (before.kind === 'symlink') return true;
  return before.kind === 'file' && (after.kind === 'symlink' || look.rolesOf(change).length > 0);
}

interface Left {
  readonly verdicts: Map<Change, ChangeVerdict>;
  readonly out: readonly Change[];
}

/** Judges the rest as it would be without what is held back and without `out`; the stricter verdict stays. */
function judgeWithout(set: ChangeSet, world: JudgeWorld, { verdicts, out }: Left): 'same' | 'changed' {
  const away = new Set(out);
  for (const [change, { kind }] of verdicts) if (kind === 'hold') away.add(change);
  const rewritten = new Map<Change, Uint8Array>();
  for (const [change, verdict] of verdicts)
    if (verdict.kind === 'rewrite' && !away.has(change)) rewritten.set(change, verdict.bytes);
  if (away.size === 0 && rewritten.size === 0) return 'same';
  const rest = set.changes.filter((change) => !away.has(change));
  if (rest.length === 0) return 'same';
  const after = settledReader(world, { away, rewritten });
  const look = judgeOnce({ ...set, changes: rest }, { ...world, after });
  // A rule that forbids had its say already, about every change.
  if (look.kind === 'discarded') return 'same';
  let news: 'same' | 'changed' = 'same';
  for (const { change, verdict } of look.changes) {
    if (verdict.kind === 'keep') continue;
    const known = verdicts.get(change) ?? { kind: 'keep' };
    const strict = strictest([known, verdict]);
    if (sameVerdict(known, strict)) continue;
    verdicts.set(change, strict);
    news = 'changed';
  }
  return news;
}

function sameVerdict(one: ChangeVerdict, other: ChangeVerdict): boolean {
  if (one.kind !== other.kind) return false;
  return one.kind !== 'rewrite' || other.kind !== 'rewrite' || Buffer.compare(one.bytes, other.bytes) === 0;
}
