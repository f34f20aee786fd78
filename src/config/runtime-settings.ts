// What a Config says about running commands, in the words of the runtime's options.
import type { AccessProfile, ResourceLimits } from '../domain/index.ts';
import type { Config, ShellEnvironmentSettings } from './config.ts';

/** The part of the runtime's options that the configuration decides; a verb lays its own flags over it. */
export interface RuntimeSettings {
  readonly sandbox: AccessProfile['kind'];
  readonly writableRoots: readonly string[];
  readonly protect: readonly string[];
  readonly denyRead: readonly string[];
  readonly limits: ResourceLimits;
  readonly changes: 'commit' | 'journal';
  readonly journal: Config['changes']['limits'];
  readonly auditLog?: string;
  readonly network: 'none' | 'full';
  readonly excludeTmpdir: boolean;
  readonly excludeSlashTmp: boolean;
  readonly require: 'full' | 'best-effort';
  readonly isolated: boolean;
  readonly watch: {
    readonly exec: 'always' | 'rules' | 'never';
    readonly denials: 'always' | 'auto' | 'never';
  };
  readonly allowedRunsUnsandboxed: boolean;
  readonly features: { readonly sandboxCommandAssessment: boolean };
  readonly environment: ShellEnvironmentSettings;
  readonly rules: { readonly home?: string; readonly trustedProjects?: readonly string[] };
}

export interface RuntimeSettingsContext {
  /** Where the user's rules live. */
  readonly home: string | undefined;
  /** The real path commands start in: decides which trusted projects' rules are read. */
  readonly workspace: string;
  /** What holds when neither a flag nor the file names a mode. */
  readonly defaultSandbox: AccessProfile['kind'];
}

export function runtimeSettings(config: Config, context: RuntimeSettingsContext): RuntimeSettings {
  const { workspaceWrite, features } = config;
  return {
    sandbox: config.sandboxMode ?? context.defaultSandbox,
    writableRoots: workspaceWrite.writableRoots,
    // The file that switched the rules off decides about the next command, like the rules themselves.
    protect: [
      ...workspaceWrite.protect,
      ...(context.home === undefined ? [] : [context.home]),
      // Of other projects, too: what decides there must not come from here.
      ...[...config.projects].flatMap(([path, level]) => (level === 'trusted' ? [`${path}/.cordon`] : [])),
    ],
    denyRead: config.denyRead,
    limits: config.limits,
    changes: config.changes.journal ? 'journal' : 'commit',
    journal: config.changes.limits,
    ...(config.auditLog === undefined ? {} : { auditLog: config.auditLog }),
    network: workspaceWrite.networkAccess ? 'full' : 'none',
    excludeTmpdir: workspaceWrite.excludeTmpdir,
    excludeSlashTmp: workspaceWrite.excludeSlashTmp,
    require: config.sandboxRequire ?? 'full',
    isolated: config.sandboxIsolated,
    watch: { exec: config.watchExec, denials: config.watchDenials },
    allowedRunsUnsandboxed: features.allowedRunsUnsandboxed,
    features: { sandboxCommandAssessment: features.sandboxCommandAssessment },
    environment: config.shellEnvironment,
    rules: features.execPolicy ? userRules(config, context) : {},
  };
}

/** A project's own rules count only when the user trusts that very project: a clone must not bring its own. */
function userRules(config: Config, context: RuntimeSettingsContext): RuntimeSettings['rules'] {
  const trustedProjects = [...config.projects]
    .filter(([path, level]) => level === 'trusted' && isInside(context.workspace, path))
    .map(([path]) => path);
  return { ...(context.home === undefined ? {} : { home: context.home }), trustedProjects };
}

function isInside(path: string, root: string): boolean {
  const trimmed = root.replace(/\/+$/, '');
  return path === trimmed || path.startsWith(`${trimmed}/`);
}
