import { describe, expect, it } from 'vitest';
import type { AccessProfile, ApprovalPolicy, EvaluationVerdict, RequestedAccess } from '../domain/index.ts';
import { requireApproval } from './require-approval.ts';
import { evaluationOf, fullAccess, path, readOnly, workspaceWrite } from './testdata/fakes.ts';

const policies: Readonly<Record<string, ApprovalPolicy>> = {
  untrusted: 'untrusted',
  'on-failure': 'on-failure',
  'on-request': 'on-request',
  never: 'never',
  'rules+sandbox': { kind: 'granular', rules: true, sandbox: true },
  rules: { kind: 'granular', rules: true, sandbox: false },
  sandbox: { kind: 'granular', rules: false, sandbox: true },
  nothing: { kind: 'granular', rules: false, sandbox: false },
};

/** run, ask, nobody (to ask), forbid, or stay: the request to leave the sandbox is refused. */
function outcomeOf(
  verdict: EvaluationVerdict,
  approvalPolicy: ApprovalPolicy,
  profile: AccessProfile,
  access: RequestedAccess,
): string {
  const context = { approvalPolicy, profile, access, allowedRunsUnsandboxed: false };
  const requirement = requireApproval(evaluationOf(verdict), context);
  if (requirement.kind === 'skip') return `run ${requirement.firstAttempt}`;
  if (requirement.kind === 'needs-approval') return `ask ${requirement.firstAttempt}`;
  switch (requirement.refusal) {
    case 'approval-needed-but-nobody-to-ask':
      return 'nobody';
    case 'escalation-not-possible':
      return 'stay';
    default:
      return 'forbid';
  }
}

/** One row a verdict, one column a policy, in the order above. `in`: run or ask, sandboxed; `out`: without. */
const inside = `
forbidden  forbid  forbid  forbid  forbid  forbid  forbid  forbid  forbid
prompt     ask-in  ask-in  ask-in  nobody  ask-in  ask-in  nobody  nobody
allowed    run-in  run-in  run-in  run-in  run-in  run-in  run-in  run-in
safe       run-in  run-in  run-in  run-in  run-in  run-in  run-in  run-in
unknown    ask-in  run-in  run-in  run-in  run-in  run-in  run-in  run-in
opaque     ask-in  run-in  run-in  run-in  run-in  run-in  run-in  run-in
dangerous  ask-in  ask-in  ask-in  nobody  ask-in  nobody  ask-in  nobody`;

const escaping = `
forbidden  forbid  forbid  forbid  forbid  forbid  forbid  forbid  forbid
prompt     stay    stay    ask-out stay    ask-out stay    nobody  nobody
allowed    stay    stay    ask-out stay    ask-out stay    ask-out stay
safe       stay    stay    ask-out stay    ask-out stay    ask-out stay
unknown    stay    stay    ask-out stay    ask-out stay    ask-out stay
opaque     stay    stay    ask-out stay    ask-out stay    ask-out stay
dangerous  stay    stay    ask-out stay    ask-out stay    ask-out stay`;

const escapingFromNothing = `
forbidden  forbid  forbid  forbid  forbid  forbid  forbid  forbid  forbid
prompt     stay    stay    ask-out stay    ask-out stay    nobody  nobody
allowed    stay    stay    run-out stay    run-out stay    run-out stay
safe       stay    stay    run-out stay    run-out stay    run-out stay
unknown    stay    stay    run-out stay    run-out stay    run-out stay
opaque     stay    stay    run-out stay    run-out stay    run-out stay
dangerous  stay    stay    ask-out stay    ask-out stay    ask-out stay`;

const ask: RequestedAccess = { kind: 'unsandboxed', justification: 'needs the network' };
const tables = [
  { name: 'read-only', profile: readOnly, access: { kind: 'default' }, table: inside },
  { name: 'workspace-write', profile: workspaceWrite, access: { kind: 'default' }, table: inside },
  {
    name: 'full access',
    profile: fullAccess,
    access: { kind: 'default' },
    table: inside.replaceAll('-in', '-out'),
  },
  { name: 'read-only, asking to leave', profile: readOnly, access: ask, table: escaping },
  { name: 'workspace-write, asking to leave', profile: workspaceWrite, access: ask, table: escaping },
  { name: 'full access, asking to leave', profile: fullAccess, access: ask, table: escapingFromNothing },
] as const;

describe.each(tables)('requireApproval under $name', ({ profile, access, table }) => {
  const rows = table.trim().split('\n');
  it.each(rows)('%s', (row) => {
    const [verdict, ...cells] = row.split(/\s+/u);
    const found = Object.values(policies).map((policy) =>
      outcomeOf(verdict as EvaluationVerdict, policy, profile, access)
        .replace(' sandboxed', '-in')
        .replace(' unsandboxed', '-out'),
    );
    expect(found).toEqual(cells);
  });
});

describe('requireApproval', () => {
  const hiding: AccessProfile = { ...workspaceWrite, denyRead: [path('/home/me/.ssh')] } as AccessProfile;

  it('lets an allowed command leave the sandbox only behind the switch', () => {
    const context = {
      approvalPolicy: 'never',
      profile: workspaceWrite,
      access: { kind: 'default' },
    } as const;
    const found = [true, false].map((allowedRunsUnsandboxed) =>
      requireApproval(evaluationOf('allowed'), { ...context, allowedRunsUnsandboxed }),
    );
    expect(found).toMatchObject([{ firstAttempt: 'unsandboxed' }, { firstAttempt: 'sandboxed' }]);
  });

  it('never lets a safe command leave the sandbox, whatever the switch says', () => {
    const context = {
      approvalPolicy: 'on-request',
      profile: workspaceWrite,
      allowedRunsUnsandboxed: true,
    } as const;
    expect(requireApproval(evaluationOf('safe'), { ...context, access: { kind: 'default' } })).toMatchObject({
      kind: 'skip',
      firstAttempt: 'sandboxed',
    });
    expect(requireApproval(evaluationOf('safe'), { ...context, access: ask })).toMatchObject({
      kind: 'needs-approval',
      firstAttempt: 'unsandboxed',
    });
  });

  it('keeps every command in the sandbox that hides files', () => {
    const context = { approvalPolicy: 'on-request', profile: hiding, allowedRunsUnsandboxed: true } as const;
    expect(
      requireApproval(evaluationOf('allowed'), { ...context, access: { kind: 'default' } }),
    ).toMatchObject({
      firstAttempt: 'sandboxed',
    });
    expect(requireApproval(evaluationOf('unknown'), { ...context, access: ask })).toEqual({
      kind: 'forbidden',
      reason:
        'unsandboxed access cannot be requested because some files are hidden from commands, which only the sandbox can do; the command can only run inside the sandbox',
      rule: undefined,
      refusal: 'escalation-not-possible',
    });
  });

  it('names the rule and the policy when nobody may be asked', () => {
    const context = {
      approvalPolicy: 'never',
      profile: workspaceWrite,
      access: { kind: 'default' },
    } as const;
    const { decidedBy } = evaluationOf('prompt');
    expect(requireApproval(evaluationOf('prompt'), { ...context, allowedRunsUnsandboxed: false })).toEqual({
      kind: 'forbidden',
      reason:
        '`tool arg` is held for approval by the rule for `tool` at /rules/a.rules:7 (house rule), and nobody can be asked because the approval policy is `never`',
      rule: decidedBy,
      refusal: 'approval-needed-but-nobody-to-ask',
    });
  });
});
