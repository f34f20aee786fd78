// What the runtime of a headless run is given: the configuration, with the command line laid over it.
import { type Config, runtimeSettings } from '../../config/index.ts';
import type { ApprovalPolicy, Reviewer } from '../../domain/index.ts';
import type { ShellRuntimeOptions } from '../../runtime/index.ts';
import type { Edge } from '../edge.ts';
import type { ExecArguments } from './exec-arguments.ts';
import type { Workspace } from './find-workspace.ts';

export interface RunPlace {
  readonly workspace: Workspace;
  readonly home: string;
  readonly env: Edge['env'];
  /** Who answers questions; undefined: nobody. */
  readonly reviewer?: Reviewer;
  /** In place of the configuration's. Absolute. */
  readonly auditFile?: string;
}

/** With nobody to ask, either the sandbox decides, or the rules do. */
function policyOf(args: ExecArguments, config: Config): ApprovalPolicy {
  if (args.approver !== undefined) return config.approvalPolicy ?? 'on-request';
  return config.approvalPolicy === 'allowlist' ? 'allowlist' : 'never';
}

/** Deadline of a command that names none, in milliseconds; the configuration may say another. */
export const defaultCommandTimeoutMs = 10_000;

export function runtimeOptions(args: ExecArguments, config: Config, place: RunPlace): ShellRuntimeOptions {
  const settings = runtimeSettings(config, {
    home: place.home,
    workspace: place.workspace.directory,
    defaultSandbox: 'read-only',
  });
  return {
    ...settings,
    workspace: place.workspace.directory,
    sandbox: args.sandbox ?? settings.sandbox,
    writableRoots: [...settings.writableRoots, ...place.workspace.addedDirectories],
    network: args.network ?? settings.network,
    require: args.require ?? settings.require,
    approvalPolicy: policyOf(args, config),
    ...(args.journals ? { changes: 'journal' } : {}),
    ...(place.reviewer === undefined ? {} : { reviewer: place.reviewer }),
    ...(args.approverTimeoutMs === undefined ? {} : { reviewTimeoutMs: args.approverTimeoutMs }),
    ...(place.auditFile === undefined ? {} : { auditLog: place.auditFile }),
    environment: {
      ...settings.environment,
      exclude: [...(settings.environment.exclude ?? []), ...keyNames(config)],
    },
    baseEnv: place.env,
    ...(config.maxPollMs === undefined ? {} : { maxPollMs: config.maxPollMs }),
    // Polling in a loop costs a model its turns.
    minPollMs: 5_000,
    defaultTimeoutMs: config.commandTimeoutMs ?? defaultCommandTimeoutMs,
  };
}

/**
 * The variables that hold API keys, whatever they are called and whatever the environment policy lets through: a
 * command that could read the key could send the conversation's owner a bill.
 */
function keyNames(config: Config): string[] {
  const configured = [...config.modelProviders.values()].flatMap(({ envKey, envHttpHeaders }) => [
    ...(envKey === undefined ? [] : [envKey]),
    ...Object.values(envHttpHeaders),
  ]);
  return ['OPENAI_API_KEY', 'CODEX_API_KEY', ...configured];
}
