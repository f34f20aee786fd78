// The front object: what an embedder holds. The types live here; create-shell-runtime.ts puts the parts together.
import type {
  AccessProfile,
  ApprovalHook,
  ApprovalPolicy,
  Argv,
  AuditEntry,
  Enforcement,
  ExecEvent,
  ExecResult,
  PolicyError,
  RequestedAccess,
  ResourceLimits,
  Reviewer,
  RiskAssessor,
  SandboxSelection,
  StdinMode,
} from '../domain/index.ts';
import type { ReadOptions, TerminalSize, UnifiedExec } from './unified-exec/index.ts';

export type SandboxMode = AccessProfile['kind'];

/** Which variables a command may see. Steps run in this order: inherit, default excludes, exclude, set, includeOnly. */
export interface EnvironmentPolicy {
  /** Default `all`. */
  readonly inherit?: 'all' | 'core' | 'none';
  /** Default false: names that look like secrets (`*KEY*`, `*SECRET*`, `*TOKEN*`, …) are left out. */
  readonly ignoreDefaultExcludes?: boolean;
  /** Case-insensitive patterns with `*` and `?`. */
  readonly exclude?: readonly string[];
  readonly set?: Readonly<Record<string, string>>;
  /** When not empty, only names that match one of these remain. */
  readonly includeOnly?: readonly string[];
}

/** Where rules come from. Every directory may be missing; a file in it that cannot be used is an error. */
export interface RuleLocations {
  /** `$CORDON_HOME`: `rules/*.rules` and the older `policy/*.codexpolicy`. Amendments are saved below it. */
  readonly home?: string;
  /** Default `/etc/cordon`. */
  readonly system?: string;
  /** Project directories whose `.cordon/rules/*.rules` the user trusts. Default none. */
  readonly trustedProjects?: readonly string[];
  /** Further rule files, read last. */
  readonly files?: readonly string[];
}

export interface ShellRuntimeOptions {
  /** The user's start directory: the first writable root, and where relative `cwd`s start. Symlinks are resolved. */
  readonly workspace: string;
  /** Default `workspace-write`. */
  readonly sandbox?: SandboxMode;
  /** Further writable roots under `workspace-write`. */
  readonly writableRoots?: readonly string[];
  /** Paths inside the roots that stay read-only, beside the built-in names (`.git/hooks`, `.cordon`, …). */
  readonly protect?: readonly string[];
  /** Paths no sandboxed command can read. */
  readonly denyRead?: readonly string[];
  /** Default `none`. */
  readonly network?: 'none' | 'full';
  /** Leave the real `/tmp` out of the writable roots (a private one is used where possible). Default false. */
  readonly excludeSlashTmp?: boolean;
  /** Leave `$TMPDIR` out of the writable roots. Default false. */
  readonly excludeTmpdir?: boolean;
  /**
   * What must be enforced, or nothing runs. `full` (default) refuses a host that cannot enforce every restriction of
   * the profile; `best-effort` accepts less, and each record says what is missing.
   */
  readonly require?: 'full' | 'best-effort';
  /** Default `on-request`. */
  readonly approvalPolicy?: ApprovalPolicy;
  /** Lets a script whose every command is explicitly allowed by a rule run without the sandbox. Default false. */
  readonly allowedRunsUnsandboxed?: boolean;
  readonly rules?: RuleLocations;
  readonly reviewer?: Reviewer;
  /** Milliseconds a reviewer may take before the answer counts as a denial. Default 300 000. */
  readonly reviewTimeoutMs?: number;
  readonly hooks?: readonly ApprovalHook[];
  /** Used only with `features.sandboxCommandAssessment`. */
  readonly riskAssessor?: RiskAssessor;
  readonly features?: {
    /** Shows a second opinion beside each question. It may hold a question back by 3 s. Default false. */
    readonly sandboxCommandAssessment?: boolean;
  };
  readonly environment?: EnvironmentPolicy;
  /** The variables to start from. Default `process.env`. */
  readonly baseEnv?: Readonly<Record<string, string | undefined>>;
  /** Deadline of a request that names none, in milliseconds. Default 10 000. */
  readonly defaultTimeoutMs?: number | 'none';
  /**
   * How much a command may use, beyond what this process may itself. One that the host cannot hold refuses nothing and
   * is listed in `Enforcement.missing`. Default: 4096 processes in a sandbox.
   */
  readonly limits?: ResourceLimits;
  /** Bytes kept per stream, half head and half tail. Default 1 MiB. */
  readonly retainBytes?: number;
  /** Directory for files with the whole output of commands that exceed `retainBytes`. Default: none are written. */
  readonly spillDirectory?: string;
  /** A launcher to use in place of the package's own; it and its directory must be safe from other users. */
  readonly launcher?: string;
  /**
   * Keeps a launch server from the first command on, and two launchers ready in it for up to a minute after the last
   * one: a command then costs the same whatever memory this process holds. All of them end with the runtime and with
   * the host. False starts each launcher from this process. Default true.
   */
  readonly spareLauncher?: boolean;
  /**
   * How many `exec` calls run their command at a time; more of them wait, in order, and can be cancelled meanwhile.
   * Waiting for a turn does not count towards `timeoutMs`. Sessions are not counted. Default: four for each processor,
   * 16 at least.
   */
  readonly concurrentRuns?: number;
  /** The longest an empty `write` to a session may wait, in milliseconds, 5 000 at least. Default 300 000. */
  readonly maxPollMs?: number;
  /**
   * Laid over what every session is forced to (`TERM=dumb`, `PAGER=cat`, …: docs/sessions.md); undefined removes.
   */
  readonly sessionEnvironment?: Readonly<Record<string, string | undefined>>;
  /**
   * A file that gets one line of JSON for every decision: when, where, the command, the verdict, by which rule. It lies
   * outside of every writable root. It holds command lines as they are, secrets in them included. Default: none.
   */
  readonly auditLog?: string;
  /** Loads the rules again whenever one of their files changes. Default false: call `reloadRules`. */
  readonly watchRules?: boolean;
}

/** What a caller may leave out of a request, and in friendlier shapes. */
export interface ExecInput {
  /** A string is a script for `shell`; an array is an argv. */
  readonly command: string | Argv;
  /** Default `bash`. */
  readonly shell?: string;
  /** Default false: login profiles are noise for a program and a door for an attacker. */
  readonly login?: boolean;
  /** Relative to the workspace. Default the workspace. */
  readonly cwd?: string;
  /** Added to, or with undefined removed from, the environment that the policy built. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Text or bytes for the program to read. Default `null`: end of file at once. */
  readonly stdin?: Exclude<StdinMode, { readonly kind: 'open' }> | string;
  /** Milliseconds. Time spent waiting for an approval does not count. */
  readonly timeoutMs?: number | 'none';
  readonly access?: RequestedAccess;
  readonly callId?: string;
  readonly proposedPrefix?: Argv;
}

/** What opens a session. */
export interface SessionInput extends Omit<ExecInput, 'stdin'>, ReadOptions {
  /** A terminal instead of pipes. Default false. */
  readonly tty?: boolean;
  /** Of the terminal. Default 24 rows, 80 columns. */
  readonly size?: TerminalSize;
  /** Without a terminal: whether the program can be typed to. Default `closed`. */
  readonly stdin?: 'closed' | 'open';
}

/** The wish and the fact side by side: `selection` says how commands start here, or why none can. */
export interface SandboxStatus {
  readonly profile: AccessProfile;
  readonly selection: SandboxSelection;
  /** What the kernel is expected to enforce; every attempt reports what it really did. */
  readonly enforcement: Enforcement;
}

/** `shell-safety`: it would change what a command means before the first word of it is read, as BASH_ENV does. */
export interface MissingVariable {
  readonly name: string;
  readonly step: 'inherit' | 'default-excludes' | 'exclude' | 'include-only' | 'shell-safety';
}

/** Something remembered for this session; `revoke` takes the key. */
export interface RememberedApproval {
  readonly key: string;
  readonly kind: 'command' | 'prefix';
  readonly shown: string;
  readonly rememberedAt: number;
}

export interface ShellRuntime extends AsyncDisposable {
  /**
   * Decides, runs and reports one command. Resolves for every outcome and every refusal; rejects with a RuntimeError
   * only for misuse (a malformed option, a closed runtime).
   */
  exec(input: ExecInput, signal?: AbortSignal): Promise<ExecResult>;
  /** Programs that outlive a call: start, come back, type, read, stop. */
  readonly sessions: UnifiedExec<SessionInput>;
  /** Every event from now on; the iterator buffers at most 1 MiB of output, then slows the commands down. */
  events(): AsyncIterable<ExecEvent>;
  /** Calls back synchronously for every event; returns the unsubscribe function. */
  onEvent(listener: (event: ExecEvent) => void): () => void;
  readonly approvals: {
    list(): readonly RememberedApproval[];
    revoke(key: string): boolean;
    audit(): readonly AuditEntry[];
  };
  /**
   * Mistakes in rule files found at start or at the last reload. The rules of the other files are in force, and of a
   * broken file those that ask and forbid: a mistake never makes the runtime more generous.
   */
  readonly policyErrors: readonly PolicyError[];
  /** Reads the rule files again. Commands see the old rules or the new ones, never a mixture. */
  reloadRules(): Promise<void>;
  /** What the commands may touch, and what holds them to it here. */
  readonly sandbox: SandboxStatus;
  /** Names of variables that commands do not see although the host has them, each with the step that took it. */
  readonly removedVariables: readonly MissingVariable[];
  /** Ends every command and session, and waits until they are gone. */
  close(): Promise<void>;
}
