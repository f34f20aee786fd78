// Where the launcher is: asked by the sandbox, by sessions, and by programs that run without a sandbox; found once.
import { userInfo } from 'node:os';
import { type AbsolutePath, cacheHome, type Result } from '../domain/index.ts';
import { ensureLauncher, type LauncherMissing } from '../sandbox/index.ts';

/** Finds it, or builds it (about two seconds), at the first call; never rejects. */
export type FindLauncher = () => Promise<Result<AbsolutePath, LauncherMissing>>;

/** `override` is a launcher to use in place of the package's own. */
export function findLauncher(
  override: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): FindLauncher {
  const cacheDirectory = cacheHome(env, () => userInfo().homedir);
  let found: ReturnType<FindLauncher> | undefined;
  return () => (found ??= ensureLauncher({ override, cacheDirectory }));
}
