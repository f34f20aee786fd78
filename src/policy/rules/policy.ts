// A set of rules that is never changed: adding one makes another policy. Indexes are built when first needed.
import type { ChangeRule } from '../../domain/index.ts';
import { strictestDefault, type DefaultRule } from './default-rule.ts';
import { foldCase } from './fold-case.ts';
import { RuleIndex, type IndexedRule } from './rule-index.ts';
import type { HostExecutables, NetworkRule, PatternToken, Rule } from './rule.ts';

export interface PolicyParts {
  /** In order of definition. */
  readonly rules: readonly Rule[];
  readonly hosts: HostExecutables;
  readonly network: readonly NetworkRule[];
  /** About what commands leave behind. Default none. */
  readonly changes?: readonly ChangeRule[];
  /** About commands that no other rule speaks about. Default none. */
  readonly defaults?: readonly DefaultRule[];
}

export class Policy implements PolicyParts {
  readonly rules: readonly Rule[];
  readonly hosts: HostExecutables;
  readonly network: readonly NetworkRule[];
  readonly changes: readonly ChangeRule[];
  readonly defaults: readonly DefaultRule[];
  #all: RuleIndex | undefined;
  #allows: RuleIndex | undefined;
  #denials: RuleIndex | undefined;
  #denialsByFold: ReadonlyMap<string, readonly string[]> | undefined;
  #denialsByPath: ReadonlyMap<string, readonly IndexedRule[]> | undefined;

  constructor(parts: PolicyParts) {
    this.rules = parts.rules;
    this.hosts = parts.hosts;
    this.network = parts.network;
    this.changes = parts.changes ?? [];
    this.defaults = parts.defaults ?? [];
  }

  /** What holds for commands that no other rule speaks about. */
  get fallback(): DefaultRule | undefined {
    return strictestDefault(this.defaults);
  }

  /** Every rule. */
  get all(): RuleIndex {
    return (this.#all ??= this.#index(() => true));
  }

  get allows(): RuleIndex {
    return (this.#allows ??= this.#index(({ decision }) => decision === 'allow'));
  }

  /** Rules that ask or forbid: the ones a command must not slip past. */
  get denials(): RuleIndex {
    return (this.#denials ??= this.#index(({ decision }) => decision !== 'allow'));
  }

  /** Denials that name their program by a path, under its last component. */
  get denialsByPath(): ReadonlyMap<string, readonly IndexedRule[]> {
    return (this.#denialsByPath ??= groupByBaseName(this.rules));
  }

  /**
   * The rules that can have anything to say about a command with these words. For a process that asks once: looking
   * through all rules costs less than indexing them.
   */
  about(words: readonly string[]): Policy {
    const names = namesIn(words);
    const isThere = (token: PatternToken | undefined): boolean =>
      token === undefined ||
      (typeof token === 'string' ? names.has(token) : token.some((word) => names.has(word)));
    return new Policy({
      ...this.#parts(),
      rules: this.rules.filter(
        ({ canonical, program, rest }) => canonical || (names.has(program) && isThere(rest[0])),
      ),
    });
  }

  /** Programs that rules which ask or forbid name, under their case-folded form. */
  get denialsByFold(): ReadonlyMap<string, readonly string[]> {
    return (this.#denialsByFold ??= groupByFold(this.rules));
  }

  with(more: readonly Rule[]): Policy {
    return more.length === 0 ? this : new Policy({ ...this.#parts(), rules: [...this.rules, ...more] });
  }

  /** The rules that hold at a moment, in milliseconds since the epoch. */
  at(now: number): Policy {
    if (this.endsAt > now) return this;
    return new Policy({ ...this.#parts(), rules: this.rules.filter((rule) => endOf(rule) > now) });
  }

  /** When the first of the rules ends, in milliseconds since the epoch; `Infinity` when none does. */
  get endsAt(): number {
    return this.rules.reduce((first, rule) => Math.min(first, endOf(rule)), Infinity);
  }

  #parts(): PolicyParts {
    const { rules, hosts, network, changes, defaults } = this;
    return { rules, hosts, network, changes, defaults };
  }

  #index(keep: (rule: Rule) => boolean): RuleIndex {
    const kept: IndexedRule[] = [];
    for (const [order, rule] of this.rules.entries()) if (keep(rule)) kept.push({ rule, order });
    return new RuleIndex(kept);
  }
}

function endOf({ limits }: Rule): number {
  return limits.expiresAt ?? Infinity;
}

/** The words of a command and their base names: a rule that names none of them says nothing about it, unless it is canonical. */
export function namesIn(words: readonly string[]): ReadonlySet<string> {
  const names = new Set(words);
  for (const word of words) names.add(word.replace(/\/+$/, '').replace(/^.*\//s, ''));
  return names;
}

function groupByFold(rules: readonly Rule[]): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, readonly string[]>();
  for (const { decision, program } of rules) {
    const key = foldCase(program);
    const group = groups.get(key) ?? [];
    if (decision !== 'allow' && !group.includes(program)) groups.set(key, [...group, program]);
  }
  return groups;
}

function groupByBaseName(rules: readonly Rule[]): ReadonlyMap<string, readonly IndexedRule[]> {
  const groups = new Map<string, IndexedRule[]>();
  for (const [order, rule] of rules.entries()) {
    if (rule.decision === 'allow' || !rule.program.includes('/')) continue;
    const name = rule.program.slice(rule.program.lastIndexOf('/') + 1);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [{ rule, order }]);
    else group.push({ rule, order });
  }
  return groups;
}
