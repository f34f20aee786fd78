// The keys of `config.toml`, what each accepts, and nothing else. docs/configuration.md explains them.
import * as z from 'zod';

/** One `[model_providers.NAME]` table. */
export interface ProviderTable {
  readonly name?: string | undefined;
  readonly base_url: string;
  readonly env_key?: string | undefined;
  readonly wire_api?: 'responses' | 'chat' | undefined;
  readonly http_headers?: Readonly<Record<string, string>> | undefined;
  readonly env_http_headers?: Readonly<Record<string, string>> | undefined;
  readonly query_params?: Readonly<Record<string, string>> | undefined;
  readonly auth?:
    | {
        readonly command: string;
        readonly args?: readonly string[] | undefined;
        readonly timeout_ms?: number | undefined;
      }
    | undefined;
  readonly request_max_retries?: number | undefined;
  readonly stream_max_retries?: number | undefined;
  readonly retry_patience_ms?: number | undefined;
  readonly stream_idle_timeout_ms?: number | undefined;
}

/** The file as it is written, once every value has been checked. */
export interface ConfigTable extends Settings {
  /** The one of `profiles` that is laid over the rest. */
  readonly profile?: string | undefined;
  readonly profiles?: Readonly<Record<string, Settings>> | undefined;
}

/** Everything that may stand in a profile, too. */
export interface Settings {
  readonly approval_policy?:
    | 'untrusted'
    | 'on-failure'
    | 'on-request'
    | 'never'
    | 'allowlist'
    | { readonly granular: { readonly rules: boolean; readonly sandbox: boolean } }
    | undefined;
  readonly sandbox_mode?: 'read-only' | 'workspace-write' | 'danger-full-access' | undefined;
  readonly sandbox_require?: 'full' | 'best-effort' | undefined;
  readonly sandbox_isolated?: boolean | undefined;
  readonly sandbox_workspace_write?:
    | {
        readonly writable_roots?: readonly string[] | undefined;
        readonly protect?: readonly string[] | undefined;
        readonly network_access?: boolean | undefined;
        readonly exclude_tmpdir_env_var?: boolean | undefined;
        readonly exclude_slash_tmp?: boolean | undefined;
      }
    | undefined;
  readonly deny_read?: readonly string[] | undefined;
  readonly limits?:
    | {
        readonly processes?: number | undefined;
        readonly memory_bytes?: number | undefined;
        readonly file_bytes?: number | undefined;
        readonly cpu_seconds?: number | undefined;
        readonly open_files?: number | undefined;
      }
    | undefined;
  readonly changes?:
    | {
        readonly journal?: boolean | undefined;
        readonly max_entries?: number | undefined;
        readonly max_bytes?: number | undefined;
        readonly max_age_days?: number | undefined;
      }
    | undefined;
  readonly watch?:
    | {
        readonly exec?: 'always' | 'rules' | 'never' | undefined;
        readonly denials?: 'always' | 'auto' | 'never' | undefined;
      }
    | undefined;
  readonly audit_log?: string | undefined;
  readonly shell_environment_policy?:
    | {
        readonly inherit?: 'all' | 'core' | 'none' | undefined;
        readonly ignore_default_excludes?: boolean | undefined;
        readonly exclude?: readonly string[] | undefined;
        readonly set?: Readonly<Record<string, string>> | undefined;
        readonly include_only?: readonly string[] | undefined;
      }
    | undefined;
  readonly command_timeout_ms?: number | undefined;
  readonly background_terminal_max_timeout?: number | undefined;
  readonly model?: string | undefined;
  readonly model_provider?: string | undefined;
  readonly openai_base_url?: string | undefined;
  readonly model_reasoning_effort?: string | undefined;
  readonly model_reasoning_summary?: 'auto' | 'concise' | 'detailed' | 'none' | undefined;
  readonly web_search?: 'live' | 'cached' | 'disabled' | undefined;
  readonly project_doc_max_bytes?: number | undefined;
  readonly project_doc_fallback_filenames?: readonly string[] | undefined;
  readonly history?: { readonly max_threads?: number | undefined } | undefined;
  readonly model_providers?: Readonly<Record<string, ProviderTable>> | undefined;
  readonly features?:
    | {
        readonly exec_policy?: boolean | undefined;
        readonly allowed_runs_unsandboxed?: boolean | undefined;
        readonly sandbox_command_assessment?: boolean | undefined;
      }
    | undefined;
  readonly projects?:
    Readonly<Record<string, { readonly trust_level?: 'trusted' | 'untrusted' | undefined }>> | undefined;
}

const wholeNumber = z.int().min(0);
const text = z.string().min(1);
const absolutePath = z
  .string()
  .refine((path) => path.startsWith('/') && !path.includes('\0'), 'expected an absolute path');
/** `~` is read where it is used: see sandbox/read-path.ts. */
const hiddenPath = z
  .string()
  .refine(
    (path) => /^(?:\/|~$|~\/)/.test(path) && !path.includes('\0'),
    'expected an absolute path, or one below ~; patterns are not read here; name the directory, or each file',
  );
const variableName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'expected the name of an environment variable');
const headerName = z.string().regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/, 'expected the name of an HTTP header');
const headerText = z.string().regex(/^[\t\x20-\x7e\x80-\xff]*$/, 'expected the text of an HTTP header');
const fileName = z.string().regex(/^(?!\.{1,2}$)[^/\0]+$/, 'expected a name without slashes');
const httpUrl = z
  .string()
  .refine(isHttpUrl, 'expected an http:// or https:// address without a user name in it');

const provider = z
  .strictObject({
    name: z.string().optional(),
    base_url: httpUrl,
    env_key: variableName.optional(),
    wire_api: z.enum(['responses', 'chat']).optional(),
    http_headers: z.record(headerName, headerText).optional(),
    env_http_headers: z.record(headerName, variableName).optional(),
    query_params: z.record(text, z.string()).optional(),
    auth: z
      .strictObject({
        command: text,
        args: z.array(z.string()).optional(),
        timeout_ms: wholeNumber.min(1).max(600_000).optional(),
      })
      .optional(),
    request_max_retries: wholeNumber.max(100).optional(),
    stream_max_retries: wholeNumber.max(100).optional(),
    retry_patience_ms: wholeNumber.max(86_400_000).optional(),
    stream_idle_timeout_ms: wholeNumber.min(1).optional(),
  })
  .refine((row) => row.env_key === undefined || row.auth === undefined, 'expected env_key or auth, not both');

const granular = z.strictObject({
  granular: z.strictObject({ rules: z.boolean().default(false), sandbox: z.boolean().default(false) }),
});

const settings = {
  approval_policy: z
    .union([z.enum(['untrusted', 'on-failure', 'on-request', 'never', 'allowlist']), granular])
    .optional(),
  sandbox_mode: z.enum(['read-only', 'workspace-write', 'danger-full-access']).optional(),
  sandbox_require: z.enum(['full', 'best-effort']).optional(),
  sandbox_isolated: z.boolean().optional(),
  sandbox_workspace_write: z
    .strictObject({
      writable_roots: z.array(absolutePath).optional(),
      protect: z.array(absolutePath).optional(),
      network_access: z.boolean().optional(),
      exclude_tmpdir_env_var: z.boolean().optional(),
      exclude_slash_tmp: z.boolean().optional(),
    })
    .optional(),
  deny_read: z.array(hiddenPath).optional(),
  limits: z
    .strictObject({
      processes: wholeNumber.min(1).optional(),
      memory_bytes: wholeNumber.min(1).optional(),
      file_bytes: wholeNumber.min(1).optional(),
      cpu_seconds: wholeNumber.min(1).optional(),
      open_files: wholeNumber.min(1).optional(),
    })
    .optional(),
  changes: z
    .strictObject({
      journal: z.boolean().optional(),
      max_entries: wholeNumber.min(1).max(10_000).optional(),
      max_bytes: wholeNumber.min(1).optional(),
      max_age_days: wholeNumber.min(1).max(3_650).optional(),
    })
    .optional(),
  audit_log: absolutePath.optional(),
  shell_environment_policy: z
    .strictObject({
      inherit: z.enum(['all', 'core', 'none']).optional(),
      ignore_default_excludes: z.boolean().optional(),
      exclude: z.array(z.string()).optional(),
      set: z.record(z.string(), z.string()).optional(),
      include_only: z.array(z.string()).optional(),
    })
    .optional(),
  watch: z
    .strictObject({
      exec: z.enum(['always', 'rules', 'never']).optional(),
      denials: z.enum(['always', 'auto', 'never']).optional(),
    })
    .optional(),
  command_timeout_ms: wholeNumber.min(1).optional(),
  background_terminal_max_timeout: wholeNumber.min(5_000).optional(),
  model: text.optional(),
  model_provider: text.optional(),
  openai_base_url: httpUrl.optional(),
  model_reasoning_effort: text.optional(),
  model_reasoning_summary: z.enum(['auto', 'concise', 'detailed', 'none']).optional(),
  web_search: z.enum(['live', 'cached', 'disabled']).optional(),
  project_doc_max_bytes: wholeNumber.max(1_048_576).optional(),
  project_doc_fallback_filenames: z.array(fileName).max(20).optional(),
  history: z.strictObject({ max_threads: wholeNumber.min(1).max(100_000).optional() }).optional(),
  model_providers: z.record(z.string(), provider).optional(),
  features: z
    .strictObject({
      exec_policy: z.boolean().optional(),
      allowed_runs_unsandboxed: z.boolean().optional(),
      sandbox_command_assessment: z.boolean().optional(),
    })
    .optional(),
  projects: z
    .record(absolutePath, z.strictObject({ trust_level: z.enum(['trusted', 'untrusted']).optional() }))
    .optional(),
};

export const configSchema: z.ZodType<ConfigTable> = z.strictObject({
  ...settings,
  profile: text.optional(),
  profiles: z.record(text, z.strictObject(settings)).optional(),
});

/** The keys a table at `path` may have; empty where any name goes. */
export function knownKeys(path: readonly string[]): string[] {
  let node: unknown = configSchema;
  for (const segment of path) {
    const holder = unwrap(node);
    if (holder instanceof z.ZodObject) node = (holder.shape as Record<string, unknown>)[segment];
    else node = holder instanceof z.ZodRecord ? holder.valueType : undefined;
  }
  const end = unwrap(node);
  return end instanceof z.ZodObject ? Object.keys(end.shape) : [];
}

function unwrap(node: unknown): unknown {
  return node instanceof z.ZodOptional ? unwrap(node.unwrap()) : node;
}

/** A password in an address would end up in the banner and in every connection error. */
function isHttpUrl(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const url = new URL(address);
  return /^https?:$/.test(url.protocol) && url.username === '' && url.password === '';
}
