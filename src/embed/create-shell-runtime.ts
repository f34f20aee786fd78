// A runtime that starts from what the person on this machine has written down: the rules and the configuration of
// their home. What the embedding program says comes first; what it hides or protects is added to theirs.
import { realpathSync } from 'node:fs';
import {
  cordonHome,
  loadConfig,
  type LoadedConfig,
  runtimeSettings,
  withRealProjects,
} from '../config/index.ts';
import { absolutePath, type AbsolutePath, RuntimeError } from '../domain/index.ts';
import {
  createShellRuntime as createRuntime,
  type RuleLocations,
  type ShellRuntime,
  type ShellRuntimeOptions,
} from '../runtime/index.ts';

export interface EmbeddedRuntimeOptions extends Omit<ShellRuntimeOptions, 'rules'> {
  /**
   * Where rules and configuration come from. Default: `$CORDON_HOME`, else `~/.cordon`, with its `config.toml`.
   * An object names every place itself; `config.toml` is then read from its `home`, if it has one. `'none'` reads
   * neither rules nor configuration of a person. What the administrator wrote below `/etc/cordon` holds in every case.
   */
  readonly rules?: RuleLocations | 'none' | undefined;
}

export interface ConfiguredRuntime extends ShellRuntime {
  /** One sentence for each key of `config.toml` that nobody knows. */
  readonly configWarnings: readonly string[];
}

/**
 * Loads the configuration and the rules, asks the host what it can enforce, and answers with a runtime. Nothing is
 * started yet.
 *
 * A mistake in a rule file does not reject: see `policyErrors`. A host without a sandbox does not reject either: every
 * command is then refused with the reason, unless `sandbox` is `danger-full-access`.
 *
 * @throws RuntimeError `E_BAD_OPTION` for an option that cannot be used, `E_CONFIG_INVALID` for a `config.toml` that
 * cannot.
 *
 * @example
 * ```ts
 * await using runtime = await createShellRuntime({ workspace: process.cwd() });
 * const result = await runtime.exec({ command: 'npm test' });
 * ```
 */
export async function createShellRuntime(options: EmbeddedRuntimeOptions): Promise<ConfiguredRuntime> {
  // What is no object at all is refused by the runtime, in its words.
  const given = Object(options) as EmbeddedRuntimeOptions;
  const { rules, ...rest } = given;
  if (rules === 'none') return Object.assign(await createRuntime(rest), { configWarnings: [] });
  const home = homeOf(rules, given);
  if (home === undefined)
    return Object.assign(await createRuntime({ ...rest, rules }), { configWarnings: [] });
  const loaded = await loadConfig({ home });
  const runtime = await createRuntime(withSettings({ ...rest, rules }, loaded, home));
  return Object.assign(runtime, { configWarnings: loaded.warnings });
}

/** @throws RuntimeError for a home that cannot be one: the rules that forbid would be missing. */
function homeOf(
  rules: RuleLocations | undefined,
  { baseEnv }: EmbeddedRuntimeOptions,
): AbsolutePath | undefined {
  if (rules !== undefined) return absolutePath(typeof rules.home === 'string' ? rules.home : '');
  const home = cordonHome(typeof baseEnv === 'object' ? baseEnv : process.env);
  if (home !== undefined) return home;
  throw new RuntimeError('E_CONFIG_INVALID', 'Cannot find the rules and the configuration of this user', {
    hint: "Set CORDON_HOME to an absolute path, or pass rules: 'none'",
  });
}

function withSettings(
  { rules, ...given }: Omit<ShellRuntimeOptions, 'rules'> & { readonly rules: RuleLocations | undefined },
  { config }: LoadedConfig,
  home: AbsolutePath,
): ShellRuntimeOptions {
  const settings = runtimeSettings(withRealProjects(config), {
    home,
    workspace: realPath(given.workspace),
    defaultSandbox: 'workspace-write',
  });
  return {
    ...settings,
    approvalPolicy: config.approvalPolicy,
    defaultTimeoutMs: config.commandTimeoutMs,
    maxPollMs: config.maxPollMs,
    ...said(given),
    // A list that is no list is left for the check of the options.
    protect: joined(settings.protect, given.protect),
    denyRead: joined(settings.denyRead, given.denyRead),
    features: given.features === undefined ? settings.features : { ...settings.features, ...given.features },
    rules: { ...settings.rules, ...said(rules ?? {}) },
  };
}

function joined(own: readonly string[], given: readonly string[] | undefined): readonly string[] {
  return given === undefined ? own : Array.isArray(given) ? [...own, ...(given as readonly string[])] : given;
}

/** Undefined says nothing, so it takes nothing away that is written down. */
function said<T extends object>(given: T): T {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as T;
}

function realPath(path: unknown): string {
  try {
    return realpathSync(String(path));
  } catch {
    return String(path);
  }
}
