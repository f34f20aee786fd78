// Where a user's own files are. `HOME` may be missing, empty or relative (cron, containers, `env -i`): then the account says.
import { absolutePath, type AbsolutePath } from './primitives.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** `accountHome` asks the system and may throw where this user has no account. */
export function userHome(env: Env, accountHome: () => string): AbsolutePath | undefined {
  const told = absolutePath(env['HOME'] ?? '');
  if (told !== undefined) return told;
  try {
    return absolutePath(accountHome());
  } catch {
    return undefined;
  }
}

/** `$XDG_CACHE_HOME`, which counts only when it is absolute, else `~/.cache`. */
export function cacheHome(env: Env, accountHome: () => string): AbsolutePath | undefined {
  const told = absolutePath(env['XDG_CACHE_HOME'] ?? '');
  if (told !== undefined) return told;
  const home = userHome(env, accountHome);
  return home === undefined ? undefined : absolutePath(`${home}/.cache`);
}
