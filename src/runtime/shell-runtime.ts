// The front object: what an embedder holds. The types live here; create-shell-runtime.ts puts the parts together.
import type {
  AccessProfile,
  ApprovalHook,
  ApprovalPolicy,
  AuditEntry,
  Enforcement,
  ExecEvent,
  ExecResult,
  PolicyError,
  ResourceLimits,
  Reviewer,
  RiskAssessor,
  SandboxSelection,
  StdinMode,
} from '../domain/index.ts';
import type { Foresight } from '../orchestrator/index.ts';
import type { ChangeHistory, JournalLimits } from './change-history.ts';
import type { ChangeSet } from './change-set.ts';
import type { ExecInput } from './exec-input.ts';
import type { EventsOptions, EventStream } from './event-stream.ts';
import type { FileWriter } from './files/index.ts';
import type { ReadOptions, TerminalSize, UnifiedExec } from './unified-exec/index.ts';
import type { WatchSettings } from './watch-settings.ts';

export type { ExecInput } from './exec-input.ts';

export type SandboxMode = AccessProfile['kind'];

/** Which variables a command may see. Steps run in this order: inherit, default excludes, exclude, set, includeOnly. */
export interface EnvironmentPolicy {
  /** Default `all`. */
  readonly inherit?: 'all' | 'core' | 'none' | undefined;
  /** Default false: names that look like secrets (`*KEY*`, `*SECRET*`, `*TOKEN*`, …) are left out. */
  readonly ignoreDefaultExcludes?: boolean | undefined;
  /** Case-insensitive patterns with `*` and `?`. */
  readonly exclude?: readonly string[] | undefined;
  readonly set?: Readonly<Record<string, string>> | undefined;
  /** When not empty, only names that match one of these remain. */
  readonly includeOnly?: readonly string[] | undefined;
}

/** Where rules come from. Every directory may be missing; a file in it that cannot be used is an error. */
export interface RuleLocations {
  /** `$CORDON_HOME`: `rules/*.rules` and the older `policy/*.codexpolicy`. Amendments are saved below it. */
  readonly home?: string | undefined;
  /** Default `/etc/cordon`. */
  readonly system?: string | undefined;
  /** Project directories whose `.cordon/rules/*.rules` the user trusts. Default none. */
  readonly trustedProjects?: readonly string[] | undefined;
  /** Further rule files, read last. */
  readonly files?: readonly string[] | undefined;
}

export interface ShellRuntimeOptions {
  /** The user's start directory: the first writable root, and where relative `cwd`s start. Symlinks are resolved. */
  readonly workspace: string;
  /** Default `workspace-write`. */
  readonly sandbox?: SandboxMode | undefined;
  /** Further writable roots under `workspace-write`. */
  readonly writableRoots?: readonly string[] | undefined;
  /** Paths inside the roots that stay read-only, beside the built-in names (`.git/hooks`, `.cordon`, …). */
  readonly protect?: readonly string[] | undefined;
  /** Paths no sandboxed command can read. */
  readonly denyRead?: readonly string[] | undefined;
  /** Default `none`. */
  readonly network?: 'none' | 'full' | undefined;
  /**
   * Without the network, the commands and sessions of one runtime meet on one private loopback: a server that a session
   * started answers the next command, and nobody else. True gives each of them a loopback of its own. Linux with
   * namespaces, and with `spareLauncher`: elsewhere each has its own anyway. Default false.
   */
  readonly isolated?: boolean | undefined;
  /** Leave the real `/tmp` out of the writable roots (a private one is used where possible). Default false. */
  readonly excludeSlashTmp?: boolean | undefined;
  /** Leave `$TMPDIR` out of the writable roots. Default false. */
  readonly excludeTmpdir?: boolean | undefined;
  /**
   * What must be enforced, or nothing runs. `full` (default) refuses a host that cannot enforce every restriction of
   * the profile; `best-effort` accepts less, and each record says what is missing.
   */
  readonly require?: 'full' | 'best-effort' | undefined;
  /** Default `on-request`. */
  readonly approvalPolicy?: ApprovalPolicy | undefined;
  /** Lets a script whose every command is explicitly allowed by a rule run without the sandbox. Default false. */
  readonly allowedRunsUnsandboxed?: boolean | undefined;
  readonly rules?: RuleLocations | undefined;
  /** Whether rules hold on what commands start, too, and what is told of denials. */
  readonly watch?: WatchSettings | undefined;
  readonly reviewer?: Reviewer | undefined;
  /** Milliseconds a reviewer may take before the answer counts as a denial. Default 300 000. */
  readonly reviewTimeoutMs?: number | undefined;
  readonly hooks?: readonly ApprovalHook[] | undefined;
  /** Used only with `features.sandboxCommandAssessment`. */
  readonly riskAssessor?: RiskAssessor | undefined;
  readonly features?:
    | {
        /** Shows a second opinion beside each question. It may hold a question back by 3 s. Default false. */
        readonly sandboxCommandAssessment?: boolean | undefined;
      }
    | undefined;
  readonly environment?: EnvironmentPolicy | undefined;
  /** The variables to start from. Default `process.env`. */
  readonly baseEnv?: Readonly<Record<string, string | undefined>> | undefined;
  /** Deadline of a request that names none, in milliseconds. Default 10 000. */
  readonly defaultTimeoutMs?: number | 'none' | undefined;
  /**
   * How much a command may use, beyond what this process may itself. One that the host cannot hold refuses nothing and
   * is listed in `Enforcement.missing`. Default: 4096 processes in a sandbox.
   */
  readonly limits?: ResourceLimits | undefined;
  /**
   * What becomes of what a one-shot command writes, where its call does not say: `journal` keeps what it replaces and
   * removes, so that {@link ShellRuntime.changes} can bring it back. Default `commit`.
   */
  readonly changes?: 'commit' | 'journal' | undefined;
  /** How much of it is kept; the oldest goes first. */
  readonly journal?: JournalLimits | undefined;
  /** Bytes kept per stream, half head and half tail. Default 1 MiB. */
  readonly retainBytes?: number | undefined;
  /** Directory for files with the whole output of commands that exceed `retainBytes`. Default: none are written. */
  readonly spillDirectory?: string | undefined;
  /** A launcher to use in place of the package's own; it and its directory must be safe from other users. */
  readonly launcher?: string | undefined;
  /**
   * Keeps a launch server from the first command on, and two launchers ready in it for up to a minute after the last
   * one: a command then costs the same whatever memory this process holds. All of them end with the runtime and with
   * the host. False starts each launcher from this process. Default true.
   */
  readonly spareLauncher?: boolean | undefined;
  /**
   * How many `exec` calls run their command at a time; more of them wait, in order, and can be cancelled meanwhile.
   * Waiting for a turn does not count towards `timeoutMs`. Sessions are not counted. Default: four for each processor,
   * 16 at least.
   */
  readonly concurrentRuns?: number | undefined;
  /**
   * The shortest an empty `write` to a session waits, in milliseconds, 5 000 at most. Default 0. Where a model polls,
   * 5 000 keeps it from burning its turns.
   */
  readonly minPollMs?: number | undefined;
  /** The longest an empty `write` to a session may wait, in milliseconds, 5 000 at least. Default 300 000. */
  readonly maxPollMs?: number | undefined;
  /**
   * Laid over what every session is forced to (`TERM=dumb`, `PAGER=cat`, …: docs/sessions.md); undefined removes.
   */
  readonly sessionEnvironment?: Readonly<Record<string, string | undefined>> | undefined;
  /**
   * A file that gets one line of JSON for every decision: when, where, the command, the verdict, by which rule. It lies
   * outside of every writable root. It holds command lines as they are, secrets in them included. Default: none.
   */
  readonly auditLog?: string | undefined;
  /** Loads the rules again whenever one of their files changes. Default false: call `reloadRules`. */
  readonly watchRules?: boolean | undefined;
}

/** What `exec` answers with. */
export type HeldExecResult = ExecResult & {
  /** With `changes: 'hold'`: what the command wrote, also when it failed or did not run. */
  readonly changeSet?: ChangeSet;
};

/** What starts a command whose caller watches it. */
export interface StartInput extends Omit<ExecInput, 'stdin' | 'changes'> {
  /** As for `exec`; `{ kind: 'open' }` keeps the input open for `stdin` of the handle. */
  readonly stdin?: StdinMode | string | undefined;
  /**
   * Gives the program a terminal of this size, whose output is the stream `tty` of the events and whose input is open. As a
   * session it writes to the directories themselves. Not beside `stdin`.
   */
  readonly terminal?: TerminalSize | undefined;
}

/** What a running command reads. */
export interface CommandStdin {
  /** Waits until the program runs and has room. `closed`: nothing reads it any more. */
  write(chars: string | Uint8Array): Promise<'written' | 'closed'>;
  /** End of file. */
  end(): Promise<void>;
}

/** One command under way. Disposing it ends the command. */
export interface CommandHandle extends AsyncDisposable {
  readonly callId: string;
  /** The events of this call from its first, to its `exec.finished`. Not reading them holds nothing up. */
  readonly events: EventStream;
  /** Undefined unless the input was opened, or is a terminal. What is typed needs no approval of its own; the question says so. */
  readonly stdin: CommandStdin | undefined;
  /** Of its terminal; without one nothing happens. */
  resize(size: TerminalSize): void;
  /** What `exec` would have resolved with. */
  readonly result: Promise<ExecResult>;
  /** Withdraws the question, or ends the program and its whole tree; `result` then says so. */
  cancel(): void;
}

/** What opens a session. */
export interface SessionInput extends Omit<ExecInput, 'stdin' | 'changes' | 'trace'>, ReadOptions {
  /** A terminal instead of pipes. Default false. */
  readonly tty?: boolean | undefined;
  /** Of the terminal. Default 24 rows, 80 columns. */
  readonly size?: TerminalSize | undefined;
  /** Without a terminal: whether the program can be typed to. Default `closed`. */
  readonly stdin?: 'closed' | 'open' | undefined;
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
  exec(input: ExecInput, signal?: AbortSignal): Promise<HeldExecResult>;
  /**
   * A change set for several commands: what they write waits there until it is committed.
   *
   * @throws RuntimeError `E_BAD_OPTION` when 64 of them are open, `E_RUNTIME_CLOSED`.
   *
   * @example
   * ```ts
   * await using set = runtime.changeSet();
   * await set.exec({ command: 'npm run codemod' });
   * await set.exec({ command: 'npm test' });
   * await set.commit({ except: ['package-lock.json'] });
   * ```
   */
  changeSet(): ChangeSet;
  /**
   * The same, for a caller that does not only wait.
   *
   * @throws RuntimeError `E_BAD_OPTION` at once for a malformed field.
   *
   * @example
   * ```ts
   * await using command = runtime.start({ command: 'npm test' });
   * for await (const event of command.events) if (event.type === 'output.chunk') process.stdout.write(event.bytes);
   * const result = await command.result;
   * ```
   */
  start(input: StartInput, signal?: AbortSignal): CommandHandle;
  /**
   * What `exec` would do with it now: run it, ask (and with which answers on offer), or refuse. Asks nobody, starts
   * nothing, and is no promise: rules and approvals may change before the call. Hooks are not asked: `would-ask` where
   * there are any.
   *
   * @throws RuntimeError `E_BAD_OPTION` for a malformed field.
   */
  evaluate(input: ExecInput): Foresight;
  /** Programs that outlive a call: start, come back, type, read, stop. */
  readonly sessions: UnifiedExec<SessionInput>;
  /** What commands changed with `changes: 'journal'`, by whichever runtime of this user, and taking it back. */
  readonly changes: ChangeHistory;
  /** Writes files under the same rules, for tools that edit instead of running a program. */
  readonly files: FileWriter;
  /** Every event from now on. Not reading them holds nothing up, unless `whenFull: 'wait'` asks for that. */
  events(options?: EventsOptions): EventStream;
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
