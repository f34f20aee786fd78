// What a person may set in `config.toml` or with `-c key=value`, as types. docs/configuration.md is the manual.
import type { AccessProfile, ApprovalPolicy, ResourceLimits } from '../domain/index.ts';

/** Which variables commands may see; the runtime's EnvironmentPolicy has the same shape. */
export interface ShellEnvironmentSettings {
  readonly inherit?: 'all' | 'core' | 'none';
  readonly ignoreDefaultExcludes?: boolean;
  readonly exclude?: readonly string[];
  readonly set?: Readonly<Record<string, string>>;
  readonly includeOnly?: readonly string[];
}

/** Run without a shell, with the environment of the host; the token is what it prints, without blanks at its ends. */
export interface BearerCommand {
  readonly argv: readonly [string, ...string[]];
  /** Milliseconds. Default 5000. */
  readonly timeoutMs: number;
}

/** A server that answers for a model. */
export interface ModelProvider {
  /** The key of its table: what `model_provider` names. */
  readonly id: string;
  /** For people. Default the id. */
  readonly name: string;
  /** `responses`: the Responses API. `chat`: Chat Completions, for servers that have nothing else. */
  readonly wireApi: 'responses' | 'chat';
  /** Up to and without `/responses` or `/chat/completions`. */
  readonly baseUrl: string;
  /** The environment variable with the API key; undefined: no `Authorization` header is sent. */
  readonly envKey: string | undefined;
  readonly httpHeaders: Readonly<Record<string, string>>;
  /** Headers whose values are in environment variables, by header; a variable that is not set sends no header. */
  readonly envHttpHeaders: Readonly<Record<string, string>>;
  /** Laid over the query of the address. */
  readonly queryParams: Readonly<Record<string, string>>;
  /** A program that prints the bearer token; undefined: there is none. Never together with `envKey`. */
  readonly bearerCommand: BearerCommand | undefined;
  /** Retries of one request before any byte of its stream. Default: as many as fit into `retryPatienceMs`. */
  readonly requestMaxRetries: number | undefined;
  /** Reconnects after a stream that broke. Default 5. */
  readonly streamMaxRetries: number;
  /** Milliseconds after which failures that may pass are no longer waited out, from the first of them on. Default 120 000. */
  readonly retryPatienceMs: number;
  /** Milliseconds without an event after which a stream counts as dead. Default 300 000. */
  readonly streamIdleTimeoutMs: number;
}

export interface Config {
  readonly approvalPolicy: ApprovalPolicy | undefined;
  readonly sandboxMode: AccessProfile['kind'] | undefined;
  /** `full`: nothing runs unless every restriction is enforced; `best-effort` accepts less and says so. */
  readonly sandboxRequire: 'full' | 'best-effort' | undefined;
  /** Each command without the network has a private loopback of its own, where one is shared by all of them otherwise. */
  readonly sandboxIsolated: boolean;
  readonly workspaceWrite: {
    readonly writableRoots: readonly string[];
    readonly protect: readonly string[];
    readonly networkAccess: boolean;
    readonly excludeTmpdir: boolean;
    readonly excludeSlashTmp: boolean;
  };
  readonly denyRead: readonly string[];
  /** What is left out is not limited by the configuration. */
  readonly limits: ResourceLimits;
  readonly changes: {
    /** What one-shot commands replace and remove is kept, to be taken back. Default false. */
    readonly journal: boolean;
    /** How much of it; what is left out is the runtime's default. */
    readonly limits: { readonly entries?: number; readonly bytes?: number; readonly ageMs?: number };
  };
  /** Absolute; undefined keeps no log of decisions. */
  readonly auditLog: string | undefined;
  readonly shellEnvironment: ShellEnvironmentSettings;
  /** Deadline of a command that names none. */
  readonly commandTimeoutMs: number | undefined;
  /** The longest an empty poll of a session may wait, in milliseconds. */
  readonly maxPollMs: number | undefined;
  readonly model: string | undefined;
  readonly modelProvider: string | undefined;
  /** Address of the built-in provider `openai`. */
  readonly openaiBaseUrl: string | undefined;
  readonly modelReasoningEffort: string | undefined;
  readonly modelReasoningSummary: string | undefined;
  /** Whether the model's server may search the web: its word for it. Default: not offered. */
  readonly webSearch: 'live' | 'cached' | 'disabled' | undefined;
  /** Threads of `cordon exec` that are kept; the oldest go first. Default 200. */
  readonly maxThreads: number;
  /** Bytes of AGENTS.md files that are shown to the model; 0: none. Default 32 KiB. */
  readonly projectDocMaxBytes: number;
  /** Names that are looked for where a directory has no AGENTS.md. */
  readonly projectDocFallbacks: readonly string[];
  readonly modelProviders: ReadonlyMap<string, ModelProvider>;
  /** Whether rules hold on what commands start. Default `rules`: where one forbids a program or asks about one. */
  readonly watchExec: 'always' | 'rules' | 'never';
  /** Whether refused writes and connections are told. Default `auto`: where a denial can lead to a question. */
  readonly watchDenials: 'always' | 'auto' | 'never';
  readonly features: {
    /** False leaves the user's and the projects' rules out; the system's rules stay. Default true. */
    readonly execPolicy: boolean;
    /** A script whose every command an allow rule covers runs without the sandbox. Default false. */
    readonly allowedRunsUnsandboxed: boolean;
    /** Shows the risk assessor's opinion beside each question, where an embedder brings an assessor. Default false. */
    readonly sandboxCommandAssessment: boolean;
  };
  /** Absolute paths of projects the user decided about. */
  readonly projects: ReadonlyMap<string, 'trusted' | 'untrusted'>;
}

/** What holds when nothing was written anywhere. */
export const emptyConfig: Config = {
  approvalPolicy: undefined,
  sandboxMode: undefined,
  sandboxRequire: undefined,
  sandboxIsolated: false,
  watchExec: 'rules',
  watchDenials: 'auto',
  workspaceWrite: {
    writableRoots: [],
    protect: [],
    networkAccess: false,
    excludeTmpdir: false,
    excludeSlashTmp: false,
  },
  denyRead: [],
  limits: {},
  changes: { journal: false, limits: {} },
  auditLog: undefined,
  shellEnvironment: {},
  commandTimeoutMs: undefined,
  maxPollMs: undefined,
  model: undefined,
  modelProvider: undefined,
  openaiBaseUrl: undefined,
  modelReasoningEffort: undefined,
  modelReasoningSummary: undefined,
  webSearch: undefined,
  maxThreads: 200,
  projectDocMaxBytes: 32_768,
  projectDocFallbacks: [],
  modelProviders: new Map(),
  features: { execPolicy: true, allowedRunsUnsandboxed: false, sandboxCommandAssessment: false },
  projects: new Map(),
};
