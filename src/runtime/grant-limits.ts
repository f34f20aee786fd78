// What a second attempt is never granted, from the options of the runtime.
import { userInfo } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { absolutePath, type AbsolutePath, userHome } from '../domain/index.ts';
import { protectedInHome } from '../sandbox/index.ts';
import type { GrantLimits } from './find-grant.ts';
import { realPath } from './host-facts.ts';
import { ownPlaces } from './make-profile.ts';
import type { ShellRuntimeOptions } from './shell-runtime.ts';

export function grantLimits(
  options: ShellRuntimeOptions,
  workspace: AbsolutePath,
  env: Readonly<Record<string, string | undefined>>,
): GrantLimits {
  const real = (path: string): AbsolutePath => realPath(absolutePath(path) ?? workspace);
  const told = userHome(env, () => userInfo().homedir);
  const home = told === undefined ? undefined : realPath(told);
  const startUp = home === undefined ? [] : protectedInHome.map((name) => join(home, name));
  const kept = (options.protect ?? []).map((path) => resolve(workspace, path));
  return {
    home,
    untouchable: [...ownPlaces(options), ...startUp, ...kept].map(real),
    // The workspace itself may be granted to a command that could only read it; what lies above it may not.
    tooBroad: [dirname(workspace), ...(home === undefined ? [] : [home])].map(real),
  };
}
