// What a person is told beside the command's own output: why nothing ran, or what stopped it.
import {
  type AttemptRecord,
  describeAftermath,
  describeEnding,
  type ExecResult,
  type Refusal,
} from '../../domain/index.ts';
import { describeDenial } from '../../runtime/index.ts';
import { visible } from '../terminal/visible-text.ts';

/** Lines for stderr, without a prefix. Empty when the command speaks for itself. Safe to print. */
export function sayResult(result: ExecResult, wish: 'commit' | 'journal' = 'commit'): readonly string[] {
  // A program's name is in the reason why it did not start, and the name may be the model's.
  return [...linesFor(result), ...(wish === 'journal' ? sayOriginals(result) : [])].map(visible);
}

/** Who wants to be able to take it back is told how, or that it cannot be. */
function sayOriginals(result: ExecResult): readonly string[] {
  if (result.kind === 'not-run') return [];
  const settled = result.attempts.flatMap(({ changes }) => changes ?? []);
  const kept = settled.flatMap((changes) =>
    changes.kind === 'committed' && changes.originals?.kind === 'kept' ? [changes.originals.id] : [],
  );
  if (settled.length === 0)
    return ['What it changed cannot be undone: it wrote to the directories themselves.'];
  return kept.map((id) => `\`cordon undo ${id}\` takes back what it changed.`);
}

function linesFor(result: ExecResult): readonly string[] {
  if (result.kind === 'not-run') return sayRefusal('Not run', result.refusal);
  const last = result.attempts[result.attempts.length - 1] ?? result.attempts[0];
  const said = [...sayOutcome(last), ...sayGaps(last), ...describeAftermath(result)];
  if (result.kind === 'ran') return said;
  const denial = describeDenial(result.denial);
  const retry = result.retryRefused === undefined ? [] : sayRefusal('Not run again', result.retryRefused);
  return [...said, capitalised(denial), ...retry];
}

function sayRefusal(what: string, refusal: Refusal): readonly string[] {
  const message =
    refusal.kind === 'denied-by-reviewer' && refusal.message !== undefined ? ` ("${refusal.message}")` : '';
  const hint =
    refusal.kind === 'sandbox-unavailable' && refusal.hint !== '' ? [refusal.hint] : hints[refusal.kind];
  return [`${what}: ${refusal.reason}${message}`, ...hint];
}

const hints: Readonly<Record<Refusal['kind'], readonly string[]>> = {
  'forbidden-by-policy': [],
  'approval-needed-but-nobody-to-ask': [
    'Run it where standard input and standard error are a terminal, or add an allow rule (`cordon policy add`).',
  ],
  'escalation-not-possible': [],
  'denied-by-reviewer': [],
  aborted: [],
  'sandbox-unavailable': [],
  'bad-request': [],
};

/** A signal is in the exit status. */
function sayOutcome({ outcome }: AttemptRecord): readonly string[] {
  return outcome.kind === 'signalled' ? [] : describeEnding(outcome);
}

/** A host that enforces less than was asked for must not look like one that enforces all. */
function sayGaps({ attempt, enforcement, outcome }: AttemptRecord): readonly string[] {
  if (attempt.selection.kind === 'unsandboxed' || outcome.kind === 'spawn-failed') return [];
  const unjudged = enforcement.missing.filter(({ restriction }) => restriction === 'judged-changes');
  const missing = enforcement.missing
    .filter((gap) => !unjudged.includes(gap))
    .map(({ restriction }) => restriction);
  return [
    ...(missing.length === 0 ? [] : [`Warning: this host did not enforce ${missing.join(', ')}`]),
    ...unjudged.map(({ because }) => `Warning: ${because}`),
  ];
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
