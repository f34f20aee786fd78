// The runtimes behind `cordon mcp` and `cordon serve`: this person's rules and configuration, and the options of the verb
// over them. What a client asks for comes last and is never more than that.
import { resolve } from 'node:path';
import type { Reviewer } from '../../domain/index.ts';
import type { ShellRuntime, ShellRuntimeOptions } from '../../runtime/index.ts';
import type { NarrowerSandbox } from '../../serve/rpc/client-runtimes.ts';
import type { Edge } from '../edge.ts';
import { startRuntime } from '../exec/start-runtime.ts';
import {
  approvalWords,
  hiddenPath,
  networkWords,
  oneOf,
  requiredLevel,
  sandboxModes,
} from '../options/option-values.ts';
import { overridesIn } from '../options/overrides.ts';
import { personSettings, workspaceAt } from '../person-settings.ts';

/** For `parseArgs`; {@link servedHelp} tells people. */
export const servedOptions: {
  readonly sandbox: { readonly type: 'string'; readonly short: 's' };
  readonly 'ask-for-approval': { readonly type: 'string'; readonly short: 'a' };
  readonly cwd: { readonly type: 'string'; readonly short: 'C' };
  readonly writable: { readonly type: 'string'; readonly multiple: true };
  readonly 'deny-read': { readonly type: 'string'; readonly multiple: true };
  readonly config: { readonly type: 'string'; readonly short: 'c'; readonly multiple: true };
  readonly network: { readonly type: 'string' };
  readonly 'best-effort': { readonly type: 'boolean' };
} = {
  sandbox: { type: 'string', short: 's' },
  'ask-for-approval': { type: 'string', short: 'a' },
  cwd: { type: 'string', short: 'C' },
  writable: { type: 'string', multiple: true },
  'deny-read': { type: 'string', multiple: true },
  config: { type: 'string', short: 'c', multiple: true },
  network: { type: 'string' },
  'best-effort': { type: 'boolean' },
};

export const servedHelp = `  -s, --sandbox MODE           read-only, workspace-write (default), danger-full-access
  -a, --ask-for-approval WHEN  untrusted, on-failure, on-request (default), never, allowlist
  -C, --cwd DIR                the workspace (default: where it was started)
      --writable DIR           one more writable directory under workspace-write (repeatable)
      --deny-read PATH         keep a file or directory from being read (repeatable)
      --network ACCESS         none (default), full
  -c, --config KEY=VALUE       one setting of config.toml, for this server (repeatable)
      --best-effort            run although this host cannot enforce everything`;

export interface ServedValues {
  readonly sandbox?: string | undefined;
  readonly 'ask-for-approval'?: string | undefined;
  readonly cwd?: string | undefined;
  readonly writable?: string[] | undefined;
  readonly 'deny-read'?: string[] | undefined;
  readonly config?: string[] | undefined;
  readonly network?: string | undefined;
  readonly 'best-effort'?: boolean | undefined;
}

/** Opens a runtime; rejects with a CliError when a rule file cannot be used. */
export type OpenServedRuntime = (
  narrower: NarrowerSandbox | undefined,
  reviewer: Reviewer,
) => Promise<ShellRuntime>;

/** @throws UsageError for a value that is none, CliError for a configuration that cannot be used. */
export async function servedRuntime(
  values: ServedValues,
  edge: Edge,
  { verb, more = {} }: { readonly verb: string; readonly more?: Partial<ShellRuntimeOptions> },
): Promise<OpenServedRuntime> {
  const workspace = workspaceAt(values.cwd, edge);
  const { config, settings } = await personSettings(edge, {
    verb,
    workspace,
    overrides: await overridesIn(values.config),
  });
  const from = edge.cwd ?? workspace;
  const options: ShellRuntimeOptions = {
    ...settings,
    workspace,
    sandbox: oneOf('--sandbox', values.sandbox, sandboxModes) ?? settings.sandbox,
    approvalPolicy:
      oneOf('--ask-for-approval', values['ask-for-approval'], approvalWords) ?? config.approvalPolicy,
    writableRoots: [...settings.writableRoots, ...(values.writable ?? []).map((path) => resolve(from, path))],
    network: oneOf('--network', values.network, networkWords) ?? settings.network,
    denyRead: [...settings.denyRead, ...(values['deny-read'] ?? []).map((path) => hiddenPath(path, from))],
    require: requiredLevel(values['best-effort']) ?? settings.require,
    baseEnv: edge.env,
    maxPollMs: config.maxPollMs,
    defaultTimeoutMs: config.commandTimeoutMs,
    ...more,
  };
  return async (narrower, reviewer) =>
    await startRuntime({ ...options, ...narrowedBy(narrower, options), reviewer });
}

/** What the configuration leaves out stays out. */
function narrowedBy(
  narrower: NarrowerSandbox | undefined,
  options: ShellRuntimeOptions,
): Partial<ShellRuntimeOptions> {
  if (narrower === undefined) return {};
  return {
    ...narrower,
    excludeSlashTmp: options.excludeSlashTmp === true || narrower.excludeSlashTmp,
    excludeTmpdir: options.excludeTmpdir === true || narrower.excludeTmpdir,
  };
}
