// The command line of `cordon exec` as a value. Everything that is wrong with it is a UsageError.
import type { ParseArgsConfig } from 'node:util';
import type { Override } from '../../config/index.ts';
import type { AccessProfile } from '../../domain/index.ts';
import type { ColorChoice } from '../../exec/index.ts';
import { UsageError } from '../edge.ts';
import { milliseconds, oneOf, sandboxModes, wholeNumber } from '../options/option-values.ts';
import { readOptions } from '../options/read-options.ts';

export interface ExecArguments {
  /** `stdin`: read to its end. What is piped in beside a prompt on the command line goes along with it. */
  readonly prompt: { readonly kind: 'text'; readonly text: string } | { readonly kind: 'stdin' };
  readonly json: boolean;
  readonly outputFile: string | undefined;
  readonly sandbox: AccessProfile['kind'] | undefined;
  readonly directory: string | undefined;
  readonly addedDirectories: readonly string[];
  readonly model: string | undefined;
  readonly profile: string | undefined;
  readonly overrides: readonly Override[];
  readonly skipGitRepoCheck: boolean;
  readonly color: ColorChoice;
  readonly timeoutMs: number | undefined;
  readonly maxTurns: number;
  /** Things a person should know about what they asked for. */
  readonly notes: readonly string[];
}

/** Enough for any task a person would wait for; a model that loops is stopped in minutes, not never. */
const defaultMaxTurns = 200;

const options = {
  json: { type: 'boolean' },
  'experimental-json': { type: 'boolean' },
  'output-last-message': { type: 'string', short: 'o' },
  sandbox: { type: 'string', short: 's' },
  cd: { type: 'string', short: 'C' },
  'add-dir': { type: 'string', multiple: true },
  model: { type: 'string', short: 'm' },
  profile: { type: 'string', short: 'p' },
  config: { type: 'string', short: 'c', multiple: true },
  'skip-git-repo-check': { type: 'boolean' },
  color: { type: 'string' },
  timeout: { type: 'string' },
  'max-turns': { type: 'string' },
  'full-auto': { type: 'boolean' },
  'dangerously-bypass-approvals-and-sandbox': { type: 'boolean' },
} as const satisfies ParseArgsConfig['options'];

export async function parseExecArguments(args: readonly string[]): Promise<ExecArguments> {
  const { values, positionals } = readOptions(args, options);
  if (positionals.length > 1)
    throw new UsageError(`one PROMPT at most, found ${positionals.length}; quote it as one word`);
  const [prompt] = positionals;
  const sandbox = chosenSandbox(values);
  return {
    prompt: prompt === undefined || prompt === '-' ? { kind: 'stdin' } : { kind: 'text', text: prompt },
    json: values.json === true || values['experimental-json'] === true,
    outputFile: values['output-last-message'],
    sandbox,
    directory: values.cd,
    addedDirectories: values['add-dir'] ?? [],
    model: values.model,
    profile: values.profile,
    overrides: await overridesIn(values.config ?? []),
    skipGitRepoCheck: values['skip-git-repo-check'] === true,
    color: oneOf('--color', values.color, ['always', 'never', 'auto'] as const) ?? 'auto',
    timeoutMs: values.timeout === undefined ? undefined : milliseconds('--timeout', values.timeout),
    maxTurns:
      values['max-turns'] === undefined ? defaultMaxTurns : wholeNumber('--max-turns', values['max-turns']),
    notes:
      values['full-auto'] === true
        ? ['--full-auto is --sandbox workspace-write; nobody is asked either way']
        : [],
  };
}

type Values = ReturnType<typeof readOptions<typeof options>>['values'];

/** Two wishes for a sandbox in one line would leave it to chance which one holds. */
function chosenSandbox(values: Values): AccessProfile['kind'] | undefined {
  const wishes = [
    ...(values.sandbox === undefined ? [] : ['--sandbox']),
    ...(values['full-auto'] === true ? ['--full-auto'] : []),
    ...(values['dangerously-bypass-approvals-and-sandbox'] === true
      ? ['--dangerously-bypass-approvals-and-sandbox']
      : []),
  ];
  if (wishes.length > 1) throw new UsageError(`${wishes.join(' and ')} contradict each other`);
  if (values['full-auto'] === true) return 'workspace-write';
  if (values['dangerously-bypass-approvals-and-sandbox'] === true) return 'danger-full-access';
  return oneOf('--sandbox', values.sandbox, sandboxModes);
}

async function overridesIn(texts: readonly string[]): Promise<Override[]> {
  if (texts.length === 0) return [];
  const { parseOverride } = await import('../../config/index.ts');
  return texts.map((text) => {
    const parsed = parseOverride(text);
    if (!parsed.ok) throw new UsageError(`-c ${text.split('=')[0] ?? ''}: ${parsed.error}`);
    return parsed.value;
  });
}
