// Where AppArmor lets only programs it knows make user namespaces (Ubuntu since 23.10), the launcher is made known: a
// profile that confines nothing and permits just that. The program confines itself and what it starts far more.
import { createHash } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import { type AbsolutePath, err, ok, type Result } from '../../domain/index.ts';

export interface AppArmorProfile {
  /** Of the profile, and of its file. One for each place a launcher lies in. */
  readonly name: string;
  readonly file: string;
  readonly text: string;
}

/** Where AppArmor's own tools look for profiles at the start of the system. */
const directory = '/etc/apparmor.d';

/** The error is the end of a sentence. */
export function appArmorProfile(launcher: AbsolutePath): Result<AppArmorProfile, string> {
  const attachment = attachmentOf(launcher);
  if (attachment === undefined) return err('its path holds characters that a profile cannot name');
  const name = `cordon-launcher-${createHash('sha256').update(attachment).digest('hex').slice(0, 8)}`;
  // Syntax: apparmor.d(5). `abi` says which rules this profile knows of; `userns` is one since 4.0.
  const text = `# Lets the launcher of cordon make user namespaces. Made by \`cordon setup\`; \`cordon setup --remove\` removes it.
abi <abi/4.0>,
include <tunables/global>

profile ${name} ${attachment} flags=(unconfined) {
  userns,
}
`;
  return ok({ name, file: join(directory, name), text });
}

/** The path as a pattern that means it alone; in the cache the directory is named anew by each version. */
function attachmentOf(launcher: AbsolutePath): string | undefined {
  // A variable, and what the language's quoting itself is made of: nobody has such a directory.
  if (/[\p{Cc}\p{Cs}"\\]|@\{/u.test(launcher)) return undefined;
  const place = dirname(launcher);
  const isCached = /^launcher-[0-9a-f]{16}$/u.test(basename(place));
  const literal = (path: string): string => path.replaceAll(/[*?[\]{}^,]/gu, '\\$&');
  const path = isCached
    ? `${literal(dirname(place))}/launcher-*/${literal(basename(launcher))}`
    : literal(launcher);
  return `"${path}"`;
}
