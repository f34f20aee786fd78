// Where cordon keeps a user's rules and configuration.
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { absolutePath, type AbsolutePath, userHome } from '../domain/index.ts';

/**
 * `$CORDON_HOME` when set, else `~/.cordon`. Any directory works, also below `/tmp`. A relative `$CORDON_HOME` is
 * refused (undefined): it would name another place in every directory.
 */
export function cordonHome(env: Readonly<Record<string, string | undefined>>): AbsolutePath | undefined {
  const chosen = env['CORDON_HOME'];
  if (chosen !== undefined && chosen !== '') return absolutePath(chosen);
  const home = userHome(env, () => userInfo().homedir);
  return home === undefined ? undefined : absolutePath(join(home, '.cordon'));
}
