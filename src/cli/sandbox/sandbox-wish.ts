// What one `cordon sandbox` is to be: its options over what `-c` says on the same command line. What stands in config.toml
// about runs is about those of `cordon run`, and is not read here; what it protects is (find-held-settings.ts).
import type { Override } from '../../config/index.ts';
import { emptyConfig } from '../../config/config.ts';
import { runtimeSettings, type RuntimeSettings } from '../../config/runtime-settings.ts';
import type { AccessProfile, Argv, ResourceLimits } from '../../domain/index.ts';
import { UsageError } from '../edge.ts';
import type { SandboxArguments } from './sandbox-arguments.ts';

export interface SandboxWish {
  readonly command: Argv;
  readonly cwd: string | undefined;
  readonly mode: AccessProfile['kind'];
  readonly network: 'none' | 'full';
  readonly require: 'full' | 'best-effort';
  readonly writable: readonly string[];
  readonly denyRead: readonly string[];
  readonly limits: ResourceLimits;
  readonly slashTmp: boolean;
  readonly tmpdir: boolean;
  readonly environment: RuntimeSettings['environment'];
  readonly overrides: readonly Override[];
}

/** @throws UsageError for a key that would change nothing here: whoever gives it believes that it does. */
export async function sandboxWish(
  args: SandboxArguments,
  overrides: readonly Override[],
): Promise<SandboxWish> {
  for (const { path } of overrides)
    if (!used.has(path[0])) throw new UsageError(`-c ${path.join('.')}: cordon sandbox does not use it`);
  const settings = await settingsOf(overrides);
  return {
    command: args.command,
    cwd: args.cwd,
    mode: args.mode ?? settings.sandbox,
    network: args.network ?? settings.network,
    require: args.require ?? settings.require,
    writable: [...settings.writableRoots, ...args.writable],
    denyRead: [...settings.denyRead, ...args.denyRead],
    limits: { ...settings.limits, ...args.limits },
    slashTmp: !args.privateTmp && !settings.excludeSlashTmp,
    tmpdir: !args.privateTmp && !settings.excludeTmpdir,
    environment: {
      ...settings.environment,
      ...(args.keepsEnvironment ? { ignoreDefaultExcludes: true } : {}),
    },
    overrides,
  };
}

const used: ReadonlySet<string> = new Set([
  'audit_log',
  'deny_read',
  'features',
  'limits',
  'projects',
  'sandbox_mode',
  'sandbox_require',
  'sandbox_workspace_write',
  'shell_environment_policy',
]);

async function settingsOf(overrides: readonly Override[]): Promise<RuntimeSettings> {
  const context = { home: undefined, workspace: '/', defaultSandbox: 'workspace-write' } as const;
  if (overrides.length === 0) return runtimeSettings(emptyConfig, context);
  const { loadConfig } = await import('../../config/load-config.ts');
  const { config, warnings } = await loadConfig({ home: undefined, overrides });
  const [unknown] = warnings;
  if (unknown !== undefined) throw new UsageError(unknown);
  return runtimeSettings(config, context);
}
