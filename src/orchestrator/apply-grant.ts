// The profile of a second attempt: the first one's plus exactly one thing.
import type { AccessProfile, Grant } from '../domain/index.ts';

/** The same profile with the grant added. A read-only profile stays read-only everywhere but at the granted path. */
export function applyGrant(profile: AccessProfile, grant: Grant): AccessProfile {
  if (profile.kind === 'danger-full-access') return profile;
  if (grant.kind === 'network') return { ...profile, network: 'full' };
  if (profile.kind === 'workspace-write') return { ...profile, writable: [...profile.writable, grant.path] };
  const { network, denyRead } = profile;
  return { kind: 'workspace-write', writable: [grant.path], protect: [], network, denyRead };
}
