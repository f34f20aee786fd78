// What `cordon setup` would do here: nothing, or some commands of root's.
import { existsSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { type AbsolutePath, err, ok, type Result } from '../../domain/index.ts';
import { type AppArmorProfile, appArmorProfile } from './apparmor-profile.ts';
import { asRoot, type SystemCommand, type SystemTools } from './system-tools.ts';

export interface HostState {
  readonly platform: string;
  /** `kernel.apparmor_restrict_unprivileged_userns`; undefined where there is no such setting. */
  readonly restricts: boolean | undefined;
  /** Whether a file is there. */
  readonly has: (path: string) => boolean;
}

export type SetupPlan =
  | { readonly kind: 'nothing-to-do'; readonly because: string }
  | {
      readonly kind: 'commands';
      readonly profile: AppArmorProfile;
      readonly commands: readonly SystemCommand[];
    };

const restriction = '/proc/sys/kernel/apparmor_restrict_unprivileged_userns';

export function readHostState(platform: string): HostState {
  let restricts: boolean | undefined;
  try {
    restricts = readFileSync(restriction, 'latin1').trim() !== '0';
  } catch {
    // No such setting: no such restriction.
  }
  return { platform, restricts, has: existsSync };
}

/** The error is a sentence. */
export function planSetup(
  wish: 'install' | 'remove',
  launcher: AbsolutePath,
  host: HostState,
  tools: SystemTools,
): Result<SetupPlan, string> {
  if (host.platform !== 'linux') return ok(nothing(`there is nothing to set up on ${host.platform}`));
  const made = appArmorProfile(launcher);
  if (!made.ok) return err(`Cannot write a profile for ${launcher}: ${made.error}`);
  const profile = made.value;
  const isThere = host.has(profile.file);
  if (wish === 'remove' && !isThere) return ok(nothing(`there is no ${profile.file}`));
  if (wish === 'install' && host.restricts !== true)
    return ok(nothing('AppArmor does not restrict user namespaces on this host'));
  const parser = tools.find(['/usr/sbin/apparmor_parser', '/sbin/apparmor_parser']);
  if (parser === undefined || !host.has(dirname(profile.file)))
    return err(
      'Cannot load an AppArmor profile: apparmor_parser is not installed (Debian package `apparmor`)',
    );
  const rooted = asRoot(commandsFor(wish, profile, parser), tools);
  if (!rooted.ok) return err(`Cannot change AppArmor's profiles: ${rooted.error}`);
  return ok({ kind: 'commands', profile, commands: rooted.value });
}

function nothing(because: string): SetupPlan {
  return { kind: 'nothing-to-do', because };
}

function commandsFor(
  wish: 'install' | 'remove',
  { file, text }: AppArmorProfile,
  parser: string,
): readonly SystemCommand[] {
  if (wish === 'remove')
    return [{ argv: [parser, '--remove', file] }, { argv: ['/usr/bin/rm', '-f', '--', file] }];
  return [
    { argv: ['/usr/bin/install', '-o', 'root', '-g', 'root', '-m', '644', '/dev/stdin', file], input: text },
    { argv: [parser, '--replace', file] },
  ];
}
