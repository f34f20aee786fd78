// From an ExecResult to what an item says about it.
import {
  assertNever,
  type AttemptRecord,
  type ConflictedChange,
  conflictReasons,
  type DenialEvidence,
  describeUnsettled,
  type ExecResult,
  type HeldChange,
} from '../../domain/index.ts';
import { renderCaptured } from '../../runtime/index.ts';
import { describeOutcome } from '../tools/describe-outcome.ts';
import { describeRefusal } from '../tools/describe-refusal.ts';
import type { CommandEnd } from './item-log.ts';
import type { ConflictFields, DeniedFields, HeldFields, SandboxFields } from './thread-event.ts';

export function commandEnd(result: ExecResult): CommandEnd {
  switch (result.kind) {
    case 'not-run': {
      const { forModel, denied } = describeRefusal(result.refusal);
      return declined(forModel, denied);
    }
    case 'ran':
    case 'blocked-by-sandbox': {
      const facts = describeOutcome(result.outcome);
      const output = renderCaptured(facts.output);
      const unsettled = describeUnsettled(result);
      const conflicts = result.attempts.flatMap(({ changes }) =>
        changes?.kind === 'committed' ? changes.conflicts : [],
      );
      const last = result.attempts.at(-1) ?? result.attempts[0];
      return {
        aggregated_output: facts.notice === undefined ? output : `${facts.notice}\n${output}`,
        exit_code: facts.exitCode,
        status:
          facts.exitCode === 0 && result.kind === 'ran' && unsettled === undefined ? 'completed' : 'failed',
        duration_ms: Math.round(result.attempts.reduce((sum, attempt) => sum + attempt.durationMs, 0)),
        timed_out: facts.timedOut,
        signal: facts.signal,
        sandbox: sandboxFields(last),
        denied: result.kind === 'ran' ? null : deniedBySandbox(result.denial),
        ...(result.held === undefined || result.held.length === 0
          ? {}
          : { held: result.held.map(heldFields) }),
        ...(conflicts.length === 0 ? {} : { conflicts: conflicts.map(conflictFields) }),
        ...(unsettled === undefined ? {} : { unsettled }),
      };
    }
    default:
      return assertNever(result, 'commandEnd');
  }
}

/** Of a session that was alive when the turn ended: it was ended with it, which is no failure of its own. */
export function turnEnded(result: ExecResult): CommandEnd {
  const end = commandEnd(result);
  if (result.kind === 'not-run' || result.outcome.kind !== 'cancelled') return end;
  const output = renderCaptured(describeOutcome(result.outcome).output);
  return { ...end, aggregated_output: `the turn ended while it was running\n${output}`, end: 'turn_ended' };
}

/** Nothing ran. The reason is also the output, so that a reader who knows only the common fields sees it. */
export function declined(text: string, denied: DeniedFields): CommandEnd {
  return {
    aggregated_output: text,
    exit_code: null,
    status: 'declined',
    duration_ms: null,
    timed_out: false,
    signal: null,
    sandbox: null,
    denied,
  };
}

/** Nothing is known of it, because of a fault of ours; that is no refusal. */
export function failedByUs(text: string): CommandEnd {
  const denied = { by: 'request', rule: null, path: null, reason: text } as const;
  return { ...declined(text, denied), status: 'failed', denied: null };
}

function sandboxFields({ attempt, enforcement }: AttemptRecord): SandboxFields {
  return {
    kind: attempt.selection.kind === 'sandboxed' ? attempt.selection.sandbox : 'none',
    level: enforcement.level,
    layers: enforcement.layers,
    missing: enforcement.missing.map(({ restriction, because }) => ({ restriction, because })),
  };
}

export function heldFields({ id, path, parts }: HeldChange): HeldFields {
  return {
    id: id ?? null,
    path,
    parts: parts.flatMap(({ part }) => part ?? []),
    reason: parts[0].reason,
  };
}

export function conflictFields({ id, path, conflict }: ConflictedChange): ConflictFields {
  return { id: id ?? null, path, reason: conflictReasons[conflict] };
}

function deniedBySandbox(denial: DenialEvidence): DeniedFields {
  const target = denial.target === undefined ? '' : `: ${denial.target}`;
  const sure = denial.confidence === 'certain' ? 'stopped' : 'probably stopped';
  return {
    by: 'sandbox',
    rule: null,
    path: pathOf(denial),
    reason: `the sandbox ${sure} it (${denial.restriction}${target})`,
  };
}

/** Other restrictions name addresses or system calls. */
function pathOf({ target }: DenialEvidence): string | null {
  return target?.startsWith('/') === true ? target : null;
}
