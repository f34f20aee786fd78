// Projects by the place they are, not by the name they were written with: commands start in the real directory, and a
// project's rules must be found, its forbidding ones above all, whatever link the user wrote down.
import { realpathSync } from 'node:fs';
import type { Config } from './config.ts';

/** The same configuration with every project under its real path; one that is not there keeps its name. */
export function withRealProjects(config: Config): Config {
  const projects = [...config.projects].map(([path, level]) => [realOrSame(path), level] as const);
  return { ...config, projects: new Map(projects) };
}

function realOrSame(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
