// Crosses what a profile wants with what the host enforces. A pure table: `unavailable` is an answer, and nothing
// here or later turns it into `unsandboxed`.
import type { AccessProfile, Availability, SandboxKind, SandboxSelection } from '../domain/index.ts';

export interface SandboxHost {
  readonly platform: string;
  /** What each backend's probe said. A backend that was not asked counts as missing. */
  readonly availability: ReadonlyMap<SandboxKind, Availability>;
}

export interface SandboxDemand {
  /** `full` refuses a host that misses any restriction; `best-effort` takes what there is. */
  readonly require: 'full' | 'best-effort';
}

const kindOfPlatform: Readonly<Partial<Record<string, SandboxKind>>> = {
  linux: 'landlock',
  darwin: 'seatbelt',
};

export function selectSandbox(
  profile: AccessProfile,
  host: SandboxHost,
  demand: SandboxDemand,
): SandboxSelection {
  if (profile.kind === 'danger-full-access') return { kind: 'unsandboxed', why: 'danger-full-access' };
  const sandbox = kindOfPlatform[host.platform];
  if (sandbox === undefined) {
    return {
      kind: 'unavailable',
      missing: `no sandbox exists for ${host.platform}`,
      hint: 'Use Linux, macOS or WSL 2',
    };
  }
  const found = host.availability.get(sandbox);
  if (found === undefined) {
    return {
      kind: 'unavailable',
      missing: `the ${sandbox} sandbox was not probed`,
      hint: 'See `cordon doctor`',
    };
  }
  if (found.kind === 'missing') return { kind: 'unavailable', missing: found.what, hint: found.hint };
  const gap = found.enforcement.missing.find(({ restriction }) => matters(profile, restriction));
  if (gap !== undefined && demand.require === 'full') {
    return {
      kind: 'unavailable',
      missing: `this host cannot enforce ${gap.restriction}: ${gap.because}`,
      hint: 'See `cordon doctor`, or accept less with sandbox_require = "best-effort"',
    };
  }
  return { kind: 'sandboxed', sandbox };
}

/** A gap in something the profile does not ask for is none. */
function matters(
  profile: Exclude<AccessProfile, { readonly kind: 'danger-full-access' }>,
  restriction: string,
): boolean {
  switch (restriction) {
    case 'network':
      return profile.network === 'none';
    case 'file-read':
      return profile.denyRead.length > 0;
    case 'protected-paths':
      return profile.kind === 'workspace-write';
    case 'resource-limits':
    case 'judged-changes':
    case 'started-programs':
      return false;
    default:
      return true;
  }
}
