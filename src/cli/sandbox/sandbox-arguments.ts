// The command line of `cordon sandbox` as a value. Everything that is wrong with it is a UsageError.
import type { AccessProfile, Argv, NetworkAccess, ResourceLimits } from '../../domain/index.ts';
import { networkWords, oneOf, sandboxModes } from '../options/option-values.ts';
import { limitOptions, readLimits } from '../options/limit-options.ts';
import { readOptionsAndCommand } from '../options/read-options.ts';

export interface SandboxArguments {
  readonly command: Argv;
  /** What is undefined was not given. */
  readonly mode: AccessProfile['kind'] | undefined;
  readonly writable: readonly string[];
  readonly denyRead: readonly string[];
  readonly network: NetworkAccess | undefined;
  readonly cwd: string | undefined;
  readonly require: 'full' | 'best-effort' | undefined;
  /** `key=value`, as they were given. */
  readonly overrides: readonly string[];
  /** Whether variables that look like secrets are handed on. */
  readonly keepsEnvironment: boolean;
  /** Whether `/tmp` and `$TMPDIR` stay out of the writable roots. */
  readonly privateTmp: boolean;
  readonly limits: ResourceLimits;
}

export function parseSandboxArguments(args: readonly string[]): SandboxArguments {
  const { values, command } = readOptionsAndCommand(args, {
    mode: { type: 'string', short: 'm' },
    writable: { type: 'string', multiple: true },
    'deny-read': { type: 'string', multiple: true },
    network: { type: 'string' },
    cwd: { type: 'string', short: 'C' },
    require: { type: 'string' },
    'keep-env': { type: 'boolean' },
    'private-tmp': { type: 'boolean' },
    config: { type: 'string', short: 'c', multiple: true },
    ...limitOptions,
  });
  return {
    command,
    mode: oneOf('--sandbox', values.mode, sandboxModes),
    writable: values.writable ?? [],
    denyRead: values['deny-read'] ?? [],
    network: oneOf('--network', values.network, networkWords),
    cwd: values.cwd,
    require: oneOf('--require', values.require, ['full', 'best-effort'] as const),
    overrides: values.config ?? [],
    keepsEnvironment: values['keep-env'] === true,
    privateTmp: values['private-tmp'] === true,
    limits: readLimits(values),
  };
}
