// Where cordon keeps a user's rules and configuration.
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { absolutePath, type AbsolutePath, userHome } from '../domain/index.ts';

/**
 * `$CORDON_HOME` when set, else `~/.cordon`. Any directory works, also below `/tmp`. A relative `$CORDON_HOME` is
 * refused (undefined): it would name another place in every directory. So is one below `/proc` or `/sys`.
 */
export function cordonHome(env: Readonly<Record<string, string | undefined>>): AbsolutePath | undefined {
  const chosen = env['CORDON_HOME'];
  if (chosen !== undefined && chosen !== '') return storable(absolutePath(chosen));
  const home = userHome(env, () => userInfo().homedir);
  return home === undefined ? undefined : storable(absolutePath(join(home, '.cordon')));
}

/** Nothing can be kept among the kernel's own files, and making a directory there never ends (Node's recursive `mkdir`). */
function storable(path: AbsolutePath | undefined): AbsolutePath | undefined {
  return path !== undefined && /^\/(?:proc|sys)(?:\/|$)/.test(path) ? undefined : path;
}
