// What a runtime asks its host, begun before anything else: the answer takes a process of its own, and there is enough
// to do meanwhile.
import { type AbsolutePath, absolutePath, type AccessProfile } from '../domain/index.ts';
import { checkOptions } from './check-options.ts';
import { findLauncher, type FindLauncher } from './find-launcher.ts';
import { findSandbox, type FoundSandbox } from './find-sandbox.ts';
import { makeProfile, realWorkspace, temporaryDirectories } from './make-profile.ts';
import type { ShellRuntimeOptions } from './shell-runtime.ts';

export interface AskedHost {
  readonly options: ShellRuntimeOptions;
  /** What commands' environments are made of. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  readonly workspace: AbsolutePath;
  readonly profile: AccessProfile;
  /** Real paths of the directories everybody shares. */
  readonly temporary: readonly AbsolutePath[];
  readonly launcher: FindLauncher;
  /** What the host can enforce, when it has answered. */
  readonly sandbox: Promise<FoundSandbox>;
}

/** @throws RuntimeError `E_BAD_OPTION` for an option that cannot be used; nothing was asked then. */
export function askHost(options: ShellRuntimeOptions): AskedHost {
  checkOptions(options);
  const env = options.baseEnv ?? process.env;
  const { platform } = process;
  const workspace = realWorkspace(options.workspace);
  const profile = makeProfile(options, workspace, env);
  const temporary = temporaryDirectories(env);
  const launcher = findLauncher(options.launcher, env);
  const sandbox = findSandbox({
    profile,
    require: options.require ?? 'full',
    limits: options.limits ?? {},
    platform,
    launcher,
    temporary,
    env,
    places: {
      home: absolutePath(options.rules?.home ?? ''),
      spillDirectory: absolutePath(options.spillDirectory ?? ''),
      auditLog: absolutePath(options.auditLog ?? ''),
    },
  });
  // Whoever waits for the answer is told; until then, and when something else fails first, nobody waits.
  sandbox.catch(() => undefined);
  return { options, env, platform, workspace, profile, temporary, launcher, sandbox };
}
