// The command line of `cordon run` as a value. Everything that is wrong with it is a UsageError.
import { parseArgs } from 'node:util';
import { type AccessProfile, type ApprovalPolicy, type Argv, isNonEmpty } from '../../domain/index.ts';
import { UsageError } from '../edge.ts';

export interface RunArguments {
  readonly command: Argv;
  readonly sandbox: AccessProfile['kind'] | undefined;
  readonly approvalPolicy: Exclude<ApprovalPolicy, object> | undefined;
  readonly cwd: string | undefined;
  readonly writable: readonly string[];
  readonly rules: readonly string[];
  readonly network: 'none' | 'full' | undefined;
  readonly timeoutMs: number | 'none';
  readonly require: 'full' | 'best-effort' | undefined;
  readonly readsStdin: boolean;
  readonly json: boolean;
}

const sandboxes = ['read-only', 'workspace-write', 'danger-full-access'] as const;
const policies = ['untrusted', 'on-failure', 'on-request', 'never'] as const;

export function parseRunArguments(args: readonly string[]): RunArguments {
  const end = args.indexOf('--');
  if (end === -1) throw new UsageError('put `--` before the command');
  const command = args.slice(end + 1);
  if (!isNonEmpty(command)) throw new UsageError('no command after `--`');
  const values = parse(args.slice(0, end));
  return {
    command,
    sandbox: oneOf('--sandbox', values.sandbox, sandboxes),
    approvalPolicy: oneOf('--ask-for-approval', values['ask-for-approval'], policies),
    cwd: values.cwd,
    writable: values.writable ?? [],
    rules: values.rules ?? [],
    network: oneOf('--network', values.network, ['none', 'full'] as const),
    timeoutMs: values.timeout === undefined ? 'none' : milliseconds(values.timeout),
    require: values['best-effort'] === true ? 'best-effort' : undefined,
    readsStdin: values.stdin === true,
    json: values.json === true,
  };
}

function parse(args: readonly string[]) {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      strict: true,
      allowPositionals: true,
      options: {
        sandbox: { type: 'string', short: 's' },
        'ask-for-approval': { type: 'string', short: 'a' },
        cwd: { type: 'string', short: 'C' },
        writable: { type: 'string', multiple: true },
        rules: { type: 'string', multiple: true },
        network: { type: 'string' },
        timeout: { type: 'string' },
        'best-effort': { type: 'boolean' },
        stdin: { type: 'boolean' },
        json: { type: 'boolean' },
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

/** What a timer can hold, about 24 days. */
const maxMs = 2 ** 31 - 1;

function milliseconds(seconds: string): number {
  const ms = /^\d+(?:\.\d+)?$/u.test(seconds) ? Math.round(Number(seconds) * 1000) : 0;
  if (ms > 0 && ms <= maxMs) return ms;
  throw new UsageError(`--timeout is a number of seconds above 0, not ${JSON.stringify(seconds)}`);
}
