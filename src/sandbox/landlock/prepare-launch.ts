// Puts a command and its profile into the launcher's own words. Pure: what the kernel makes of it is the launcher's.
import {
  type AbsolutePath,
  type AccessProfile,
  type Enforcement,
  err,
  limitsOfEachProcess,
  noEnforcement,
  ok,
  type PlannedCommand,
  type PreparedCommand,
  type PrepareError,
  type ResourceLimits,
  type Result,
  type WritablePlaces,
} from '../../domain/index.ts';
import { encodeStart, type LauncherPolicy, type LauncherRoot } from '../../launcher/index.ts';
import { holdOwnPlaces, type OwnPlace } from '../own-places.ts';
import { protectedNames } from '../protected-paths.ts';

export interface LaunchOptions {
  readonly launcher: AbsolutePath;
  readonly require: 'full' | 'best-effort';
  readonly limits: ResourceLimits;
  /** Directories shared with strangers: guarded against a planted `.git` only. */
  readonly temporary: readonly AbsolutePath[];
  /** What the host writes, reads later or executes, and no sandboxed command may change. */
  readonly ownPlaces: readonly OwnPlace[];
  /** What is expected to be enforced; the launcher's report replaces it. */
  readonly expected: Enforcement;
}

export function prepareLaunch(
  command: PlannedCommand,
  profile: AccessProfile,
  options: LaunchOptions,
): Result<PreparedCommand, PrepareError> {
  const { launcher } = options;
  // Here once more: a grant may have opened a root that holds what no grant may open.
  const held = holdOwnPlaces(options.ownPlaces, profile.kind === 'workspace-write' ? profile.writable : []);
  if (!held.ok) return err({ kind: 'unsupported', restriction: 'protected-paths', because: held.error.what });
  try {
    const run = { ...options, held: held.value };
    const start = encodeStart(policyFor(command, profile, run));
    const enforcement = profile.kind === 'danger-full-access' ? noEnforcement : options.expected;
    const writes = profile.kind === 'workspace-write' ? { writes: writesOf(profile, run) } : {};
    return ok({ kind: 'launched', launcher, start, enforcement, ...writes });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return err({ kind: 'bad-path', path: command.cwd, because: error.message });
  }
}

interface HeldOptions extends LaunchOptions {
  readonly held: readonly AbsolutePath[];
}

function policyFor(command: PlannedCommand, profile: AccessProfile, options: HeldOptions): LauncherPolicy {
  const { argv, cwd, cwdIdentity, env, watch, tellsDenials = false, traces = false } = command;
  const place = { cwd, ...(cwdIdentity === undefined ? {} : { cwdIdentity }) };
  const run = { argv, ...place, env, limits: options.limits };
  if (profile.kind === 'danger-full-access')
    return { mode: 'supervise', ...run, limits: limitsOfEachProcess(options.limits) };
  const { network, denyRead } = profile;
  const isolated = network === 'none' && command.isolated === true ? { isolated: true } : {};
  const watched = watch === undefined ? {} : { watch };
  const sandbox = {
    ...run,
    require: options.require,
    network,
    denyRead,
    ...isolated,
    ...watched,
    tellsDenials,
    ...(traces ? { traces } : {}),
  };
  if (profile.kind === 'read-only') return { mode: 'read-only', ...sandbox, privateTmp: true };
  return {
    mode: 'workspace-write',
    ...sandbox,
    privateTmp: !profile.writable.some((root) => root === '/tmp'),
    writable: profile.writable.map((path) => rootFor(path, options)),
    protect: writesOf(profile, options).protect,
    protectedNames: protectedNames.map((name) => ({ name, whenMissing: 'forbid' })),
  };
}

type WorkspaceWrite = Extract<AccessProfile, { readonly kind: 'workspace-write' }>;

function writesOf({ writable, protect }: WorkspaceWrite, { held }: HeldOptions): WritablePlaces {
  return { roots: writable, protect: [...protect, ...held] };
}

function rootFor(path: AbsolutePath, { temporary }: LaunchOptions): LauncherRoot {
  return { path, guard: temporary.includes(path) ? 'git' : 'all' };
}
