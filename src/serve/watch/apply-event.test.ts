import { describe, expect, it } from 'vitest';
import { type ExecEvent, type ExecResult, noEnforcement } from '../../domain/index.ts';
import type { WatchedCall } from '../../web/protocol/index.ts';
import { applyEvent } from './apply-event.ts';

const call: WatchedCall = {
  callId: 'c',
  client: 1,
  command: 'true',
  cwd: '/w',
  tty: false,
  state: 'judged',
  beganAtMs: 1,
  endedAtMs: null,
  verdict: null,
  because: null,
  pid: 7,
  session: null,
  attempts: [],
  denials: [],
  notes: [],
  ending: null,
  succeeded: false,
};

const callId = 'c' as never;
const denial = {
  restriction: 'file-write',
  confidence: 'certain',
  target: '/etc/x\u202e',
  excerpt: '',
} as const;
const attempt = {
  ordinal: 2,
  selection: { kind: 'unsandboxed', why: 'approved-escalation' },
  profile: { kind: 'read-only', network: 'none', denyRead: [] },
  grant: { kind: 'network' },
} as const;
const stream = { head: new Uint8Array(), tail: new Uint8Array(), omittedBytes: 0, totalBytes: 0 };
const output = { stdout: stream, stderr: stream, aggregated: stream, spillFile: undefined };
const record = (outcome: object): object => ({
  attempt,
  enforcement: noEnforcement,
  outcome,
  denial: undefined,
  durationMs: 1,
});
const ended = (kind: string, more: object): ExecEvent => {
  const outcome = { kind, output, ...more };
  const result = { kind: 'ran', callId, outcome, attempts: [record(outcome)] } as unknown as ExecResult;
  return { type: 'exec.finished', callId, result };
};

const over = { state: 'finished', endedAtMs: 5, pid: null } as const;

describe('what an event says of a command', () => {
  it.each<[string, ExecEvent, Partial<WatchedCall>]>([
    [
      'the rule that decided',
      {
        type: 'exec.evaluated',
        callId,
        requirement: { kind: 'skip', firstAttempt: 'sandboxed', reason: '' },
        evaluation: {
          verdict: 'forbidden',
          decidedBy: {
            kind: 'rule',
            decision: 'forbidden',
            matchedPrefix: ['curl'],
            command: ['curl', 'x'],
            justification: 'no downloads',
            resolvedProgram: undefined,
            source: { kind: 'file', file: '/r', line: 3 },
          },
        } as never,
      },
      {
        verdict: 'forbidden',
        because: '`curl x` is forbidden by the rule for `curl` at /r:3 (no downloads)',
      },
    ],
    ['a question', { type: 'approval.requested', callId, request: {} as never }, { state: 'asked' }],
    [
      'an answer whose rule was not saved',
      {
        type: 'approval.answered',
        callId,
        id: 'a' as never,
        decision: { kind: 'approved' },
        source: 'user',
        warning: 'the rule was not saved',
      },
      { notes: ['the rule was not saved'] },
    ],
    [
      'a start without a sandbox, never by what was wished',
      { type: 'attempt.started', callId, attempt, enforcement: noEnforcement, pid: 9 },
      {
        state: 'running',
        pid: 9,
        attempts: [
          {
            ordinal: 2,
            sandbox: 'none',
            enforcement: 'none',
            missing: [],
            limits: 'NO SANDBOX: it can change every file you can, and use the network',
            grant: 'with the network',
          },
        ],
      },
    ],
    [
      'what was stopped, spelled out',
      { type: 'attempt.finished', callId, record: { ...record({}), denial } as never },
      { denials: [String.raw`the sandbox stopped a write: /etc/x\u{202e}`] },
    ],
    ['its session', { type: 'session.opened', callId, sessionId: 4 as never }, { session: 4 }],
    ['a good end', ended('exited', { exitCode: 0 }), { ...over, ending: 'Exit status 0', succeeded: true }],
    ['a bad end', ended('exited', { exitCode: 2 }), { ...over, ending: 'Exit status 2' }],
    ['a signal', ended('signalled', { signal: 'SIGKILL' }), { ...over, ending: 'Ended by SIGKILL' }],
    ['a deadline', ended('timed-out', { afterMs: 1_500 }), { ...over, ending: 'Stopped after 1.5 s' }],
    [
      'output, which is nothing new',
      { type: 'output.chunk', callId, stream: 'stdout', bytes: new Uint8Array(1) },
      {},
    ],
  ])('%s', (_, event, more) => {
    expect(applyEvent(call, event, 5)).toEqual({ ...call, ...more });
  });

  it('says nothing twice', () => {
    const event = { type: 'attempt.finished', callId, record: { ...record({}), denial } } as never;
    expect(applyEvent(applyEvent(call, event, 5), event, 6).denials).toHaveLength(1);
  });
});
