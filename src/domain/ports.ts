// What the orchestrator is handed. Each port is implemented in another room, or by the embedder.
import type {
  AccessProfile,
  Availability,
  Enforcement,
  PreparedCommand,
  PrepareError,
  SandboxKind,
} from './access.ts';
import type { ApprovalRequest, ReviewDecision, RiskAssessment } from './approval.ts';
import type { ChangeDecision, ChangeReview } from './change-review.ts';
import type { OutputStream } from './exec-event.ts';
import type { DenialEvidence } from './denial-evidence.ts';
import type { AttemptOutcome } from './exec-result.ts';
import type { DirectoryIdentity, StdinMode } from './exec-request.ts';
import type { AbsolutePath, Argv, Result } from './primitives.ts';
import type { ProgramJudge, WatchWish } from './program-start.ts';
import type { TraceRecord } from './command-trace.ts';
import type { SettledChanges } from './settled-changes.ts';

/** Answers one question. A reviewer that throws, or whose signal fires first, has said no. */
export interface Reviewer {
  review(request: ApprovalRequest, signal: AbortSignal): Promise<ReviewDecision>;
  /**
   * Answers about one thing that was held back of what a one-shot command wrote. Left out: it stays put aside. Whoever throws,
   * is late, or answers what was not on offer has said `put-aside`; an `approved` of another question keeps nothing.
   */
  reviewChange?(request: ChangeReview, signal: AbortSignal): Promise<ChangeDecision>;
}

/** Describes the risk of a command to the person who decides. Never decides, never delays past its signal. */
export interface RiskAssessor {
  assess(request: ApprovalRequest, signal: AbortSignal): Promise<RiskAssessment | undefined>;
}

/** Runs before the reviewer. May answer; for a retry only a denial counts. */
export interface ApprovalHook {
  readonly name: string;
  onRequest(request: ApprovalRequest, signal: AbortSignal): Promise<ReviewDecision | undefined>;
}

/** What is to run, before any sandbox wrapped it. */
export interface PlannedCommand {
  readonly argv: Argv;
  readonly cwd: AbsolutePath;
  /** Nothing runs when `cwd` has become another directory. */
  readonly cwdIdentity?: DirectoryIdentity;
  readonly env: ReadonlyMap<string, string>;
  readonly tty: boolean;
  /** Whether a private network is its own alone. Left out: it is not. */
  readonly isolated?: boolean;
  /** That every program it starts waits until it was judged. Left out: none does. */
  readonly watch?: WatchWish;
  /** That what the sandbox refuses it is told, call by call. Left out: it is not. */
  readonly tellsDenials?: boolean;
  /** That what it starts and writes is told; needs the two above. Left out: it is not. */
  readonly traces?: boolean;
}

export interface SandboxBackend {
  readonly kind: SandboxKind;
  /** Asks the host once; later calls answer from memory. */
  probe(): Promise<Availability>;
  prepare(command: PlannedCommand, profile: AccessProfile): Result<PreparedCommand, PrepareError>;
  /** Evidence for a denial from a finished attempt; undefined when the sandbox did not stop it. */
  findDenial(
    outcome: AttemptOutcome,
    profile: AccessProfile,
    report: LauncherReport,
    facts?: DenialFacts,
  ): DenialEvidence | undefined;
  /** Of what the launcher told, what would have gone through on this host without a sandbox. Left out: nothing is told. */
  confirmDenials?(report: LauncherReport, facts: DenialFacts): readonly DenialEvidence[];
}

/** What a host knows that tells a sandbox denial from an ordinary failure. */
export interface DenialFacts {
  /** Where the command started: relative paths in its output are read from here. */
  readonly cwd: AbsolutePath;
  /** The path with symlinks resolved as far as it exists: a link in the workspace may lead out of it. */
  realPath(path: AbsolutePath): AbsolutePath;
  /** Whether this user could write the path, or create it, if there were no sandbox. */
  couldWrite(path: AbsolutePath): boolean;
}

/** What the launcher said over its control channel about one run. */
export interface LauncherReport {
  readonly enforcement: Enforcement | undefined;
  readonly denials: readonly DenialEvidence[];
  /** Of a run that is traced. */
  readonly trace?: readonly TraceRecord[];
}

export interface RunnerIo {
  readonly stdin: StdinMode;
  readonly timeoutMs: number | 'none';
  /** May answer with a promise: the runner then stops reading the pipes until it settles (back-pressure). */
  onOutput(stream: OutputStream, bytes: Uint8Array): void | Promise<void>;
  /** Called once the program is running, with what the kernel now enforces. */
  onStarted(enforcement: Enforcement, pid: number | undefined): void;
  /** Judges what the command starts, where the command was prepared to be watched. */
  readonly judge?: ProgramJudge;
}

/** `live` hands back a session that outlives the call; a one-shot runner always answers `finished`. */
export type Started<Live> =
  | {
      readonly kind: 'finished';
      readonly outcome: AttemptOutcome;
      readonly report: LauncherReport;
      /** What became of what the command wrote, where it wrote to layers. */
      readonly changes?: SettledChanges;
    }
  | { readonly kind: 'live'; readonly handle: Live; readonly report: LauncherReport };

export interface Runner<Live> {
  start(command: PreparedCommand, io: RunnerIo, signal: AbortSignal): Promise<Started<Live>>;
}
