// Asks the host once what it can enforce, and holds the backends that can. A backend that cannot be had is an answer
// with a reason; nobody here decides to do without.
import { userInfo } from 'node:os';
import {
  type AbsolutePath,
  type AccessProfile,
  type Availability,
  cacheHome,
  type Enforcement,
  noEnforcement,
  type ResourceLimits,
  type SandboxBackend,
  type SandboxKind,
  type SandboxSelection,
} from '../domain/index.ts';
import {
  holdOwnPlaces,
  landlockBackend,
  listOwnPlaces,
  type OwnWorld,
  packageDirectory,
  privatePlace,
  seatbeltBackend,
  selectSandbox,
} from '../sandbox/index.ts';
import { loadAhead } from './load-ahead.ts';
import type { FindLauncher } from './find-launcher.ts';

export interface SandboxNeeds {
  readonly profile: AccessProfile;
  readonly require: 'full' | 'best-effort';
  readonly limits: ResourceLimits;
  readonly platform: NodeJS.Platform;
  readonly launcher: FindLauncher;
  /** Real paths of the directories everybody shares: `/tmp`, `$TMPDIR`. */
  readonly temporary: readonly AbsolutePath[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What this runtime's own options name. */
  readonly places: Pick<OwnWorld, 'home' | 'spillDirectory' | 'auditLog'>;
}

export interface FoundSandbox {
  readonly backends: readonly SandboxBackend[];
  select(profile: AccessProfile): SandboxSelection;
  /** What is expected for the profile; each attempt reports what it really got. */
  readonly enforcement: Enforcement;
}

export async function findSandbox(needs: SandboxNeeds): Promise<FoundSandbox> {
  const { profile, platform } = needs;
  // Full access asks nothing of the host, and must work where there is no compiler.
  const backends = profile.kind === 'danger-full-access' ? [] : await backendsFor(needs);
  const availability = new Map<SandboxKind, Availability>();
  for (const backend of backends) availability.set(backend.kind, await backend.probe());
  const host = { platform, availability };
  const select = (wanted: AccessProfile): SandboxSelection =>
    selectSandbox(wanted, host, { require: needs.require });
  const selection = select(profile);
  const found = selection.kind === 'sandboxed' ? availability.get(selection.sandbox) : undefined;
  return { backends, select, enforcement: found?.kind === 'available' ? found.enforcement : noEnforcement };
}

async function backendsFor(needs: SandboxNeeds): Promise<readonly SandboxBackend[]> {
  const { require, limits, temporary, env, profile } = needs;
  const roots = profile.kind === 'workspace-write' ? profile.writable : [];
  const world = {
    packageDirectory: packageDirectory(),
    program: process.execPath,
    cacheDirectory: cacheHome(env, () => userInfo().homedir),
    runtimeDirectory: env['XDG_RUNTIME_DIR'],
    userId: process.getuid?.(),
    ...needs.places,
  };
  if (needs.platform === 'darwin') {
    const ownFiles = listOwnPlaces({ ...world, launcher: undefined }, roots).map(({ path }) => path);
    return [seatbeltBackend({ ownFiles, limits })];
  }
  if (needs.platform !== 'linux') return [];
  const launcher = await needs.launcher();
  const ownPlaces = listOwnPlaces({ ...world, launcher: launcher.ok ? launcher.value : undefined }, roots);
  const held = holdOwnPlaces(ownPlaces, roots);
  if (held.ok && held.value.length > 0) await loadAhead();
  return [
    landlockBackend({
      launcher: held.ok ? launcher : held,
      require,
      limits,
      temporary,
      ownPlaces,
      probePlace: () => privatePlace({ env, userId: process.getuid?.(), roots }),
    }),
  ];
}
