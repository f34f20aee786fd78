// The log of decisions: one JSON object a line, written by the runtime and read by `policy replay` and `suggest`.
import {
  isNonEmpty,
  type CommandInput,
  type Evaluation,
  type EvaluationVerdict,
} from '../../domain/index.ts';

export interface LoggedDecision {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Where the command starts. */
  readonly cwd: string;
  readonly command: CommandInput;
  readonly verdict: EvaluationVerdict;
  /** The rule or the heuristic that settled it, for people. */
  readonly by: string;
}

/** The line of a decision, as an object; the log adds its place in the chain. */
export function logLine(
  { verdict, decidedBy }: Evaluation,
  { at, cwd, command }: Pick<LoggedDecision, 'at' | 'cwd' | 'command'>,
): LoggedDecision {
  const by =
    decidedBy.kind === 'heuristic'
      ? decidedBy.because
      : decidedBy.source.kind === 'file'
        ? `${decidedBy.source.file}:${decidedBy.source.line}`
        : decidedBy.source.kind;
  return { at, cwd, command, verdict, by };
}

export interface ReadLog {
  readonly decisions: readonly LoggedDecision[];
  /** Lines that are no decision: of another program, or cut off. */
  readonly skipped: number;
}

export function readLog(text: string): ReadLog {
  const decisions: LoggedDecision[] = [];
  let skipped = 0;
  for (const line of text.split('\n')) {
    if (line.trim() === '' || isOutcome(line)) continue;
    const decision = readDecision(line);
    if (decision === undefined) skipped += 1;
    else decisions.push(decision);
  }
  return { decisions, skipped };
}

/** What became of a decision is no decision, and no line of another program either. */
function isOutcome(line: string): boolean {
  return /^\{"at":\d+,"call":"(?:[^"\\]|\\.)*","(?:outcome|approval)":/.test(line);
}

const verdicts: ReadonlySet<string> = new Set<EvaluationVerdict>([
  ...(['forbidden', 'prompt', 'allowed', 'safe', 'unknown', 'dangerous', 'opaque'] as const),
]);

function readDecision(line: string): LoggedDecision | undefined {
  const value = objectIn(line);
  if (value === undefined) return undefined;
  const { at, cwd, command, verdict, by } = value;
  const input = readCommand(command);
  if (typeof at !== 'number' || typeof cwd !== 'string' || input === undefined) return undefined;
  if (typeof verdict !== 'string' || !verdicts.has(verdict)) return undefined;
  return {
    at,
    cwd,
    command: input,
    verdict: verdict as EvaluationVerdict,
    by: typeof by === 'string' ? by : '',
  };
}

/** The JSON object that a line of the log is; undefined for anything else. */
export function objectIn(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function readCommand(value: unknown): CommandInput | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { kind, argv, script, shell, login } = value as Readonly<Record<string, unknown>>;
  if (kind === 'argv' && Array.isArray(argv)) {
    const words = argv.filter((word): word is string => typeof word === 'string');
    return words.length === argv.length && isNonEmpty(words) ? { kind, argv: words } : undefined;
  }
  if (kind !== 'script' || typeof script !== 'string') return undefined;
  return { kind, script, shell: typeof shell === 'string' ? shell : 'bash', login: login === true };
}
