// Asks the host once what it can enforce, and holds the backends that can. A backend that cannot be had is an answer
// with a reason; nobody here decides to do without.
import {
  absolutePath,
  type AbsolutePath,
  type AccessProfile,
  type Availability,
  type Enforcement,
  noEnforcement,
  type SandboxBackend,
  type SandboxKind,
  type SandboxSelection,
} from '../domain/index.ts';
import { landlockBackend, packageDirectory, seatbeltBackend, selectSandbox } from '../sandbox/index.ts';
import type { FindLauncher } from './find-launcher.ts';
import { realPath } from './host-facts.ts';

export interface SandboxNeeds {
  readonly profile: AccessProfile;
  readonly require: 'full' | 'best-effort';
  readonly platform: NodeJS.Platform;
  readonly launcher: FindLauncher;
  /** Real paths of the directories everybody shares: `/tmp`, `$TMPDIR`. */
  readonly temporary: readonly AbsolutePath[];
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
  if (needs.platform === 'darwin') return [seatbeltBackend({ ownFiles: ownFiles() })];
  if (needs.platform !== 'linux') return [];
  const { require, temporary } = needs;
  return [landlockBackend({ launcher: await needs.launcher(), require, temporary, ownFiles: ownFiles() })];
}

/** What this process executes: a command that could change it would decide about the next one. */
function ownFiles(): readonly AbsolutePath[] {
  return [packageDirectory(), process.execPath].flatMap((path) => {
    const absolute = absolutePath(path);
    return absolute === undefined ? [] : [realPath(absolute)];
  });
}
