// The file's spelling to ours: every default is filled in here.
import type { ResourceLimits } from '../domain/index.ts';
import type { Config, ModelProvider, ShellEnvironmentSettings } from './config.ts';
import type { ConfigTable, ProviderTable } from './config-schema.ts';

export function configFromTable(table: ConfigTable): Config {
  const roots = table.sandbox_workspace_write;
  const policy = table.approval_policy;
  return {
    approvalPolicy: typeof policy === 'object' ? { kind: 'granular', ...policy.granular } : policy,
    sandboxMode: table.sandbox_mode,
    sandboxRequire: table.sandbox_require,
    sandboxIsolated: table.sandbox_isolated ?? false,
    watchExec: table.watch?.exec ?? 'rules',
    watchDenials: table.watch?.denials ?? 'auto',
    workspaceWrite: {
      writableRoots: roots?.writable_roots ?? [],
      protect: roots?.protect ?? [],
      networkAccess: roots?.network_access ?? false,
      excludeTmpdir: roots?.exclude_tmpdir_env_var ?? false,
      excludeSlashTmp: roots?.exclude_slash_tmp ?? false,
    },
    denyRead: table.deny_read ?? [],
    limits: resourceLimits(table.limits),
    changes: changes(table.changes),
    auditLog: table.audit_log,
    shellEnvironment: shellEnvironment(table.shell_environment_policy),
    commandTimeoutMs: table.command_timeout_ms,
    maxPollMs: table.background_terminal_max_timeout,
    model: table.model,
    modelProvider: table.model_provider,
    openaiBaseUrl: table.openai_base_url,
    modelReasoningEffort: table.model_reasoning_effort,
    modelReasoningSummary: table.model_reasoning_summary,
    webSearch: table.web_search,
    projectDocMaxBytes: table.project_doc_max_bytes ?? 32_768,
    projectDocFallbacks: table.project_doc_fallback_filenames ?? [],
    maxThreads: table.history?.max_threads ?? 200,
    modelProviders: new Map(
      Object.entries(table.model_providers ?? {}).map(([id, row]) => [id, modelProvider(id, row)]),
    ),
    features: {
      execPolicy: table.features?.exec_policy ?? true,
      allowedRunsUnsandboxed: table.features?.allowed_runs_unsandboxed ?? false,
      sandboxCommandAssessment: table.features?.sandbox_command_assessment ?? false,
    },
    projects: new Map(
      Object.entries(table.projects ?? {}).map(([path, row]) => [path, row.trust_level ?? 'untrusted']),
    ),
  };
}

function resourceLimits(table: ConfigTable['limits'] = {}): ResourceLimits {
  const { processes, memory_bytes, file_bytes, cpu_seconds, open_files } = table;
  return {
    ...(processes === undefined ? {} : { processes }),
    ...(memory_bytes === undefined ? {} : { memoryBytes: memory_bytes }),
    ...(file_bytes === undefined ? {} : { fileBytes: file_bytes }),
    ...(cpu_seconds === undefined ? {} : { cpuSeconds: cpu_seconds }),
    ...(open_files === undefined ? {} : { openFiles: open_files }),
  };
}

function changes(table: ConfigTable['changes'] = {}): Config['changes'] {
  const { journal = false, max_entries, max_bytes, max_age_days } = table;
  return {
    journal,
    limits: {
      ...(max_entries === undefined ? {} : { entries: max_entries }),
      ...(max_bytes === undefined ? {} : { bytes: max_bytes }),
      ...(max_age_days === undefined ? {} : { ageMs: max_age_days * 86_400_000 }),
    },
  };
}

/** Absent keys stay absent: the runtime's own defaults hold for them. */
function shellEnvironment(table: ConfigTable['shell_environment_policy']): ShellEnvironmentSettings {
  if (table === undefined) return {};
  const { inherit, ignore_default_excludes, exclude, set, include_only } = table;
  return {
    ...(inherit === undefined ? {} : { inherit }),
    ...(ignore_default_excludes === undefined ? {} : { ignoreDefaultExcludes: ignore_default_excludes }),
    ...(exclude === undefined ? {} : { exclude }),
    ...(set === undefined ? {} : { set }),
    ...(include_only === undefined ? {} : { includeOnly: include_only }),
  };
}

function modelProvider(id: string, row: ProviderTable): ModelProvider {
  return {
    id,
    name: row.name ?? id,
    wireApi: row.wire_api ?? 'responses',
    baseUrl: row.base_url,
    envKey: row.env_key,
    httpHeaders: row.http_headers ?? {},
    envHttpHeaders: row.env_http_headers ?? {},
    queryParams: row.query_params ?? {},
    bearerCommand:
      row.auth === undefined
        ? undefined
        : { argv: [row.auth.command, ...(row.auth.args ?? [])], timeoutMs: row.auth.timeout_ms ?? 5_000 },
    requestMaxRetries: row.request_max_retries,
    streamMaxRetries: row.stream_max_retries ?? 5,
    retryPatienceMs: row.retry_patience_ms ?? 120_000,
    streamIdleTimeoutMs: row.stream_idle_timeout_ms ?? 300_000,
  };
}
