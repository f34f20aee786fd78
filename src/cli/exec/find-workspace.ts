// Where the commands of a run start, and what has to be true about it before a model is asked anything.
import { realpath, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { CliError, type Edge } from '../edge.ts';
import type { ExecArguments } from './exec-arguments.ts';

export interface Workspace {
  /** Real path, symlinks resolved. */
  readonly directory: string;
  readonly addedDirectories: readonly string[];
  /** Absolute, as it was named. */
  readonly outputFile: string | undefined;
  readonly auditFile: string | undefined;
  readonly summaryFile: string | undefined;
}

/** @throws CliError status 1, one sentence each. */
export async function findWorkspace(args: ExecArguments, edge: Edge): Promise<Workspace> {
  const start = startOf(args.directory, edge.cwd);
  const directory = await directoryAt(start, 'Cannot start in');
  if (!args.skipGitRepoCheck && !(await isInRepository(directory)))
    throw new CliError(
      1,
      `Cannot start in ${directory}: it is not inside a git repository, so changes could not be undone`,
      'Pass --skip-git-repo-check to start anyway.',
    );
  // Relative names on a command line mean the place it was typed in, not the one -C names.
  const from = edge.cwd ?? directory;
  const addedDirectories: string[] = [];
  for (const added of args.addedDirectories)
    addedDirectories.push(await directoryAt(resolve(from, added), 'Cannot use --add-dir'));
  const named = (file: string | undefined): string | undefined =>
    file === undefined ? undefined : resolve(from, file);
  return {
    directory,
    addedDirectories,
    outputFile: named(args.outputFile),
    auditFile: named(args.auditFile),
    summaryFile: named(args.summaryFile),
  };
}

function startOf(chosen: string | undefined, cwd: string | undefined): string {
  if (chosen?.startsWith('/') === true) return chosen;
  if (cwd === undefined)
    throw new CliError(
      1,
      'The working directory no longer exists',
      'Change to one that does, or pass -C with an absolute path.',
    );
  return resolve(cwd, chosen ?? '');
}

async function directoryAt(path: string, action: string): Promise<string> {
  try {
    const real = await realpath(path);
    if ((await stat(real)).isDirectory()) return real;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const why =
      code === 'ENOENT' ? 'there is no such directory' : code === 'EACCES' ? 'permission denied' : code;
    throw new CliError(1, `${action} ${path}: ${why}`);
  }
  throw new CliError(1, `${action} ${path}: it is not a directory`);
}

async function isInRepository(directory: string): Promise<boolean> {
  for (let at = directory; ; at = dirname(at)) {
    if (await exists(join(at, '.git'))) return true;
    if (at === dirname(at)) return false;
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch {
    return false;
  }
}
