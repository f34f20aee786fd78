// Rules that change nothing because another rule already says as much, or more strictly, to every command they meet.
import type { Argv, Decision } from '../../domain/index.ts';
import { RuleIndex, type IndexedRule } from '../rules/rule-index.ts';
import { noLimits, wholePattern, type PatternToken, type Rule } from '../rules/rule.ts';

export interface Shadow {
  readonly rule: Rule;
  readonly by: Rule;
  /** The other rule is stricter, so this one never counts; else it says the same. */
  readonly kind: 'overruled' | 'repeated';
}

const strictness: Readonly<Record<Decision, number>> = { allow: 0, prompt: 1, forbidden: 2 };

/** More combinations of alternatives than this are not looked through. */
const mostReadings = 64;

export function findShadows(rules: readonly Rule[]): readonly Shadow[] {
  const plain = rules
    .map((rule, order): IndexedRule => ({ rule, order }))
    .filter(({ rule }) => rule.limits === noLimits && !rule.canonical);
  const index = new RuleIndex(plain);
  return rules.flatMap((rule, order) => {
    const by = coveredBy(rule, order, index);
    if (by === undefined) return [];
    return [{ rule, by, kind: by.decision === rule.decision ? 'repeated' : 'overruled' } as const];
  });
}

/** The strictest rule that every reading of the pattern meets, when it is at least as strict. */
function coveredBy(rule: Rule, order: number, index: RuleIndex): Rule | undefined {
  const readings = readingsOf(rule);
  const [first, ...others] = readings;
  if (first === undefined) return undefined;
  let covering = index.match(first[0], first, 1).met.filter((entry) => counts(entry, rule, order));
  for (const reading of others) {
    if (covering.length === 0) return undefined;
    const met = new Set(index.match(reading[0], reading, 1).met);
    covering = covering.filter((entry) => met.has(entry));
  }
  return covering.toSorted((a, b) => strictness[b.rule.decision] - strictness[a.rule.decision])[0]?.rule;
}

function counts(entry: IndexedRule, rule: Rule, order: number): boolean {
  if (entry.order === order || isSameCall(entry.rule, rule)) return false;
  const difference = strictness[entry.rule.decision] - strictness[rule.decision];
  // Of two rules that say the same to the same commands the later is one too many.
  const isEqual = difference === 0 && entry.rule.rest.length === rule.rest.length && rule.limits === noLimits;
  return isEqual ? entry.order < order : difference >= 0;
}

function isSameCall(a: Rule, b: Rule): boolean {
  return JSON.stringify(a.source) === JSON.stringify(b.source);
}

function readingsOf(rule: Rule): readonly Argv[] {
  // Behind a wildcard nothing is known; what stands before it is enough to be covered by.
  const places = rule.limits.further.length === 0 ? wholePattern(rule).slice(1) : rule.rest;
  let readings: readonly Argv[] = [[rule.program]];
  for (const place of places) {
    readings = readings.flatMap((words) => alternatives(place).map((word): Argv => [...words, word]));
    if (readings.length > mostReadings) return [];
  }
  return readings;
}

function alternatives(place: PatternToken): readonly string[] {
  return typeof place === 'string' ? [place] : place;
}
