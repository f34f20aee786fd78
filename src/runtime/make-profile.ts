// The access profile of a runtime, from its options: real paths, the user's own directories first. What decides about
// commands (rules, configuration, records) is protected from them wherever it lies.
import { userInfo } from 'node:os';
import { join } from 'node:path';
import {
  type AbsolutePath,
  absolutePath,
  type AccessProfile,
  RuntimeError,
  userHome,
} from '../domain/index.ts';
import type { Reach } from '../policy/index.ts';
import { buildProfile, type PathPlace, readPath } from '../sandbox/index.ts';
import { exists, realPath } from './host-facts.ts';
import type { ShellRuntimeOptions } from './shell-runtime.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** Throws a RuntimeError with E_BAD_OPTION for a path that cannot be used. */
export function makeProfile(options: ShellRuntimeOptions, workspace: AbsolutePath, env: Env): AccessProfile {
  const home = userHome(env, () => userInfo().homedir);
  const readAll = (paths: readonly string[] = []): readonly string[] =>
    paths.map((path) => written(path, { from: workspace, home }));
  const built = buildProfile({
    mode: options.sandbox ?? 'workspace-write',
    workspace,
    writableRoots: readAll(options.writableRoots),
    protect: [...readAll(options.protect), ...ownPlaces(options)],
    denyRead: readAll(options.denyRead),
    network: options.network ?? 'none',
    tmpdir: options.excludeTmpdir === true ? undefined : env['TMPDIR'],
    slashTmp: options.excludeSlashTmp !== true,
    home,
  });
  if (built.ok) return built.value;
  throw new RuntimeError('E_BAD_OPTION', `Cannot set up the access of commands: ${built.error.because}`);
}

/** A path of an option. Throws E_BAD_OPTION for one that names no place. */
export function written(path: string, place: PathPlace): string {
  const read = readPath(path, place);
  if (read.ok) return read.value;
  throw new RuntimeError('E_BAD_OPTION', `Cannot set up the access of commands: ${read.error}`);
}

/** Rules, amendments and records: who could write them could allow anything next time. */
export function ownPlaces({ rules = {}, spillDirectory }: ShellRuntimeOptions): readonly string[] {
  return [
    rules.home,
    rules.system ?? '/etc/cordon',
    // Also where there is none yet: what a command puts there would be believed by the next run.
    ...(rules.trustedProjects ?? []).map((path) => join(path, '.cordon')),
    ...(rules.files ?? []),
    spillDirectory,
  ].filter((path) => path !== undefined);
}

/** The directories that strangers share, by their real paths. */
export function temporaryDirectories(env: Env): readonly AbsolutePath[] {
  return ['/tmp', env['TMPDIR']].flatMap((path) => {
    const absolute = path === undefined ? undefined : absolutePath(path);
    return absolute === undefined || !exists(absolute) ? [] : [realPath(absolute)];
  });
}

/** The user's start directory as it really is. Throws E_BAD_OPTION when it is none. */
export function realWorkspace(path: string): AbsolutePath {
  const absolute = absolutePath(path);
  if (absolute !== undefined && exists(absolute)) return realPath(absolute);
  throw new RuntimeError('E_BAD_OPTION', 'Cannot use the option `workspace`: the directory does not exist');
}

/** What commands under the profile could change: the measure for redirections, and for what a clean-up may take away. */
export function reachOf(profile: AccessProfile, workspace: AbsolutePath, env: Env): Reach {
  if (profile.kind === 'danger-full-access') return { kind: 'open' };
  const home = userHome(env, () => userInfo().homedir);
  return {
    kind: 'confined',
    writableRoots: profile.kind === 'workspace-write' ? profile.writable : [],
    keep: [workspace, ...temporaryDirectories(env), ...(home === undefined ? [] : [home, realPath(home)])],
  };
}
