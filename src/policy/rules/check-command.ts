// What the rules alone say about one argv, word by word: the answer of `policy check`, and of every example in a
// file. It looks at no disk and follows no `PATH`; evaluate-command.ts is what guards a real run.
import type { Argv, Decision } from '../../domain/index.ts';
import { mayCarry, readCarriedAssignments } from './carried-assignments.ts';
import { startsBehindOptions } from './global-options.ts';
import { baseName, mayStandFor, programPath, type LexicalPlace } from './host-path.ts';
import { limitsHold, type Directory } from './limits.ts';
import type { Policy } from './policy.ts';
import type { IndexedRule } from './rule-index.ts';
import { patternLength, type Rule } from './rule.ts';

export interface CheckedMatch {
  readonly rule: Rule;
  readonly matchedPrefix: Argv;
  readonly decision: Decision;
  /** Set when the rule met the program by its base name. */
  readonly resolvedProgram: string | undefined;
}

export interface CheckOptions {
  /** `undefined` compares programs as they are written; a place lets `/usr/bin/git` meet a rule about `git`. */
  readonly resolveFrom: LexicalPlace | undefined;
  /** The directory `cwd=` rules compare with. */
  readonly directory: Directory;
  /** Follows the links of a rule's own paths. Default: nobody looks. */
  realPath?(path: string): string | undefined;
  /** Rules that ask or forbid look past options of the program, as they do when a command runs. Default false. */
  readonly asWhenRun?: boolean;
  /** Where relative paths among the arguments start when the directory is any. */
  readonly examplesFrom?: string | undefined;
}

/** Every rule the command meets, in the order of definition. Base names count only when nothing met the program itself. */
export function checkCommand(policy: Policy, argv: Argv, options: CheckOptions): readonly CheckedMatch[] {
  const direct = meet(policy, { argv, program: argv[0], options });
  if (direct.length > 0 || options.resolveFrom === undefined) return direct;
  const named = programPath(argv[0], options.resolveFrom);
  if (named === undefined) return [];
  const respelled: Argv = [named.baseName, ...argv.slice(1)];
  return meet(policy, { argv: respelled, program: named.baseName, options })
    .filter(({ rule }) => mayStandFor(policy.hosts, rule, named.path))
    .map((match) => ({ ...match, resolvedProgram: named.path }));
}

interface Asked {
  readonly argv: Argv;
  readonly program: string;
  readonly options: CheckOptions;
}

function meet(policy: Policy, asked: Asked): readonly CheckedMatch[] {
  const found = new Map<IndexedRule, Argv>();
  collect(policy, { ...asked, start: 1, keep: () => true }, found);
  for (const skipping of ['to-deny', 'to-allow'] as const) {
    for (const start of startsBehindOptions(baseName(asked.program), asked.argv, skipping).starts) {
      const keep = ({ limits, decision }: Rule): boolean => {
        if ((decision === 'allow') !== (skipping === 'to-allow')) return false;
        if (limits.skipOptions !== 'by-decision') return limits.skipOptions === 'always';
        return asked.options.asWhenRun === true && decision !== 'allow';
      };
      collect(policy, { ...asked, start, keep }, found);
    }
  }
  const carried = readCarriedAssignments(asked.argv);
  if (carried !== undefined) {
    const keep = (rule: Rule): boolean => mayCarry(rule, carried.assignments);
    collect(policy, { ...asked, program: carried.inner[0], argv: carried.inner, start: 1, keep }, found);
  }
  return [...found].sort(([a], [b]) => a.order - b.order).map(([entry, words]) => toMatch(entry.rule, words));
}

interface Collecting extends Asked {
  /** Index of the word compared with the second word of a pattern. */
  readonly start: number;
  keep(rule: Rule): boolean;
}

function collect(
  policy: Policy,
  { argv, program, options, start, keep }: Collecting,
  found: Map<IndexedRule, Argv>,
): void {
  const { met } = policy.all.match(program, argv, start);
  if (met.length === 0) return;
  const words: Argv = start === 1 ? argv : [argv[0], ...argv.slice(start)];
  for (const entry of met) {
    if (found.has(entry) || !keep(entry.rule)) continue;
    if (limitsHold(entry.rule, { ...options, words, whole: argv }) === 'yes') found.set(entry, words);
  }
}

function toMatch(rule: Rule, argv: Argv): CheckedMatch {
  return {
    rule,
    matchedPrefix: [argv[0], ...argv.slice(1, patternLength(rule))],
    decision: rule.decision,
    resolvedProgram: undefined,
  };
}
