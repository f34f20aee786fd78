import { describe, expect, it } from 'vitest';
import { defaultRequirement } from './default-requirement.ts';
import { fullAccess, readOnly, workspaceWrite } from './testdata/fakes.ts';

const on = { kind: 'granular', rules: false, sandbox: true } as const;
const off = { kind: 'granular', rules: true, sandbox: false } as const;

const rows = [
  { says: 'untrusted', policy: 'untrusted', confined: 'needs-approval', open: 'needs-approval' },
  { says: 'on-failure', policy: 'on-failure', confined: 'skip', open: 'skip' },
  { says: 'on-request', policy: 'on-request', confined: 'needs-approval', open: 'skip' },
  { says: 'never', policy: 'never', confined: 'skip', open: 'skip' },
  { says: 'granular, sandbox prompts on', policy: on, confined: 'needs-approval', open: 'skip' },
  { says: 'granular, sandbox prompts off', policy: off, confined: 'forbidden', open: 'skip' },
] as const;

describe('defaultRequirement', () => {
  it.each(rows)('$says: $confined, and with full access $open', ({ policy, confined, open }) => {
    const found = [readOnly, workspaceWrite, fullAccess].map(
      (profile) => defaultRequirement('it changes files', policy, profile).kind,
    );
    expect(found).toEqual([confined, confined, open]);
  });
});
