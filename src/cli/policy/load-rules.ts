// The rules a person's verbs work with: the files they name, else everything a run here would load.
import type { AbsolutePath } from '../../domain/index.ts';
import { absolutePath } from '../../domain/index.ts';
import {
  cordonHome,
  loadConfig,
  type Override,
  runtimeSettings,
  withRealProjects,
  type RuntimeSettings,
} from '../../config/index.ts';
import type { PolicyLocations } from '../../policy/index.ts';
import { CliError, type Edge } from '../edge.ts';

export interface RulesHere {
  readonly locations: PolicyLocations;
  readonly home: AbsolutePath | undefined;
  readonly cwd: AbsolutePath;
  readonly settings: RuntimeSettings;
}

/** With files, nothing but those files. */
export async function rulesHere(
  edge: Edge,
  files: readonly string[],
  overrides: readonly Override[] = [],
): Promise<RulesHere> {
  const cwd = edge.cwd === undefined ? undefined : absolutePath(edge.cwd);
  if (cwd === undefined) throw new CliError(1, 'Cannot tell where you are: the working directory is gone');
  const home = cordonHome(edge.env);
  const { config } = await loadConfig({ home, overrides });
  const settings = runtimeSettings(withRealProjects(config), {
    home,
    workspace: cwd,
    defaultSandbox: 'workspace-write',
  });
  const sources =
    files.length > 0 ? { onlyFiles: true, files: files.map((file) => resolve(cwd, file)) } : settings.rules;
  const locations: PolicyLocations = { ...sources, workspace: cwd, userHome: edge.env['HOME'] };
  return { locations, home, cwd, settings };
}

function resolve(cwd: string, file: string): string {
  return file.startsWith('/') ? file : `${cwd}/${file}`;
}
