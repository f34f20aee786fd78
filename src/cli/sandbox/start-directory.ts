// Where `cordon sandbox` starts its command: the place itself, known by its identity before anything is made of it.
import { realpathSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { absolutePath, type AbsolutePath, type DirectoryIdentity } from '../../domain/index.ts';
import { CliError, type Edge } from '../edge.ts';
import { exitStatus } from '../exit-status.ts';
import type { SandboxWish } from './sandbox-wish.ts';

/** @throws CliError status 125 where it is none. */
export function workspaceOf({ cwd }: Pick<SandboxWish, 'cwd'>, edge: Edge): AbsolutePath {
  const path = cwd?.startsWith('/') === true || edge.cwd === undefined ? cwd : resolve(edge.cwd, cwd ?? '');
  const real = path === undefined ? undefined : realPath(path);
  if (real !== undefined) return real;
  throw new CliError(
    exitStatus.sandboxUnavailable,
    cwd === undefined
      ? describeLostDirectory(edge)
      : `Cannot start in ${JSON.stringify(cwd)}: no such directory`,
    'Pass --cwd with a directory that exists.',
  );
}

/** What is entered is the directory that the roots were made from, or nothing. */
export function identityOf(directory: AbsolutePath): DirectoryIdentity {
  const { dev, ino } = statSync(directory, { bigint: true });
  return { device: dev, inode: ino };
}

/** A name that is not UTF-8 reaches this program changed, and then names nothing. */
function describeLostDirectory({ cwd }: Edge): string {
  return cwd?.includes('\uFFFD') === true
    ? `Cannot start in ${JSON.stringify(cwd)}: its name is not UTF-8, and cannot be handed on`
    : 'The working directory no longer exists';
}

export function realPath(path: string): AbsolutePath | undefined {
  try {
    return absolutePath(realpathSync(path));
  } catch {
    return undefined;
  }
}
