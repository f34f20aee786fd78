import { describe, expect, it } from 'vitest';
import type { AccessProfile, AttemptRecord, Grant } from '../domain/index.ts';
import { decideEscalation } from './decide-escalation.ts';
import { deniedWrite, enforced, exited, path, workspaceWrite } from './testdata/fakes.ts';

const grant: Grant = { kind: 'writable-path', path: path('/etc/x') };
const hiding = { ...workspaceWrite, denyRead: [path('/secret')] } as AccessProfile;

function record(ordinal: 1 | 2, denial: AttemptRecord['denial']): AttemptRecord {
  const selection = { kind: 'sandboxed', sandbox: 'landlock' } as const;
  const attempt = { ordinal, selection, profile: workspaceWrite, grant: undefined };
  return { attempt, enforcement: enforced, outcome: exited(1), denial, durationMs: 0 };
}

const denied = record(1, deniedWrite);
const switchedOn = { kind: 'granular', rules: false, sandbox: true } as const;
const switchedOff = { kind: 'granular', rules: true, sandbox: false } as const;

const rows = [
  {
    says: 'an attempt that nothing stopped',
    given: record(1, undefined),
    policy: 'on-failure',
    grant,
    want: 'stop',
  },
  { says: 'a second attempt', given: record(2, deniedWrite), policy: 'on-failure', grant, want: 'stop' },
  {
    says: 'on-failure with a grant to offer',
    given: denied,
    policy: 'on-failure',
    grant,
    want: 'ask-for-grant',
  },
  { says: 'on-failure without one', given: denied, policy: 'on-failure', want: 'ask-for-unsandboxed' },
  {
    says: 'untrusted with a grant to offer',
    given: denied,
    policy: 'untrusted',
    grant,
    want: 'ask-for-grant',
  },
  { says: 'untrusted without one', given: denied, policy: 'untrusted', want: 'ask-for-unsandboxed' },
  { says: 'on-request', given: denied, policy: 'on-request', grant, want: 'stop' },
  { says: 'never', given: denied, policy: 'never', grant, want: 'stop' },
  { says: 'granular, sandbox prompts on', given: denied, policy: switchedOn, want: 'ask-for-unsandboxed' },
  { says: 'granular, sandbox prompts off', given: denied, policy: switchedOff, grant, want: 'stop' },
  {
    says: 'hidden files and a grant',
    given: denied,
    policy: 'on-failure',
    profile: hiding,
    grant,
    want: 'ask-for-grant',
  },
  { says: 'hidden files and no grant', given: denied, policy: 'on-failure', profile: hiding, want: 'stop' },
] as const;

describe('decideEscalation', () => {
  it.each(rows)('$says: $want', (row) => {
    const profile = 'profile' in row ? row.profile : workspaceWrite;
    const offered = 'grant' in row ? row.grant : undefined;
    expect(decideEscalation(row.given, { approvalPolicy: row.policy, profile, grant: offered })).toEqual(
      row.want === 'ask-for-grant' ? { kind: row.want, grant } : { kind: row.want },
    );
  });
});
