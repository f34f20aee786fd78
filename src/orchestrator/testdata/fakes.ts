// A gate, a sandbox and a runner that do as they are told, so that the story can be tested without a process.
import type {
  AbsolutePath,
  AccessProfile,
  ApprovalHook,
  ApprovalId,
  ApprovalPolicy,
  ApprovalRequest,
  Argv,
  AttemptOutcome,
  CallId,
  CapturedStream,
  DenialEvidence,
  Enforcement,
  Evaluation,
  EvaluationVerdict,
  ExecEvent,
  ExecRequest,
  Grant,
  ParsedCommand,
  PolicyAmendment,
  PreparedCommand,
  Result,
  ReviewDecision,
  Reviewer,
  RuleMatch,
  Runner,
  SandboxSelection,
} from '../../domain/index.ts';
import { ok } from '../../domain/index.ts';
import { type Approvals, type ApprovalsOptions, createApprovals } from '../approvals.ts';
import type { OrchestratorDeps } from '../gate.ts';

export const path = (text: string): AbsolutePath => text as AbsolutePath;

export const workspaceWrite: AccessProfile = {
  kind: 'workspace-write',
  writable: [path('/ws')],
  protect: [],
  network: 'none',
  denyRead: [],
};
export const readOnly: AccessProfile = { kind: 'read-only', network: 'none', denyRead: [] };
export const fullAccess: AccessProfile = { kind: 'danger-full-access' };

export const enforced: Enforcement = { level: 'full', layers: ['landlock'], landlockAbi: 7, missing: [] };

export function plain(argv: Argv): ParsedCommand {
  return {
    kind: 'plain',
    commands: [{ argv, directory: { kind: 'start' } }],
    from: 'argv',
    literalCommands: [{ words: argv, assignments: [], redirects: [], via: [] }],
  };
}

export const ruleAt = (decision: 'allow' | 'prompt' | 'forbidden', argv: Argv): RuleMatch => ({
  kind: 'rule',
  decision,
  matchedPrefix: [argv[0]],
  command: argv,
  justification: 'house rule',
  resolvedProgram: undefined,
  source: { kind: 'file', file: '/rules/a.rules', line: 7 },
});

const ruleDecision = { forbidden: 'forbidden', prompt: 'prompt', allowed: 'allow' } as const;

/** An evaluation with the verdict, settled by a rule or a heuristic as that verdict would be. */
export function evaluationOf(verdict: EvaluationVerdict, parsed: ParsedCommand = plain(['tool', 'arg'])): Evaluation {
  const argv = parsed.kind === 'plain' ? parsed.commands[0].argv : parsed.argv;
  const decidedBy: RuleMatch =
    verdict === 'forbidden' || verdict === 'prompt' || verdict === 'allowed'
      ? ruleAt(ruleDecision[verdict], argv)
      : {
          kind: 'heuristic',
          class: verdict === 'opaque' ? 'unknown' : verdict,
          command: argv,
          because: `test ${verdict}`,
        };
  return { verdict, decidedBy, matches: [decidedBy], parsed };
}

const empty: CapturedStream = { head: new Uint8Array(), tail: new Uint8Array(), omittedBytes: 0, totalBytes: 0 };

export function exited(exitCode: number): AttemptOutcome {
  return {
    kind: 'exited',
    exitCode,
    output: { stdout: empty, stderr: empty, aggregated: empty, spillFile: undefined },
  };
}

export const deniedWrite: DenialEvidence = {
  restriction: 'file-write',
  confidence: 'likely',
  target: '/etc/x',
  excerpt: "touch: cannot touch '/etc/x'",
};

export function requestOf(over: Partial<ExecRequest> = {}): ExecRequest {
  return {
    callId: 'call-1' as CallId,
    command: { kind: 'argv', argv: ['tool', 'arg'] },
    cwd: path('/ws'),
    env: new Map([['PATH', '/bin']]),
    stdin: { kind: 'null' },
    timeoutMs: 1000,
    access: { kind: 'default' },
    tty: false,
    ...over,
  };
}

export interface World {
  readonly deps: OrchestratorDeps;
  readonly approvals: Approvals;
  readonly runner: Runner<string>;
  readonly events: ExecEvent[];
  readonly asked: ApprovalRequest[];
  readonly prepared: PreparedCommand[];
  readonly started: PreparedCommand[];
  readonly saved: PolicyAmendment[];
  /** What the gate answers from now on. */
  verdict: EvaluationVerdict;
}

export interface WorldOptions {
  readonly verdict?: EvaluationVerdict;
  readonly approvalPolicy?: ApprovalPolicy;
  readonly profile?: AccessProfile;
  readonly allowedRunsUnsandboxed?: boolean;
  /** One answer a question; `undefined` in place of a list: nobody can be asked. */
  readonly answers?: readonly ReviewDecision[];
  readonly reviewer?: Reviewer;
  readonly hooks?: readonly ApprovalHook[];
  /** What each attempt's sandbox finds; the last one repeats. */
  readonly denials?: readonly (DenialEvidence | undefined)[];
  readonly outcomes?: readonly AttemptOutcome[];
  readonly grant?: Grant;
  readonly selection?: SandboxSelection;
  readonly live?: boolean;
  readonly fault?: string;
  readonly wouldAllow?: (amendment: PolicyAmendment) => boolean;
  readonly saveRule?: (amendment: PolicyAmendment) => Promise<Result<void, { readonly message: string }>>;
  readonly approvals?: Partial<ApprovalsOptions>;
}

export function world(options: WorldOptions = {}): World {
  const events: ExecEvent[] = [];
  const asked: ApprovalRequest[] = [];
  const prepared: PreparedCommand[] = [];
  const started: PreparedCommand[] = [];
  const saved: PolicyAmendment[] = [];
  const answers = [...(options.answers ?? [])];
  const denials = [...(options.denials ?? [])];
  const outcomes = [...(options.outcomes ?? [])];
  const scripted: Reviewer = {
    review: async (request) => {
      asked.push(request);
      return await Promise.resolve(answers.shift() ?? { kind: 'denied', message: 'no answer scripted' });
    },
  };
  const ids = { next: 0 };
  const approvals = createApprovals({
    reviewer: options.reviewer ?? (options.answers === undefined ? undefined : scripted),
    hooks: options.hooks ?? [],
    riskAssessor: undefined,
    reviewTimeoutMs: 1000,
    riskTimeoutMs: 50,
    saveRule: async (amendment) => {
      saved.push(amendment);
      return options.saveRule === undefined ? ok(undefined) : await options.saveRule(amendment);
    },
    emit: (event) => void events.push(event),
    now: () => 0,
    newId: () => `ask-${String((ids.next += 1))}` as ApprovalId,
    ...options.approvals,
  });
  const state: World = {
    approvals,
    events,
    asked,
    prepared,
    started,
    saved,
    verdict: options.verdict ?? 'safe',
    runner: {
      start: async (command, io) => {
        started.push(command);
        io.onStarted(command.enforcement, 42);
        const report = { enforcement: command.enforcement, denials: [] };
        if (options.live === true) return { kind: 'live', handle: 'session', report };
        await Promise.resolve();
        return { kind: 'finished', outcome: outcomes.shift() ?? exited(denials[0] === undefined ? 0 : 1), report };
      },
    },
    deps: {
      gate: {
        parse: (input) => plain(input.kind === 'argv' ? input.argv : ['bash', '-c', input.script]),
        planArgv: (input) => (input.kind === 'argv' ? input.argv : ['bash', '-c', '--', input.script]),
        canonicalCommand: (input) => JSON.stringify(input),
        evaluate: (parsed) => evaluationOf(state.verdict, parsed),
        offerAmendment: (evaluation, proposed) => {
          const whole = evaluation.parsed.kind === 'plain' ? evaluation.parsed.commands[0].argv : undefined;
          const works = options.wouldAllow ?? (() => false);
          return [proposed, whole]
            .flatMap((allowPrefix) => (allowPrefix === undefined ? [] : [{ allowPrefix }]))
            .find(works);
        },
      },
      approvals,
      approvalPolicy: options.approvalPolicy ?? 'on-request',
      profile: options.profile ?? workspaceWrite,
      allowedRunsUnsandboxed: options.allowedRunsUnsandboxed ?? false,
      backends: [
        {
          kind: 'landlock',
          probe: () => Promise.resolve({ kind: 'available', enforcement: enforced }),
          prepare: ({ argv, cwd, env }) => {
            const command: PreparedCommand = { kind: 'direct', argv, cwd, env, enforcement: enforced };
            prepared.push(command);
            return ok(command);
          },
          findDenial: () => denials.shift(),
        },
      ],
      selectSandbox: () => options.selection ?? { kind: 'sandboxed', sandbox: 'landlock' },
      findFault: () => options.fault,
      environmentFor: ({ env }) => env,
      factsFor: ({ cwd }) => ({ cwd, realPath: (given) => given, couldWrite: () => true }),
      findGrant: () => options.grant,
      emit: (event) => void events.push(event),
      now: () => 0,
    },
  };
  return state;
}

/** The types of the events, in order. */
export const typesOf = (events: readonly ExecEvent[]): readonly string[] => events.map(({ type }) => type);
