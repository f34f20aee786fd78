// The access profile of a runtime, from its options: real paths, the user's own directories first. What decides about
// commands (rules, configuration, records) is protected from them wherever it lies.
import { userInfo } from 'node:os';
import { resolve } from 'node:path';
import {
  type AbsolutePath,
  absolutePath,
  type AccessProfile,
  RuntimeError,
  userHome,
} from '../domain/index.ts';
import { buildProfile } from '../sandbox/index.ts';
import { exists, realPath } from './host-facts.ts';
import type { ShellRuntimeOptions } from './shell-runtime.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** Throws a RuntimeError with E_BAD_OPTION for a path that cannot be used. */
export function makeProfile(options: ShellRuntimeOptions, workspace: AbsolutePath, env: Env): AccessProfile {
  const fromWorkspace = (path: string): string => resolve(workspace, path);
  const built = buildProfile({
    mode: options.sandbox ?? 'workspace-write',
    workspace,
    writableRoots: (options.writableRoots ?? []).map(fromWorkspace),
    protect: [...(options.protect ?? []).map(fromWorkspace), ...ownPlaces(options)],
    denyRead: (options.denyRead ?? []).map(fromWorkspace),
    network: options.network ?? 'none',
    tmpdir: options.excludeTmpdir === true ? undefined : env['TMPDIR'],
    slashTmp: options.excludeSlashTmp !== true,
    home: userHome(env, () => userInfo().homedir),
  });
  if (built.ok) return built.value;
  throw new RuntimeError('E_BAD_OPTION', `Cannot set up the access of commands: ${built.error.because}`);
}

/** Rules, amendments and records: who could write them could allow anything next time. */
export function ownPlaces({ rules = {}, spillDirectory }: ShellRuntimeOptions): readonly string[] {
  return [rules.home, rules.system ?? '/etc/cordon', ...(rules.files ?? []), spillDirectory].filter(
    (path) => path !== undefined,
  );
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
