// The ends that no program tells: a session that had to make room, and one that could not be ended.
import type { ExecResult } from '../../domain/index.ts';
import type { Session } from './session.ts';

export function evictedResult({ facts }: Session): ExecResult {
  return ended(facts.callId, `session ${facts.id} was ended to make room for a newer one`);
}

export function unkillable({ facts }: Session): ExecResult {
  return ended(facts.callId, `session ${facts.id} could not be ended in time`);
}

function ended(callId: ExecResult['callId'], reason: string): ExecResult {
  return { kind: 'not-run', callId, refusal: { kind: 'aborted', reason } };
}
