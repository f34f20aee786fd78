import { describe, expect, it } from 'vitest';
import type { AttemptRecord, ExecResult, Refusal } from '../domain/index.ts';
import { explainDenial, explainRefusal } from './explain-refusal.ts';
import { requireApproval } from './require-approval.ts';
import { deniedWrite, enforced, evaluationOf, exited, fullAccess, workspaceWrite } from './testdata/fakes.ts';

const evaluation = evaluationOf('forbidden');

const rows: readonly { refusal: Refusal; want: string }[] = [
  {
    refusal: {
      kind: 'forbidden-by-policy',
      reason: '`rm x` is forbidden by the rule for `rm` at /r:1',
      evaluation,
    },
    want: 'Not run: `rm x` is forbidden by the rule for `rm` at /r:1; do something else, or ask the user to change the rule',
  },
  {
    refusal: { kind: 'denied-by-reviewer', reason: 'the user said no', message: 'use git' },
    want: 'Not run: the user said no ("use git"); do not try it again in another form; continue without it or ask the user',
  },
  {
    refusal: { kind: 'sandbox-unavailable', reason: 'no namespaces', hint: 'Enable them' },
    want: 'Not run: no namespaces (Enable them); tell the user that this host cannot sandbox commands (`cordon doctor` says why)',
  },
  {
    refusal: { kind: 'bad-request', reason: 'the working directory /gone does not exist' },
    want: 'Not run: the working directory /gone does not exist; correct the call and try again',
  },
  {
    refusal: { kind: 'aborted', reason: 'the user stopped it' },
    want: 'Not run: the user stopped it; stop and wait for the user',
  },
];

describe('explainRefusal', () => {
  it.each(rows)('explains $refusal.kind', ({ refusal, want }) => {
    expect(explainRefusal(refusal)).toBe(want);
  });

  it.each([
    { profile: workspaceWrite, state: 'the command can only run inside the sandbox' },
    { profile: fullAccess, state: 'commands already run without a sandbox' },
  ])('tells how to go on after an escape that is not possible: $state', ({ profile, state }) => {
    const requirement = requireApproval(evaluationOf('safe'), {
      approvalPolicy: 'never',
      profile,
      access: { kind: 'unsandboxed', justification: '' },
      allowedRunsUnsandboxed: false,
    });
    expect(explainRefusal({ kind: 'escalation-not-possible', reason: requirement.reason })).toBe(
      `Not run: unsandboxed access cannot be requested because the approval policy is \`never\`; ${state}; repeat the command without asking for more access, or tell the user why it is needed`,
    );
  });

  it('does not answer a megabyte with a megabyte', () => {
    expect(explainRefusal({ kind: 'bad-request', reason: 'x'.repeat(1_000_000) }).length).toBeLessThan(1_200);
  });
});

describe('explainDenial', () => {
  const selection = { kind: 'sandboxed', sandbox: 'landlock' } as const;
  const attempt = { ordinal: 1, selection, profile: workspaceWrite, grant: undefined } as const;
  const record: AttemptRecord = {
    attempt,
    enforcement: enforced,
    outcome: exited(1),
    denial: deniedWrite,
    durationMs: 1,
  };
  const blocked = {
    kind: 'blocked-by-sandbox',
    callId: 'c' as ExecResult['callId'],
    outcome: exited(1),
    denial: deniedWrite,
  } as const;

  it('says what was stopped, and why it was not run again', () => {
    expect(explainDenial({ ...blocked, attempts: [record] })).toBe(
      'Sandbox: the sandbox seems to have stopped a write: /etc/x; stay within the permitted paths, or tell the user what access is needed',
    );
    const retryRefused: Refusal = {
      kind: 'denied-by-reviewer',
      reason: 'the user said no',
      message: 'never there',
    };
    expect(explainDenial({ ...blocked, attempts: [record], retryRefused })).toBe(
      'Sandbox: the sandbox seems to have stopped a write: /etc/x; it was not run again: the user said no ("never there")',
    );
    expect(explainDenial({ ...blocked, attempts: [record, record] })).toBe(
      'Sandbox: the sandbox seems to have stopped a write: /etc/x, also with more access; do something else or tell the user what is needed',
    );
  });
});
