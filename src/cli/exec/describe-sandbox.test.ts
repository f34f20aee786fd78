import { describe, expect, it } from 'vitest';
import {
  type AccessProfile,
  type Enforcement,
  noEnforcement,
  type SandboxSelection,
} from '../../domain/index.ts';
import { describeSandbox } from './describe-sandbox.ts';

const readOnly: AccessProfile = { kind: 'read-only', network: 'none', denyRead: [] };
const open: AccessProfile = { kind: 'danger-full-access' };
const full: Enforcement = {
  level: 'full',
  layers: ['namespaces', 'landlock', 'seccomp'],
  landlockAbi: 7,
  missing: [],
};
const partial: Enforcement = {
  ...full,
  level: 'partial',
  layers: ['landlock'],
  missing: [{ restriction: 'processes', because: 'x' }],
};
const landlock: SandboxSelection = { kind: 'sandboxed', sandbox: 'landlock' };

const rows: readonly {
  says: string;
  profile: AccessProfile;
  selection: SandboxSelection;
  enforcement: Enforcement;
  want: string;
}[] = [
  {
    says: 'what is enforced',
    profile: readOnly,
    selection: landlock,
    enforcement: full,
    want: 'read-only (namespaces, landlock, seccomp: full)',
  },
  {
    says: 'what is missing',
    profile: { ...readOnly, network: 'full' },
    selection: landlock,
    enforcement: partial,
    want: 'read-only, with network (landlock: partial, without processes)',
  },
  {
    says: 'that nothing will run',
    profile: readOnly,
    selection: { kind: 'unavailable', missing: 'no launcher', hint: 'Install gcc' },
    enforcement: noEnforcement,
    want: 'read-only: NOT AVAILABLE, so every command will be refused: no launcher. Install gcc',
  },
  {
    says: 'that nothing is held back',
    profile: open,
    selection: { kind: 'unsandboxed', why: 'danger-full-access' },
    enforcement: noEnforcement,
    want: 'danger-full-access: commands run without a sandbox',
  },
];

describe('describeSandbox says', () => {
  for (const { says, want, ...status } of rows) it(says, () => expect(describeSandbox(status)).toBe(want));
});
