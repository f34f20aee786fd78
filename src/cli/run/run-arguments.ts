// The command line of `cordon run` as a value. Everything that is wrong with it is a UsageError.
import type { AccessProfile, ApprovalPolicy, Argv, ResourceLimits } from '../../domain/index.ts';
import { UsageError } from '../edge.ts';
import {
  approvalWords,
  milliseconds,
  networkWords,
  oneOf,
  requiredLevel,
  sandboxModes,
} from '../options/option-values.ts';
import { limitOptions, readLimits } from '../options/limit-options.ts';
import { previewWish, type PreviewWish } from '../options/preview-wish.ts';
import { readOptionsAndCommand } from '../options/read-options.ts';

export interface RunArguments {
  readonly command: Argv;
  readonly sandbox: AccessProfile['kind'] | undefined;
  readonly approvalPolicy: Exclude<ApprovalPolicy, object> | undefined;
  readonly cwd: string | undefined;
  readonly writable: readonly string[];
  readonly denyRead: readonly string[];
  /** `key=value`, as they were given. */
  readonly overrides: readonly string[];
  readonly rules: readonly string[];
  readonly network: 'none' | 'full' | undefined;
  readonly timeoutMs: number | undefined;
  readonly require: 'full' | 'best-effort' | undefined;
  readonly readsStdin: boolean;
  /** A terminal for the command. */
  readonly tty: boolean;
  readonly json: boolean;
  /** Undefined: its changes come in as always. */
  readonly preview: PreviewWish | undefined;
  /** What it replaces and removes is kept, to be taken back. */
  readonly journals: boolean;
  /** How the tree of its programs is shown; undefined: it is not recorded. */
  readonly trace: TraceForm | undefined;
  /** Where that goes; undefined: to standard error. */
  readonly traceFile: string | undefined;
  /** Laid over those of the configuration. */
  readonly limits: ResourceLimits;
}

export const traceForms = ['tree', 'json', 'mermaid', 'chrome'] as const;
export type TraceForm = (typeof traceForms)[number];

export function parseRunArguments(args: readonly string[]): RunArguments {
  const { values, command } = readOptionsAndCommand(withTraceForm(args), {
    sandbox: { type: 'string', short: 's' },
    'ask-for-approval': { type: 'string', short: 'a' },
    cwd: { type: 'string', short: 'C' },
    writable: { type: 'string', multiple: true },
    'deny-read': { type: 'string', multiple: true },
    config: { type: 'string', short: 'c', multiple: true },
    rules: { type: 'string', multiple: true },
    network: { type: 'string' },
    timeout: { type: 'string' },
    'best-effort': { type: 'boolean' },
    stdin: { type: 'boolean' },
    tty: { type: 'boolean', short: 't' },
    json: { type: 'boolean' },
    preview: { type: 'boolean' },
    apply: { type: 'boolean' },
    journal: { type: 'boolean' },
    trace: { type: 'string' },
    'trace-to': { type: 'string' },
    ...limitOptions,
  });
  const beside = (['stdin', 'json', 'preview', 'journal'] as const).find((name) => values[name] === true);
  if (values.tty === true && beside !== undefined) throw new UsageError(`--tty does not go with --${beside}`);
  if (values['trace-to'] !== undefined && values.trace === undefined)
    throw new UsageError('--trace-to belongs to --trace: without it there is nothing to write');
  return {
    command,
    sandbox: oneOf('--sandbox', values.sandbox, sandboxModes),
    approvalPolicy: oneOf('--ask-for-approval', values['ask-for-approval'], approvalWords),
    cwd: values.cwd,
    writable: values.writable ?? [],
    denyRead: values['deny-read'] ?? [],
    overrides: values.config ?? [],
    rules: values.rules ?? [],
    network: oneOf('--network', values.network, networkWords),
    timeoutMs: values.timeout === undefined ? undefined : milliseconds('--timeout', values.timeout),
    require: requiredLevel(values['best-effort']),
    readsStdin: values.stdin === true,
    tty: values.tty === true,
    json: values.json === true,
    preview: previewWish(values),
    journals: values.journal === true,
    trace: oneOf('--trace', values.trace, traceForms),
    traceFile: values['trace-to'],
    limits: readLimits(values),
  };
}

/** `--trace` alone stands for its most common form: it takes a value behind `=` only. */
function withTraceForm(args: readonly string[]): readonly string[] {
  const end = args.indexOf('--');
  return args.map((word, at) => (word === '--trace' && (end === -1 || at < end) ? '--trace=tree' : word));
}
