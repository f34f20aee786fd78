import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { absolutePath, type AbsolutePath, RuntimeError } from '../domain/index.ts';
import { emptyConfig } from './config.ts';
import { loadConfig, type LoadedConfig } from './load-config.ts';
import { type Override, parseOverride } from './parse-override.ts';

let home: AbsolutePath;
let file: string;

beforeEach(() => {
  home = absolutePath(mkdtempSync(join(tmpdir(), 'cordon-config-')))!;
  file = join(home, 'config.toml');
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

function load(toml: string | undefined, ...overrides: string[]): Promise<LoadedConfig> {
  if (toml !== undefined) writeFileSync(file, toml);
  return loadConfig({ home, overrides: overrides.map(override) });
}

function override(text: string): Override {
  const parsed = parseOverride(text);
  if (!parsed.ok) throw new Error(parsed.error);
  return parsed.value;
}

async function messageOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    expect(error).toBeInstanceOf(RuntimeError);
    expect((error as RuntimeError).code).toBe('E_CONFIG_INVALID');
    return (error as RuntimeError).message;
  }
  throw new Error('it was accepted');
}

describe('loadConfig', () => {
  it('answers with the defaults when there is no file', async () => {
    expect(await load(undefined)).toEqual({ config: emptyConfig, file: undefined, warnings: [] });
  });

  it('answers with the defaults when the home is not there at all', async () => {
    expect(await loadConfig({ home: absolutePath(join(home, 'nowhere')) })).toEqual({
      config: emptyConfig,
      file: undefined,
      warnings: [],
    });
  });

  it('reads every key', async () => {
    const loaded = await load(`
      approval_policy = "on-request"
      sandbox_mode = "workspace-write"
      sandbox_require = "best-effort"
      sandbox_isolated = true
      deny_read = ["/srv/secrets"]
      command_timeout_ms = 5000
      background_terminal_max_timeout = 60000
      model = "o3"
      model_provider = "local"
      openai_base_url = "http://proxy/v1"
      project_doc_max_bytes = 9000
      project_doc_fallback_filenames = ["NOTES.md"]
      model_reasoning_effort = "high"
      model_reasoning_summary = "none"
      web_search = "cached"
      history.max_threads = 9
      audit_log = "/srv/log"
      watch = { exec = "always", denials = "never" }
      changes = { journal = true, max_entries = 5, max_bytes = 6, max_age_days = 2 }
      [sandbox_workspace_write]
      writable_roots = ["/srv/a"]
      protect = ["/srv/a/b"]
      network_access = true
      exclude_tmpdir_env_var = true
      exclude_slash_tmp = true
      [shell_environment_policy]
      inherit = "core"
      ignore_default_excludes = true
      exclude = ["AWS_*"]
      set = { A = "b" }
      include_only = ["PATH", "A"]
      [model_providers.local]
      name = "Local"
      base_url = "http://127.0.0.1:1/v1"
      env_key = "LOCAL_KEY"
      wire_api = "responses"
      http_headers = { "X-Team" = "core" }
      env_http_headers = { "X-Org" = "LOCAL_ORG" }
      query_params = { "api-version" = "3" }
      request_max_retries = 0
      retry_patience_ms = 700
      stream_max_retries = 1
      stream_idle_timeout_ms = 500
      [features]
      exec_policy = false
      allowed_runs_unsandboxed = true
      sandbox_command_assessment = true
      [limits]
      processes = 50
      memory_bytes = 1_000_000
      file_bytes = 2_000_000
      cpu_seconds = 30
      open_files = 64

      [projects."/srv/a"]
      trust_level = "trusted"
      [projects."/srv/b"]
    `);
    expect(loaded).toEqual({
      file,
      warnings: [],
      config: {
        approvalPolicy: 'on-request',
        sandboxMode: 'workspace-write',
        sandboxRequire: 'best-effort',
        sandboxIsolated: true,
        workspaceWrite: {
          writableRoots: ['/srv/a'],
          protect: ['/srv/a/b'],
          networkAccess: true,
          excludeTmpdir: true,
          excludeSlashTmp: true,
        },
        auditLog: '/srv/log',
        watchExec: 'always',
        watchDenials: 'never',
        changes: { journal: true, limits: { entries: 5, bytes: 6, ageMs: 172_800_000 } },
        limits: {
          processes: 50,
          memoryBytes: 1_000_000,
          fileBytes: 2_000_000,
          cpuSeconds: 30,
          openFiles: 64,
        },
        denyRead: ['/srv/secrets'],
        shellEnvironment: {
          inherit: 'core',
          ignoreDefaultExcludes: true,
          exclude: ['AWS_*'],
          set: { A: 'b' },
          includeOnly: ['PATH', 'A'],
        },
        commandTimeoutMs: 5000,
        maxPollMs: 60000,
        model: 'o3',
        modelProvider: 'local',
        openaiBaseUrl: 'http://proxy/v1',
        modelReasoningEffort: 'high',
        modelReasoningSummary: 'none',
        webSearch: 'cached',
        projectDocMaxBytes: 9000,
        projectDocFallbacks: ['NOTES.md'],
        maxThreads: 9,
        modelProviders: new Map([
          [
            'local',
            {
              id: 'local',
              name: 'Local',
              wireApi: 'responses',
              baseUrl: 'http://127.0.0.1:1/v1',
              envKey: 'LOCAL_KEY',
              httpHeaders: { 'X-Team': 'core' },
              envHttpHeaders: { 'X-Org': 'LOCAL_ORG' },
              queryParams: { 'api-version': '3' },
              bearerCommand: undefined,
              requestMaxRetries: 0,
              retryPatienceMs: 700,
              streamMaxRetries: 1,
              streamIdleTimeoutMs: 500,
            },
          ],
        ]),
        features: { execPolicy: false, allowedRunsUnsandboxed: true, sandboxCommandAssessment: true },
        projects: new Map([
          ['/srv/a', 'trusted'],
          ['/srv/b', 'untrusted'],
        ]),
      },
    });
  });

  it('takes a granular approval policy, where what is left out is refused', async () => {
    const { config } = await load('approval_policy = { granular = { rules = true } }');
    expect(config.approvalPolicy).toEqual({ kind: 'granular', rules: true, sandbox: false });
  });

  it('lets an override win over the file, below and beside its keys', async () => {
    const { config } = await load(
      'model = "a"\n[features]\nexec_policy = false',
      'model=b',
      'features.allowed_runs_unsandboxed=true',
      'sandbox_workspace_write.writable_roots=["/x"]',
    );
    expect(config).toEqual({
      ...emptyConfig,
      model: 'b',
      features: { execPolicy: false, allowedRunsUnsandboxed: true, sandboxCommandAssessment: false },
      workspaceWrite: { ...emptyConfig.workspaceWrite, writableRoots: ['/x'] },
    });
  });

  it('warns about keys nobody knows, and says which one was meant', async () => {
    const loaded = await load('sanbox_mode = "read-only"\nzzz = 1\n[features]\nexec_polizy = true');
    expect(loaded.config).toEqual(emptyConfig);
    expect(loaded.warnings.toSorted()).toEqual(
      [
        `${file}: sanbox_mode: unknown key, did you mean sandbox_mode?`,
        `${file}: zzz: unknown key`,
        `${file}: features.exec_polizy: unknown key, did you mean exec_policy?`,
      ].toSorted(),
    );
  });

  it('lays the chosen profile over the file, and overrides over both', async () => {
    const toml = `
      profile = "careful"
      model = "o3"
      sandbox_workspace_write = { network_access = true, writable_roots = ["/srv/a"] }
      [profiles.careful]
      model = "gpt-5"
      sandbox_workspace_write.writable_roots = ["/srv/b"]
      [profiles.fast]
      model = "mini"
    `;
    writeFileSync(file, toml);
    const chosen = async (source: object): Promise<unknown> => {
      const { config } = await loadConfig({ home, ...source });
      return [config.model, config.workspaceWrite.writableRoots, config.workspaceWrite.networkAccess];
    };
    expect(await chosen({})).toEqual(['gpt-5', ['/srv/b'], true]);
    expect(await chosen({ profile: 'fast' })).toEqual(['mini', ['/srv/a'], true]);
    const overrides = [{ path: ['model'], value: 'o4' }];
    expect(await chosen({ profile: 'fast', overrides })).toEqual(['o4', ['/srv/a'], true]);
    expect(await chosen({ overrides: [{ path: ['profile'], value: 'fast' }] })).toEqual([
      'mini',
      ['/srv/a'],
      true,
    ]);
    await expect(chosen({ profile: 'slow' })).rejects.toThrow(
      'Cannot use profile "slow": there is no [profiles.slow] table',
    );
  });

  const mistakes: readonly { says: string; toml?: string; overrides?: string[]; want: string }[] = [
    {
      says: 'a mistake in a profile that nobody chose',
      toml: '[profiles.x]\nsandbox_mode = "open"',
      want: 'FILE: profiles.x.sandbox_mode: expected "read-only" or "workspace-write" or "danger-full-access", found "open"',
    },
    {
      says: 'a key of a provider that nobody knows',
      toml: '[model_providers.x]\nbase_url = "https://host"\nquery_parms = { v = "1" }',
      want: 'FILE: model_providers.x.query_parms: unknown key, did you mean query_params?',
    },
    {
      says: 'two keys for one provider',
      toml: '[model_providers.x]\nbase_url = "https://host"\nenv_key = "K"\nauth = { command = "get-key" }',
      want: 'FILE: model_providers.x: expected env_key or auth, not both, found a table',
    },
    {
      says: 'a word that is no mode',
      toml: 'sandbox_mode = "workspace"',
      want: 'FILE: sandbox_mode: expected "read-only" or "workspace-write" or "danger-full-access", found "workspace"',
    },
    {
      says: 'a wrong type',
      toml: 'command_timeout_ms = "soon"',
      want: 'FILE: command_timeout_ms: expected a whole number, found "soon"',
    },
    {
      says: 'a number below its limit',
      toml: 'command_timeout_ms = 0',
      want: 'FILE: command_timeout_ms: expected at least 1, found 0',
    },
    {
      says: 'a relative root',
      toml: 'sandbox_workspace_write.writable_roots = ["build"]',
      want: 'FILE: sandbox_workspace_write.writable_roots.0: expected an absolute path, found "build"',
    },
    {
      says: 'a relative project',
      toml: '[projects.here]\ntrust_level = "trusted"',
      want: 'FILE: projects.here: expected an absolute path, found a table',
    },
    {
      says: 'a missing address',
      toml: '[model_providers.x]\nname = "X"',
      want: 'FILE: model_providers.x.base_url: expected text, found nothing',
    },
    {
      says: 'an address with a password, which is not repeated',
      toml: '[model_providers.x]\nbase_url = "https://me:hunter2@host/v1"',
      want: 'FILE: model_providers.x.base_url: expected an http:// or https:// address without a user name in it',
    },
    {
      says: 'a key where the name of its variable belongs, which is not repeated',
      toml: '[model_providers.x]\nbase_url = "https://host"\nenv_key = "sk-abc"',
      want: 'FILE: model_providers.x.env_key: expected the name of an environment variable',
    },
    {
      says: 'another wire protocol',
      toml: '[model_providers.x]\nbase_url = "https://host"\nwire_api = "soap"',
      want: 'FILE: model_providers.x.wire_api: expected "responses" or "chat", found "soap"',
    },
    {
      says: 'an approval policy that does not exist',
      toml: 'approval_policy = "always"',
      want: 'FILE: approval_policy: expected "untrusted", "on-failure", "on-request", "never", "allowlist", or { granular = { rules = BOOLEAN, sandbox = BOOLEAN } }, found "always"',
    },
    {
      says: 'an override, blamed on the command line',
      toml: '',
      overrides: ['sandbox_mode=open'],
      want: '-c sandbox_mode: expected "read-only" or "workspace-write" or "danger-full-access", found "open"',
    },
    {
      says: 'a table where a word belongs',
      toml: 'model = { a = 1 }',
      want: 'FILE: model: expected text, found a table',
    },
    {
      says: 'every mistake at once',
      toml: 'model = 1\nsandbox_mode = 2',
      want: 'FILE: sandbox_mode: expected "read-only" or "workspace-write" or "danger-full-access", found 2\nFILE: model: expected text, found 1',
    },
  ];
  for (const { says, toml, overrides, want } of mistakes)
    it(`refuses ${says}`, async () => {
      expect(await messageOf(load(toml, ...(overrides ?? [])))).toBe(want.replaceAll('FILE', file));
    });

  it('names file, line and column of invalid TOML, and repeats no value', async () => {
    const message = await messageOf(load('model = "a"\nhttp_token = "hunter2\n'));
    expect(message).toMatch(new RegExp(`^${file}:2:\\d+: invalid TOML: [a-z ]+$`));
  });

  it('refuses a file that is not UTF-8', async () => {
    writeFileSync(file, Buffer.from([0x61, 0xff, 0xfe]));
    expect(await messageOf(load(undefined))).toBe(`Cannot read ${file}: it is not UTF-8 text`);
  });

  it('refuses a directory in its place', async () => {
    mkdirSync(file);
    expect(await messageOf(load(undefined))).toBe(`Cannot read ${file}: it is not a regular file`);
  });

  it('refuses a pipe in its place instead of waiting for a writer', async () => {
    execFileSync('mkfifo', [file]);
    expect(await messageOf(load(undefined))).toBe(`Cannot read ${file}: it is not a regular file`);
  });

  it.skipIf(process.getuid?.() === 0)('refuses a file that cannot be read', async () => {
    writeFileSync(file, 'model = "a"');
    chmodSync(file, 0o000);
    expect(await messageOf(load(undefined))).toBe(`Cannot read ${file}: EACCES`);
  });

  it('refuses a file larger than any configuration', async () => {
    writeFileSync(file, `# ${'x'.repeat(1024 * 1024)}`);
    expect(await messageOf(load(undefined))).toBe(`Cannot read ${file}: it is larger than 1 MiB`);
  });
});
