// The command line of `cordon sandbox` as a value. Everything that is wrong with it is a UsageError.
import { parseArgs } from 'node:util';
import { type AccessProfile, type Argv, isNonEmpty, type NetworkAccess } from '../../domain/index.ts';
import { UsageError } from '../edge.ts';

export interface SandboxArguments {
  readonly command: Argv;
  readonly mode: AccessProfile['kind'];
  readonly writable: readonly string[];
  readonly denyRead: readonly string[];
  readonly network: NetworkAccess;
  readonly cwd: string | undefined;
  readonly require: 'full' | 'best-effort';
  /** Whether variables that look like secrets are handed on. */
  readonly keepsEnvironment: boolean;
  /** Whether `/tmp` and `$TMPDIR` stay out of the writable roots. */
  readonly privateTmp: boolean;
}

const modes = ['read-only', 'workspace-write', 'danger-full-access'] as const;

export function parseSandboxArguments(args: readonly string[]): SandboxArguments {
  const end = args.indexOf('--');
  if (end === -1) throw new UsageError('put `--` before the command');
  const command = args.slice(end + 1);
  if (!isNonEmpty(command)) throw new UsageError('no command after `--`');
  const values = parse(args.slice(0, end));
  return {
    command,
    mode: oneOf('--mode', values.mode, modes) ?? 'workspace-write',
    writable: values.writable ?? [],
    denyRead: values['deny-read'] ?? [],
    network: oneOf('--network', values.network, ['none', 'full'] as const) ?? 'none',
    cwd: values.cwd,
    require: oneOf('--require', values.require, ['full', 'best-effort'] as const) ?? 'full',
    keepsEnvironment: values['keep-env'] === true,
    privateTmp: values['private-tmp'] === true,
  };
}

function parse(args: readonly string[]) {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      strict: true,
      allowPositionals: true,
      options: {
        mode: { type: 'string', short: 'm' },
        writable: { type: 'string', multiple: true },
        'deny-read': { type: 'string', multiple: true },
        network: { type: 'string' },
        cwd: { type: 'string', short: 'C' },
        require: { type: 'string' },
        'keep-env': { type: 'boolean' },
        'private-tmp': { type: 'boolean' },
      },
    });
    const [stray] = positionals;
    if (stray !== undefined)
      throw new UsageError(`put \`--\` before the command: found ${JSON.stringify(stray)}`);
    return values;
  } catch (error) {
    if (error instanceof UsageError) throw error;
    // The parser explains at length; its first sentence names the option.
    const message = error instanceof Error ? (error.message.split(/\. |\n/u)[0] ?? '') : String(error);
    throw new UsageError(message.charAt(0).toLowerCase() + message.slice(1));
  }
}

function oneOf<Word extends string>(
  option: string,
  value: string | undefined,
  words: readonly Word[],
): Word | undefined {
  if (value === undefined) return undefined;
  const found = words.find((word) => word === value);
  if (found !== undefined) return found;
  throw new UsageError(`${option} is one of ${words.join(', ')}, not ${JSON.stringify(value)}`);
}
