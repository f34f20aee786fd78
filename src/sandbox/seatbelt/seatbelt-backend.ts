// The macOS sandbox as the rest of the library sees it: the same contract as landlock/, with sandbox-exec behind it.
// eslint-disable-next-line no-restricted-imports -- asking the host, not running a command: /usr/bin/true, once
import { spawn } from 'node:child_process';
import {
  type AbsolutePath,
  type AccessProfile,
  type Availability,
  type Enforcement,
  err,
  limitNames,
  noEnforcement,
  ok,
  type PlannedCommand,
  type PreparedCommand,
  type PrepareError,
  type ResourceLimits,
  type Result,
  type SandboxBackend,
} from '../../domain/index.ts';
import { findDenial } from '../find-denial.ts';
import { buildProfileText } from './build-profile-text.ts';
import { findGitDirectories } from './find-git-directories.ts';

/** Absolute: a `sandbox-exec` that stands earlier on PATH would be the attacker's. */
const sandboxExec = '/usr/bin/sandbox-exec' as AbsolutePath;

export interface SeatbeltOptions {
  /** Real paths the host itself executes from: protected wherever they lie inside a writable root. */
  readonly ownFiles?: readonly AbsolutePath[];
  /** None of them is held here: what was asked for is listed as missing. */
  readonly limits?: ResourceLimits;
}

/** What Seatbelt holds back: everything the profile says, decided by the kernel at each operation. */
export const seatbeltEnforcement: Enforcement = {
  level: 'full',
  layers: ['seatbelt'],
  landlockAbi: undefined,
  missing: [],
};

export function seatbeltBackend(options: SeatbeltOptions = {}): SandboxBackend {
  let probed: Promise<Availability> | undefined;
  return {
    kind: 'seatbelt',
    probe: async () => await (probed ??= probe()),
    prepare: (command, profile) => prepareSeatbelt(command, profile, options),
    findDenial,
  };
}

export function prepareSeatbelt(
  command: PlannedCommand,
  profile: AccessProfile,
  { ownFiles = [], limits = {} }: SeatbeltOptions,
): Result<PreparedCommand, PrepareError> {
  const { cwd, cwdIdentity, env } = command;
  const place = { cwd, ...(cwdIdentity === undefined ? {} : { cwdIdentity }) };
  if (profile.kind === 'danger-full-access')
    return ok({ kind: 'direct', argv: command.argv, ...place, env, enforcement: noEnforcement });
  const roots: readonly string[] = profile.kind === 'read-only' ? [] : profile.writable;
  // A workspace that is this very package stays writable as a whole: its user is at work on it.
  const inRoots = ownFiles.filter((path) => roots.some((root) => path.startsWith(`${root}/`)));
  const guarded: typeof profile =
    profile.kind === 'read-only' ? profile : { ...profile, protect: [...profile.protect, ...inRoots] };
  const { text, parameters } = buildProfileText(guarded, findGitDirectories(roots));
  const broken = parameters.find(([, value]) => value.includes('\0') || !value.startsWith('/'));
  if (broken !== undefined)
    return err({ kind: 'bad-path', path: broken[1], because: 'Cannot sandbox: a path is not absolute' });
  const words = parameters.flatMap(([name, value]) => ['-D', `${name}=${value}`]);
  const argv = [sandboxExec, '-p', text, ...words, '--', ...command.argv] as const;
  return ok({ kind: 'direct', argv, ...place, env, enforcement: withoutLimits(limits) });
}

function withoutLimits(limits: ResourceLimits): Enforcement {
  const asked = limitNames.filter((name) => limits[name] !== undefined);
  if (asked.length === 0) return seatbeltEnforcement;
  const because = `macOS has no bounds for ${asked.join(', ')} that a program could not leave`;
  return { ...seatbeltEnforcement, missing: [{ restriction: 'resource-limits', because }] };
}

/** Seatbelt refuses to nest: a process that is sandboxed already cannot sandbox its commands. */
async function probe(): Promise<Availability> {
  const status = await new Promise<number | string>((resolve) => {
    const child = spawn(sandboxExec, ['-p', '(version 1)(allow default)', '/usr/bin/true'], {
      stdio: 'ignore',
    });
    child.once('error', (error: NodeJS.ErrnoException) => {
      resolve(error.code ?? 'unknown error');
    });
    child.once('close', (code) => {
      resolve(code ?? 'a signal');
    });
  });
  if (status === 0) return { kind: 'available', enforcement: seatbeltEnforcement };
  if (status === 'ENOENT')
    return {
      kind: 'missing',
      what: `${sandboxExec} does not exist`,
      hint: 'Use macOS, where it is part of the system',
    };
  return {
    kind: 'missing',
    what: `${sandboxExec} cannot sandbox a program here (it ended with ${String(status)})`,
    hint: 'Start cordon outside of other sandboxes: Seatbelt does not nest',
  };
}
