// What every verb that runs something starts from: this person's home, what is written down there, and the workspace.
import { realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { cordonHome } from '../config/home.ts';
import { loadConfig } from '../config/load-config.ts';
import { withRealProjects } from '../config/real-projects.ts';
import { type RuntimeSettings, runtimeSettings } from '../config/runtime-settings.ts';
import type { Config } from '../config/config.ts';
import type { Override } from '../config/parse-override.ts';
import type { AbsolutePath } from '../domain/index.ts';
import { CliError, type Edge } from './edge.ts';
import { exitStatus } from './exit-status.ts';
import { visible } from './terminal/visible-text.ts';

/** @throws CliError with `status`: without a home there are no rules, and a rule that forbids would be missing. */
export function homeOf({ env }: Pick<Edge, 'env'>, status: number = exitStatus.failed): AbsolutePath {
  const home = cordonHome(env);
  if (home !== undefined) return home;
  throw new CliError(status, 'CORDON_HOME must be an absolute path, and not below /proc or /sys');
}

/**
 * The real path: whether a project is trusted, and so whether its rules count, is asked about the place itself. A
 * directory that is not there keeps its name, and is refused later.
 */
export function workspaceAt(cwd: string | undefined, edge: Pick<Edge, 'cwd'>): string {
  if (cwd?.startsWith('/') === true) return realPath(cwd);
  if (edge.cwd !== undefined) return realPath(resolve(edge.cwd, cwd ?? ''));
  throw new CliError(
    exitStatus.failed,
    'The working directory no longer exists',
    'Change to one that does, or pass --cwd with an absolute path.',
  );
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

export interface PersonSettings {
  readonly home: AbsolutePath;
  readonly config: Config;
  readonly settings: RuntimeSettings;
}

/** Warnings go to standard error, behind the name of the verb. */
export async function personSettings(
  edge: Edge,
  {
    verb,
    workspace,
    overrides = [],
  }: {
    readonly verb: string;
    readonly workspace: string;
    /** Of the command line, laid over the configuration. */
    readonly overrides?: readonly Override[];
  },
): Promise<PersonSettings> {
  const home = homeOf(edge);
  const { config, warnings } = await loadConfig({ home, overrides });
  for (const warning of warnings) edge.stderr.write(`cordon ${verb}: ${visible(warning)}\n`);
  const settings = runtimeSettings(withRealProjects(config), {
    home,
    workspace,
    defaultSandbox: 'workspace-write',
  });
  return { home, config, settings };
}
