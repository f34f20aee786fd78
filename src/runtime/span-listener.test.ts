import { describe, expect, it } from 'vitest';
import type { ApprovalId, ApprovalRequest, CallId, ExecEvent } from '../domain/index.ts';
import { noEnforcement } from '../domain/index.ts';
import { spanListener } from './span-listener.ts';

const callId = 'one' as CallId;
const id = 'ask' as ApprovalId;
const decidedBy = { kind: 'heuristic', class: 'unknown', command: ['x'], because: '' } as const;
const parsed = { kind: 'opaque', reason: 'empty', at: undefined, argv: ['x'], literalCommands: [] } as const;
const attempt = {
  ordinal: 1,
  selection: { kind: 'sandboxed', sandbox: 'landlock' },
  profile: { kind: 'read-only', network: 'none', denyRead: [] },
  grant: undefined,
} as const;
const empty = { head: new Uint8Array(), tail: new Uint8Array(), omittedBytes: 0, totalBytes: 0 };
const output = { stdout: empty, stderr: empty, aggregated: empty, spillFile: undefined };
const outcome = { kind: 'exited', exitCode: 3, output } as const;
const record = { attempt, enforcement: noEnforcement, outcome, denial: undefined, durationMs: 5 };

const events: readonly ExecEvent[] = [
  {
    type: 'exec.evaluated',
    callId,
    evaluation: { verdict: 'unknown', decidedBy, matches: [decidedBy], parsed },
    requirement: { kind: 'needs-approval', firstAttempt: 'sandboxed', reason: 'r', amendment: undefined },
  },
  { type: 'approval.requested', callId, request: { id, purpose: 'first-run' } as ApprovalRequest },
  { type: 'approval.answered', callId, id, decision: { kind: 'approved' }, source: 'user' },
  { type: 'attempt.started', callId, attempt, enforcement: noEnforcement, pid: 1 },
  { type: 'output.chunk', callId, stream: 'stdout', bytes: Buffer.from('secret') },
  { type: 'attempt.finished', callId, record },
  { type: 'exec.finished', callId, result: { kind: 'ran', callId, outcome, attempts: [record] } },
];

function trace(given: readonly ExecEvent[]): readonly unknown[] {
  const log: unknown[] = [];
  const listen = spanListener<string>({
    start: (name, parent) => {
      log.push(['start', name, parent]);
      return name;
    },
    annotate: (span, attributes) => log.push(['annotate', span, attributes]),
    end: (span, status) => log.push(['end', span, status]),
  });
  for (const event of given) listen(event);
  return log;
}

describe('spanListener', () => {
  it('makes one span a command, with its question and its attempt inside', () => {
    expect(trace(events)).toEqual([
      ['start', 'cordon.exec', undefined],
      [
        'annotate',
        'cordon.exec',
        { 'cordon.call_id': 'one', 'cordon.verdict': 'unknown', 'cordon.requirement': 'needs-approval' },
      ],
      ['start', 'cordon.approval', 'cordon.exec'],
      ['annotate', 'cordon.approval', { 'cordon.purpose': 'first-run' }],
      ['annotate', 'cordon.approval', { 'cordon.decision': 'approved', 'cordon.source': 'user' }],
      ['end', 'cordon.approval', 'ok'],
      ['start', 'cordon.attempt', 'cordon.exec'],
      [
        'annotate',
        'cordon.attempt',
        { 'cordon.ordinal': 1, 'cordon.sandbox': 'landlock', 'cordon.enforcement': 'none' },
      ],
      [
        'annotate',
        'cordon.attempt',
        { 'cordon.outcome': 'exited', 'cordon.duration_ms': 5, 'process.exit.code': 3 },
      ],
      ['end', 'cordon.attempt', 'ok'],
      ['annotate', 'cordon.exec', { 'cordon.result': 'ran' }],
      ['end', 'cordon.exec', 'ok'],
    ]);
  });

  it('ends the question of a call that was cancelled while an equal call still waits for its answer', () => {
    const refusal = { kind: 'aborted', reason: 'the call was cancelled' } as const;
    const cancelled = {
      type: 'exec.finished',
      callId,
      result: { kind: 'not-run', callId, refusal },
    } as const;
    const ends = trace([...events.slice(0, 2), cancelled, ...events.slice(2, 3)]).filter(
      (entry) => Array.isArray(entry) && entry[0] === 'end',
    );
    expect(ends).toEqual([
      ['end', 'cordon.approval', 'ok'],
      ['end', 'cordon.exec', 'error'],
    ]);
  });

  it('ignores a command whose beginning it did not see', () => {
    expect(trace(events.slice(1))).toEqual([]);
  });
});
