// What went wrong when a program did not start, with the step that failed: Node reports a missing directory and a
// missing program with the same errno.
import { accessSync, constants, statSync } from 'node:fs';
import type { SpawnFailure } from '../../domain/index.ts';

export function explainSpawnError(error: unknown, program: string, cwd: string): SpawnFailure {
  const errno = errnoOf(error);
  const cwdErrno = enterErrno(cwd);
  if (cwdErrno !== undefined && (errno === cwdErrno || errno === 'ENOENT')) {
    const message = `Cannot enter the working directory ${JSON.stringify(cwd)}: ${meaningOf(cwdErrno)}`;
    return { stage: 'chdir', errno: cwdErrno, message };
  }
  if (errno === 'ESTALE') {
    const message = `Cannot enter the working directory ${JSON.stringify(cwd)}: ${meaningOf(errno)}`;
    return { stage: 'chdir', errno, message };
  }
  const message = `Cannot start ${JSON.stringify(program)}: ${meaningOf(errno)}`;
  return { stage: 'exec', errno, message };
}

export function errnoOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

const meanings: Readonly<Record<string, string>> = {
  E2BIG: 'the arguments and the environment together are too long for the kernel (E2BIG)',
  EACCES: 'it is not executable, or a directory on the way is closed to this user (EACCES)',
  EAGAIN: 'the limit on processes is reached (EAGAIN)',
  EMFILE: 'too many files are open in this process (EMFILE)',
  ENFILE: 'too many files are open on this host (ENFILE)',
  ENOENT: 'there is no such file (ENOENT)',
  ENOEXEC: 'the kernel does not know its format (ENOEXEC)',
  ENOMEM: 'there is not enough memory (ENOMEM)',
  ESTALE: 'it is another directory now than when the command was asked for (ESTALE)',
  ENOTDIR: 'it is not a directory, or a part of its path is none (ENOTDIR)',
};

export function meaningOf(errno: string | undefined): string {
  if (errno === undefined) return 'the system gave no reason';
  return meanings[errno] ?? `the system answered ${errno}`;
}

function enterErrno(cwd: string): string | undefined {
  try {
    if (!statSync(cwd).isDirectory()) return 'ENOTDIR';
    accessSync(cwd, constants.X_OK);
    return undefined;
  } catch (error) {
    return errnoOf(error) ?? 'ENOENT';
  }
}
