// All that was found about one input to one verdict, and the match to name for it.
import {
  isNonEmpty,
  type CommandClass,
  type Evaluation,
  type EvaluationVerdict,
  type ParsedCommand,
  type PinnedPrograms,
  type RuleMatch,
  RuntimeError,
} from '../../domain/index.ts';

export interface Judged {
  readonly matches: readonly RuleMatch[];
  /** Every command of the input is covered by an allow rule. Never true of an opaque input. */
  readonly everyCovered: boolean;
  /** Whether the sandbox has to hold what an allowed command writes beside its words. */
  readonly leansOnSandbox: boolean;
  /** Whether something dangerous reaches further than expendable files inside the sandbox. */
  readonly isDangerOpen: boolean;
}

/** `pinned` is what has to hold for the programs that were trusted. */
export function decide(
  parsed: ParsedCommand,
  judged: Judged,
  { pinned }: { readonly pinned: PinnedPrograms | undefined },
): Evaluation {
  const { everyCovered, leansOnSandbox, isDangerOpen } = judged;
  const matches = withoutRepeats(judged.matches);
  const verdict = verdictOf(parsed, matches, everyCovered);
  const decidedBy = named(matches, verdict);
  if (!isNonEmpty(matches) || decidedBy === undefined) {
    throw new RuntimeError('E_INVARIANT', 'Cannot evaluate: a command has neither a rule nor a heuristic');
  }
  return {
    verdict,
    decidedBy,
    matches,
    parsed,
    ...(leansOnSandbox ? { leansOnSandbox: true as const } : {}),
    ...(verdict === 'dangerous' && !isDangerOpen ? { dangerIsContained: true as const } : {}),
    ...(pinned === undefined ? {} : { pinned }),
  };
}

/** One rule met by a command and again by the same command behind a wrapper is one match. */
function withoutRepeats(matches: readonly RuleMatch[]): readonly RuleMatch[] {
  if (matches.length < 2) return matches;
  const seen = new Set<string>();
  return matches.filter((match) => {
    const key = JSON.stringify(match);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function verdictOf(
  parsed: ParsedCommand,
  matches: readonly RuleMatch[],
  everyCovered: boolean,
): EvaluationVerdict {
  const says = (decision: string): boolean =>
    matches.some((match) => match.kind !== 'heuristic' && match.decision === decision);
  if (says('forbidden')) return 'forbidden';
  if (says('prompt')) return 'prompt';
  if (everyCovered) return 'allowed';
  const classes = new Set(matches.map((match) => (match.kind === 'heuristic' ? match.class : 'safe')));
  if (classes.has('dangerous')) return 'dangerous';
  if (parsed.kind === 'opaque') return 'opaque';
  return classes.has('unknown') ? 'unknown' : 'safe';
}

const classOf: Readonly<
  Record<Exclude<EvaluationVerdict, 'forbidden' | 'prompt' | 'allowed'>, CommandClass>
> = {
  dangerous: 'dangerous',
  opaque: 'unknown',
  unknown: 'unknown',
  safe: 'safe',
};

function named(matches: readonly RuleMatch[], verdict: EvaluationVerdict): RuleMatch | undefined {
  if (verdict === 'forbidden' || verdict === 'prompt') return mostSpecific(matches, verdict);
  if (verdict === 'allowed') return matches.find((match) => match.kind === 'rule');
  return (
    matches.find((match) => match.kind === 'heuristic' && match.class === classOf[verdict]) ??
    matches.find((match) => match.kind === 'heuristic')
  );
}

/** The longest rule has the most to say about why; of two as long, the later. A possible match only when alone. */
function mostSpecific(
  matches: readonly RuleMatch[],
  decision: 'forbidden' | 'prompt',
): RuleMatch | undefined {
  let best: RuleMatch | undefined;
  let length = -1;
  for (const match of matches) {
    if (match.kind === 'heuristic' || match.decision !== decision) continue;
    const size = match.kind === 'rule' && match.isDefault !== true ? match.matchedPrefix.length : 0;
    if (size >= length) [best, length] = [match, size];
  }
  return best;
}
