// What an event of the runtime changes in what the page knows of a command. Pure.
import {
  type AttemptOutcome,
  describeAftermath,
  describeEnding,
  describeHeld,
  describeProfile,
  type ExecEvent,
  type ExecResult,
  type ReviewedChange,
  type SandboxAttempt,
  succeeded,
} from '../../domain/index.ts';
import {
  describeDenial,
  describeGrant,
  describeMatch,
  explainDenial,
  explainRefusal,
} from '../../runtime/index.ts';
import type { WatchedAttempt, WatchedCall } from '../../web/protocol/index.ts';

/** Sentences and clauses of each kind that are kept. */
const most = 100;

/** `now`: milliseconds since the epoch. The same object where nothing is new. */
export function applyEvent(call: WatchedCall, event: ExecEvent, now: number): WatchedCall {
  switch (event.type) {
    case 'exec.evaluated': {
      const { verdict, decidedBy } = event.evaluation;
      return { ...call, verdict, because: describeMatch(decidedBy) };
    }
    case 'approval.requested':
      return { ...call, state: 'asked' };
    case 'approval.answered': {
      const warned = event.warning === undefined ? [] : [event.warning];
      return { ...call, state: 'judged', notes: add(call.notes, warned) };
    }
    case 'attempt.started': {
      const attempts = [...call.attempts, attemptOf(event.attempt, event.enforcement)];
      return { ...call, state: 'running', pid: event.pid ?? null, attempts };
    }
    case 'attempt.finished': {
      const { denial, denials = denial === undefined ? [] : [denial] } = event.record;
      return { ...call, state: 'judged', denials: add(call.denials, denials.map(describeDenial)) };
    }
    case 'changes.held':
      return { ...call, notes: add(call.notes, describeHeld(event.held)) };
    case 'changes.reviewed':
      return { ...call, notes: add(call.notes, [describeReviewed(event.reviewed)]) };
    case 'session.opened':
      return { ...call, session: Number(event.sessionId) };
    case 'exec.finished':
      return finished(call, event.result, now);
    case 'output.chunk':
    case 'session.interaction':
    case 'session.closed':
      return call;
  }
}

function finished(call: WatchedCall, result: ExecResult, now: number): WatchedCall {
  if (result.kind === 'not-run')
    return { ...call, state: 'refused', endedAtMs: now, pid: null, ending: explainRefusal(result.refusal) };
  const stopped = result.kind === 'blocked-by-sandbox' ? [explainDenial(result)] : [];
  return {
    ...call,
    state: 'finished',
    endedAtMs: now,
    pid: null,
    ending: endingOf(result.outcome),
    succeeded: succeeded(result),
    notes: add(call.notes, [...stopped, ...describeAftermath(result)]),
  };
}

function endingOf(outcome: AttemptOutcome): string {
  if (outcome.kind === 'exited') return `Exit status ${String(outcome.exitCode)}`;
  return describeEnding(outcome).join('. ');
}

function attemptOf(
  { ordinal, selection, profile, grant }: SandboxAttempt,
  { level, missing }: Extract<ExecEvent, { readonly type: 'attempt.started' }>['enforcement'],
): WatchedAttempt {
  const isHeld = selection.kind === 'sandboxed';
  return {
    ordinal,
    sandbox: isHeld ? selection.sandbox : 'none',
    enforcement: level,
    missing: missing.map(({ restriction, because }) => `${restriction}: ${because}`),
    limits: describeProfile(isHeld ? profile : { kind: 'danger-full-access' }),
    grant: grant === undefined ? null : describeGrant(grant),
  };
}

function describeReviewed({ path, answer, source, warning }: ReviewedChange): string {
  return `${path}: ${answer} (${source})${warning === undefined ? '' : `; ${warning}`}`;
}

/** What is known already is not said again. */
function add(known: readonly string[], more: readonly string[]): readonly string[] {
  const fresh = more.filter((text) => !known.includes(text));
  return fresh.length === 0 ? known : [...known, ...fresh].slice(-most);
}
