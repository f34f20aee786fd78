import { describe, expect, it } from 'vitest';
import type {
  AbsolutePath,
  AccessProfile,
  Availability,
  EnforcementGap,
  Restriction,
} from '../domain/index.ts';
import { selectSandbox } from './select-sandbox.ts';

const path = (text: string): AbsolutePath => text as AbsolutePath;
const readOnly: AccessProfile = { kind: 'read-only', network: 'none', denyRead: [] };
const workspace: AccessProfile = {
  kind: 'workspace-write',
  writable: [path('/w')],
  protect: [],
  network: 'none',
  denyRead: [],
};
const open: AccessProfile = { ...workspace, network: 'full' };

function available(...missing: readonly Restriction[]): Availability {
  const gaps = missing.map((restriction): EnforcementGap => ({ restriction, because: 'reasons' }));
  return {
    kind: 'available',
    enforcement: { level: gaps.length === 0 ? 'full' : 'partial', layers: [], landlockAbi: 7, missing: gaps },
  };
}
const missing: Availability = { kind: 'missing', what: 'no kernel', hint: 'get one' };
const landlock = { kind: 'sandboxed', sandbox: 'landlock' };
const lacking = (restriction: string): unknown => ({
  kind: 'unavailable',
  missing: `this host cannot enforce ${restriction}: reasons`,
  hint: 'See `cordon doctor`, or accept less with sandbox_require = "best-effort"',
});

describe('selectSandbox', () => {
  const rows: readonly {
    says: string;
    profile?: AccessProfile;
    platform?: string;
    found?: Availability;
    require?: 'full' | 'best-effort';
    want: unknown;
  }[] = [
    { says: 'takes what enforces everything', want: landlock },
    {
      says: 'asks for no sandbox only when the profile says so',
      profile: { kind: 'danger-full-access' },
      found: missing,
      want: { kind: 'unsandboxed', why: 'danger-full-access' },
    },
    {
      says: 'is unavailable, never unsandboxed, where the host has none',
      found: missing,
      want: { kind: 'unavailable', missing: 'no kernel', hint: 'get one' },
    },
    {
      says: 'does not settle for a missing sandbox under best-effort either',
      found: missing,
      require: 'best-effort',
      want: { kind: 'unavailable', missing: 'no kernel', hint: 'get one' },
    },
    {
      says: 'knows no sandbox for other systems',
      platform: 'win32',
      want: {
        kind: 'unavailable',
        missing: 'no sandbox exists for win32',
        hint: 'Use Linux, macOS or WSL 2',
      },
    },
    { says: 'refuses a gap', found: available('file-metadata'), want: lacking('file-metadata') },
    {
      says: 'takes a gap under best-effort',
      found: available('file-metadata'),
      require: 'best-effort',
      want: landlock,
    },
    {
      says: 'minds an open network when none was asked for',
      found: available('network'),
      want: lacking('network'),
    },
    {
      says: 'does not mind it when the network was given',
      profile: open,
      found: available('network'),
      want: landlock,
    },
    {
      says: 'minds unprotected paths only where something is writable',
      profile: readOnly,
      found: available('protected-paths'),
      want: landlock,
    },
    {
      says: 'minds them in a workspace',
      found: available('protected-paths'),
      want: lacking('protected-paths'),
    },
    {
      says: 'minds readable secrets only when there are some',
      found: available('file-read'),
      want: landlock,
    },
    {
      says: 'minds them when a path must not be read',
      profile: { ...readOnly, denyRead: [path('/s')] },
      found: available('file-read'),
      want: lacking('file-read'),
    },
  ];
  for (const { says, profile, platform, found, require, want } of rows) {
    it(says, () => {
      const host = {
        platform: platform ?? 'linux',
        availability: new Map([['landlock' as const, found ?? available()]]),
      };
      expect(selectSandbox(profile ?? workspace, host, { require: require ?? 'full' })).toEqual(want);
    });
  }

  it('counts a backend that was not asked as missing', () => {
    expect(
      selectSandbox(workspace, { platform: 'linux', availability: new Map() }, { require: 'full' }).kind,
    ).toBe('unavailable');
  });
});
