// Projects by the place they are, not by the name they were written with: commands start in the real directory, and a
// project's rules must be found, its forbidding ones above all, whatever link the user wrote down.
import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from './config.ts';

/**
 * The same configuration with every project under its real path; one that is not there keeps its name. What a trusted
 * project brings is protected under every name.
 */
export function withRealProjects(config: Config): Config {
  const projects = [...config.projects].map(([path, level]) => [realOrSame(path), level] as const);
  // As they were written, too: a link that leads to a trusted project must not be led elsewhere before the next run.
  const written = [...config.projects].flatMap(([path, level]) =>
    level === 'trusted' ? [join(path, '.cordon')] : [],
  );
  const { workspaceWrite } = config;
  const protect = [...workspaceWrite.protect, ...written];
  return { ...config, projects: new Map(projects), workspaceWrite: { ...workspaceWrite, protect } };
}

function realOrSame(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
