// Where commands of a runtime with these options can write, before there is one.
import type { ShellRuntimeOptions } from '../../runtime/index.ts';

/** Real paths, the temporary directories of everybody included. Loaded only where something depends on it. */
export async function writableOf(options: ShellRuntimeOptions): Promise<readonly string[]> {
  if (options.sandbox !== 'workspace-write') return [];
  const { makeProfile, realWorkspace } = await import('../../runtime/make-profile.ts');
  const profile = makeProfile(options, realWorkspace(options.workspace), options.baseEnv ?? {});
  return profile.kind === 'workspace-write' ? profile.writable : [];
}
