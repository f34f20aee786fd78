// Reads a policy as a reviewer would, and says what is probably not meant. Warnings decide nothing.
import type { RuleSource } from '../../domain/index.ts';
import { showPattern, showText } from '../language/show-words.ts';
import type { Policy } from '../rules/policy.ts';
import { wholePattern, type Rule } from '../rules/rule.ts';
import { findShadows } from './find-shadows.ts';
import { lintReach } from './lint-reach.ts';
import { lintWords } from './lint-words.ts';
import type { RuleWarning } from './rule-warning.ts';

export interface LintWorld {
  /** Whether anything is at the path. */
  exists(path: string): boolean;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** In the order of the rules; one call that makes several rules is warned about once. */
export function lintRules(policy: Policy, world: LintWorld): readonly RuleWarning[] {
  const warnings: RuleWarning[] = [];
  for (const rule of policy.rules) {
    for (const message of [
      ...lintWords(rule),
      ...lintReach(rule),
      ...lintPaths(rule, policy, world),
      ...lintExpiry(rule, world),
    ]) {
      warnings.push({ source: rule.source, message });
    }
  }
  for (const { rule, by, kind } of findShadows(policy.rules)) {
    const where = `${place(by.source)} (${by.decision} ${showPattern(wholePattern(by))})`;
    const message =
      kind === 'overruled'
        ? `It never counts: ${where} is stricter and meets every command it meets`
        : `It adds nothing: ${where} says the same to every command it meets`;
    warnings.push({ source: rule.source, message });
  }
  return once(warnings);
}

function lintPaths(rule: Rule, { hosts }: Policy, { exists }: LintWorld): readonly string[] {
  const { cwd, paths, pathsOutside } = rule.limits;
  const missing = [...cwd, ...paths, ...pathsOutside].filter((path) => !exists(path));
  const listed = rule.decision === 'allow' ? hosts.get(rule.program) : undefined;
  const isNowhere = listed !== undefined && !listed.some(exists);
  const isGone = rule.program.startsWith('/') && !exists(rule.program);
  return [
    ...missing.map((path) => `The directory ${showText(path)} does not exist`),
    ...(isGone ? [`There is no program ${showText(rule.program)}`] : []),
    ...(isNowhere
      ? [
          `No command can meet it: none of the places that host_executable lists for ${showText(rule.program)} exists`,
        ]
      : []),
  ];
}

function lintExpiry({ limits: { expiresAt } }: Rule, { now }: LintWorld): readonly string[] {
  return expiresAt !== undefined && expiresAt <= now
    ? [`It ended ${new Date(expiresAt).toISOString().slice(0, 16)}Z`]
    : [];
}

function place(source: RuleSource): string {
  switch (source.kind) {
    case 'file':
      return `${showText(source.file)}:${source.line}`;
    case 'managed':
      return `${showText(source.file)} prefix_rules[${source.index}]`;
    case 'session':
      return 'this session';
  }
}

function once(warnings: readonly RuleWarning[]): readonly RuleWarning[] {
  const seen = new Set<string>();
  return warnings.filter((warning) => {
    const key = JSON.stringify(warning);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
