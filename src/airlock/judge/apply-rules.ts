// `change_rule`s of the rule files over the table's answer: of those that match a change the strictest wins, and
// then over the table. `forbidden` discards the whole set.
import {
  bytePath,
  compileChangeGlob,
  isNonEmpty,
  type Change,
  type ChangeKind,
  type ChangeRule,
  type JudgedChange,
  type Judgement,
} from '../../domain/index.ts';
import { absoluteOf, type View } from './view.ts';

const strictness: Readonly<Record<ChangeRule['decision'], number>> = { allow: 0, prompt: 1, forbidden: 2 };

export function applyRules(view: View, judged: readonly JudgedChange[]): Judgement {
  const { rules } = view.world;
  if (rules.length === 0) return { kind: 'judged', changes: judged };
  const compiled = rules.map((rule) => ({
    rule,
    matches: rule.paths.map((glob) => compileChangeGlob(glob, view.home)),
  }));
  const changes: JudgedChange[] = [];
  for (const one of judged) {
    const path = absoluteOf(one.change);
    const kinds = kindsOf(one.change);
    const matching = compiled
      .filter(({ rule, matches }) => {
        const kindFits = rule.kinds.length === 0 || rule.kinds.some((kind) => kinds.includes(kind));
        return kindFits && matches.some((fits) => fits(path, bytePath(one.change.root)));
      })
      .map(({ rule }) => rule)
      .toSorted((one, other) => strictness[other.decision] - strictness[one.decision]);
    if (!isNonEmpty(matching)) {
      changes.push(one);
      continue;
    }
    const [rule] = matching;
    const reason = rule.justification ?? `A rule says ${rule.decision} for this path.`;
    if (rule.decision === 'forbidden')
      return { kind: 'discarded', change: one.change, reason, rule: rule.source };
    if (rule.decision === 'allow') changes.push({ change: one.change, verdict: { kind: 'keep' } });
    else
      changes.push({
        change: one.change,
        verdict: {
          kind: 'hold',
          held: [{ reason, runs: `a rule of ${rule.source} asks about it`, rule: rule.source }],
        },
      });
  }
  return { kind: 'judged', changes };
}

export function kindsOf({ before, after }: Change): ChangeKind[] {
  if (before.kind === 'missing') return ['create'];
  if (after.kind === 'missing') return ['delete'];
  if (before.kind === 'file' && after.kind === 'file' && before.mode !== after.mode)
    return ['modify', 'mode'];
  if (before.kind === 'directory' && after.kind === 'directory') return ['mode'];
  return ['modify'];
}
