// The command line of `cordon exec` as a value. Everything that is wrong with it is a UsageError.
import type { ParseArgsConfig } from 'node:util';
import type { Override } from '../../config/index.ts';
import type { AccessProfile } from '../../domain/index.ts';
import type { ColorChoice } from './people/paint.ts';
import { UsageError } from '../edge.ts';
import {
  milliseconds,
  networkWords,
  oneOf,
  requiredLevel,
  sandboxModes,
  wholeNumber,
} from '../options/option-values.ts';
import { overridesIn } from '../options/overrides.ts';
import { previewWish, type PreviewWish } from '../options/preview-wish.ts';
import { readOptions } from '../options/read-options.ts';

export interface ExecArguments {
  /** `stdin`: read to its end. What is piped in beside a prompt on the command line goes along with it. */
  readonly prompt: { readonly kind: 'text'; readonly text: string } | { readonly kind: 'stdin' };
  /** Which thread the turn belongs to. */
  readonly thread:
    | { readonly kind: 'new' }
    | { readonly kind: 'resume'; readonly id: string }
    /** The newest of the workspace. */
    | { readonly kind: 'resume-last' };
  /** Nothing of the thread is kept. */
  readonly isEphemeral: boolean;
  /** A file with a JSON Schema for the last message. */
  readonly outputSchema: string | undefined;
  readonly images: readonly string[];
  readonly json: boolean;
  /** With `json`: output and messages are told piece by piece, too. */
  readonly includesDeltas: boolean;
  /** Without `json`: output of commands is shown whole. */
  readonly isVerbose: boolean;
  readonly outputFile: string | undefined;
  readonly sandbox: AccessProfile['kind'] | undefined;
  readonly directory: string | undefined;
  readonly addedDirectories: readonly string[];
  /** Paths no command can read, beside those of the configuration. */
  readonly denyRead: readonly string[];
  readonly network: 'none' | 'full' | undefined;
  readonly require: 'full' | 'best-effort' | undefined;
  /** What commands write is held back to the end of the turn: then it is shown, and asked about or brought in. */
  readonly preview: PreviewWish | undefined;
  /** What one-shot commands replace and remove is kept, to be taken back. */
  readonly journals: boolean;
  readonly model: string | undefined;
  readonly profile: string | undefined;
  readonly overrides: readonly Override[];
  readonly skipGitRepoCheck: boolean;
  readonly color: ColorChoice;
  readonly timeoutMs: number | undefined;
  readonly maxTurns: number;
  /** undefined: any number. */
  readonly maxToolCalls: number | undefined;
  readonly maxRepeats: number;
  /** Who answers questions: `unix:PATH` or a command. */
  readonly approver: string | undefined;
  readonly approverTimeoutMs: number | undefined;
  /** Status 3 when something was refused. */
  readonly failOnDenied: boolean;
  readonly auditFile: string | undefined;
  readonly summaryFile: string | undefined;
  /** Things a person should know about what they asked for. */
  readonly notes: readonly string[];
}

/** Enough for any task a person would wait for; a model that loops is stopped in minutes, not never. */
const defaultMaxTurns = 200;
/** Nobody learns anything from the same answer to the same call any more. */
const defaultMaxRepeats = 10;

const options = {
  json: { type: 'boolean' },
  'experimental-json': { type: 'boolean' },
  'include-deltas': { type: 'boolean' },
  verbose: { type: 'boolean' },
  'output-last-message': { type: 'string', short: 'o' },
  sandbox: { type: 'string', short: 's' },
  cd: { type: 'string', short: 'C' },
  'add-dir': { type: 'string', multiple: true },
  'deny-read': { type: 'string', multiple: true },
  network: { type: 'string' },
  'best-effort': { type: 'boolean' },
  journal: { type: 'boolean' },
  preview: { type: 'boolean' },
  apply: { type: 'boolean' },
  model: { type: 'string', short: 'm' },
  profile: { type: 'string', short: 'p' },
  config: { type: 'string', short: 'c', multiple: true },
  'skip-git-repo-check': { type: 'boolean' },
  color: { type: 'string' },
  timeout: { type: 'string' },
  'max-turns': { type: 'string' },
  'max-tool-calls': { type: 'string' },
  'max-repeats': { type: 'string' },
  approver: { type: 'string' },
  'approver-timeout': { type: 'string' },
  'fail-on-denied': { type: 'boolean' },
  audit: { type: 'string' },
  summary: { type: 'string' },
  'output-schema': { type: 'string' },
  image: { type: 'string', short: 'i', multiple: true },
  last: { type: 'boolean' },
  ephemeral: { type: 'boolean' },
  'thread-source': { type: 'string' },
  'full-auto': { type: 'boolean' },
  'dangerously-bypass-approvals-and-sandbox': { type: 'boolean' },
} as const satisfies ParseArgsConfig['options'];

export async function parseExecArguments(args: readonly string[]): Promise<ExecArguments> {
  const { values, positionals } = readOptions(args, options);
  const { thread, prompt } = threadAndPrompt(positionals, values.last === true);
  const sandbox = chosenSandbox(values);
  return {
    prompt: prompt === undefined || prompt === '-' ? { kind: 'stdin' } : { kind: 'text', text: prompt },
    thread,
    isEphemeral: values.ephemeral === true,
    outputSchema: values['output-schema'],
    images: (values.image ?? []).flatMap((names) => names.split(',').filter((name) => name !== '')),
    ...shownAs(values),
    outputFile: values['output-last-message'],
    sandbox,
    directory: values.cd,
    addedDirectories: values['add-dir'] ?? [],
    denyRead: values['deny-read'] ?? [],
    network: oneOf('--network', values.network, networkWords),
    require: requiredLevel(values['best-effort']),
    journals: values.journal === true,
    preview: previewWish(values),
    model: values.model,
    profile: values.profile,
    overrides: await overridesIn(values.config),
    skipGitRepoCheck: values['skip-git-repo-check'] === true,
    color: oneOf('--color', values.color, ['always', 'never', 'auto'] as const) ?? 'auto',
    timeoutMs: values.timeout === undefined ? undefined : milliseconds('--timeout', values.timeout),
    maxTurns:
      values['max-turns'] === undefined ? defaultMaxTurns : wholeNumber('--max-turns', values['max-turns']),
    maxToolCalls:
      values['max-tool-calls'] === undefined
        ? undefined
        : wholeNumber('--max-tool-calls', values['max-tool-calls']),
    maxRepeats:
      values['max-repeats'] === undefined
        ? defaultMaxRepeats
        : wholeNumber('--max-repeats', values['max-repeats']),
    approver: chosenApprover(values),
    approverTimeoutMs:
      values['approver-timeout'] === undefined
        ? undefined
        : milliseconds('--approver-timeout', values['approver-timeout']),
    failOnDenied: values['fail-on-denied'] === true,
    auditFile: values.audit,
    summaryFile: values.summary,
    notes: [
      ...(values['full-auto'] === true
        ? ['--full-auto is --sandbox workspace-write; nobody is asked either way']
        : []),
      ...(values['thread-source'] === undefined ? [] : ['--thread-source has no effect']),
    ],
  };
}

/** `resume ID [PROMPT]`, `resume --last [PROMPT]`, or `[PROMPT]`. */
function threadAndPrompt(
  words: readonly string[],
  last: boolean,
): { readonly thread: ExecArguments['thread']; readonly prompt: string | undefined } {
  const [verb, ...rest] = words;
  const resumes = verb === 'resume';
  if (last && !resumes) throw new UsageError('--last goes with resume');
  if (resumes && !last && rest.length === 0)
    throw new UsageError('resume needs the ID of a thread, or --last');
  const [id, ...prompts] = resumes && !last ? rest : [undefined, ...(resumes ? rest : words)];
  if (prompts.length > 1)
    throw new UsageError(`one PROMPT at most, found ${prompts.length}; quote it as one word`);
  if (!resumes) return { thread: { kind: 'new' }, prompt: prompts[0] };
  return {
    thread: id === undefined ? { kind: 'resume-last' } : { kind: 'resume', id },
    prompt: prompts[0],
  };
}

type Values = ReturnType<typeof readOptions<typeof options>>['values'];

function chosenApprover(values: Values): string | undefined {
  const { approver } = values;
  if (approver === undefined && values['approver-timeout'] !== undefined)
    throw new UsageError('--approver-timeout goes with --approver');
  if (approver?.trim() === '' || approver === 'unix:')
    throw new UsageError('--approver takes a command, or unix:PATH');
  return approver;
}

function shownAs(values: Values): Pick<ExecArguments, 'json' | 'includesDeltas' | 'isVerbose'> {
  const json = values.json === true || values['experimental-json'] === true;
  const includesDeltas = values['include-deltas'] === true;
  const isVerbose = values.verbose === true;
  if (includesDeltas && !json) throw new UsageError('--include-deltas goes with --json');
  if (isVerbose && json)
    throw new UsageError('--verbose has no place in --json: items have the output whole');
  return { json, includesDeltas, isVerbose };
}

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
