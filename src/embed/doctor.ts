// What this host can enforce, for a program that wants to know before it promises anything.
import { userInfo } from 'node:os';
import { cacheHome } from '../domain/index.ts';
import { type HostReport, probeHost } from '../sandbox/index.ts';

/** What `cordon doctor --json` prints. Takes a moment: the launcher may have to be built first. Never rejects for a weak host. */
export async function doctor(
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<HostReport> {
  const cacheDirectory = cacheHome(env, () => userInfo().homedir);
  return await probeHost({ platform: process.platform, env, launcher: { cacheDirectory } });
}
