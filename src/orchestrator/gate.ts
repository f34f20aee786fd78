// What the orchestrator is handed: the shell and policy rooms seen as one gate, and the world as functions.
import type {
  AccessProfile,
  ApprovalPolicy,
  Argv,
  CommandInput,
  DenialEvidence,
  DenialFacts,
  Evaluation,
  ExecEvent,
  ExecRequest,
  Grant,
  ParsedCommand,
  PolicyAmendment,
  ProgramStart,
  RuleMatch,
  SandboxAttempt,
  ResourceLimits,
  SandboxBackend,
  SandboxSelection,
  WatchWish,
} from '../domain/index.ts';
import type { Approvals } from './approvals.ts';

/** Where a command would run: its directory, and the environment whose PATH finds its program. */
export type CommandPlace = Pick<ExecRequest, 'cwd' | 'env' | 'command'> &
  Partial<Pick<ExecRequest, 'callId'>>;

/** A command seen through the rules as they are now; asked again after every wait for a person. */
export interface Gate {
  parse(input: CommandInput): ParsedCommand;
  /** What `execve` is given. */
  planArgv(input: CommandInput, parsed: ParsedCommand): Argv;
  canonicalCommand(input: CommandInput, parsed: ParsedCommand): string;
  evaluate(parsed: ParsedCommand, place: CommandPlace): Evaluation;
  /**
   * The allow rule worth offering for this evaluation: the proposed one if saving it is permitted and would let the
   * whole command run without a question, else one that would, else none.
   */
  offerAmendment(evaluation: Evaluation, proposed: Argv | undefined): PolicyAmendment | undefined;
}

export interface ProgramRules {
  /** Undefined when no rule asks for it. */
  watch(env: ReadonlyMap<string, string>): WatchWish | undefined;
  judge(start: ProgramStart, env: ReadonlyMap<string, string>): RuleMatch | undefined;
}

export interface OrchestratorDeps {
  readonly gate: Gate;
  readonly approvals: Approvals;
  readonly approvalPolicy: ApprovalPolicy;
  readonly profile: AccessProfile;
  readonly allowedRunsUnsandboxed: boolean;
  readonly backends: readonly SandboxBackend[];
  /** For commands without a sandbox; a backend knows its own. */
  readonly limits?: ResourceLimits;
  /** The rules on what commands start. Left out: they hold on what is asked for alone. */
  readonly programs?: ProgramRules;
  /** Whether what the sandbox refuses is told call by call. Left out: it is not. */
  readonly tellsDenials?: boolean;
  /** `unavailable` when the host cannot enforce the profile; never `unsandboxed` in its place. */
  selectSandbox(profile: AccessProfile): SandboxSelection;
  /** What is wrong with the request itself, as a clause: a directory that is gone. */
  findFault(request: ExecRequest): string | undefined;
  /** The request's environment with the markers of this very attempt. */
  environmentFor(request: ExecRequest, attempt: SandboxAttempt): ReadonlyMap<string, string>;
  factsFor(request: ExecRequest): DenialFacts;
  /** The smallest grant that would lift the denial; undefined when none may be offered. */
  findGrant(denial: DenialEvidence, profile: AccessProfile): Grant | undefined;
  /** A promise asks for patience: an observer that lags holds the output back until it settles. */
  emit(event: ExecEvent): void | Promise<void>;
  /** Milliseconds on a clock that never goes back. */
  now(): number;
}
