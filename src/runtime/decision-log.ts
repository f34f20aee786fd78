// Keeps every decision as a line of JSON, for `cordon policy replay` and `suggest`. Appends, and reads nothing; that the
// file lies where no command can write is the business of own-places.ts.
import { closeSync, constants, fstatSync, openSync, writeSync } from 'node:fs';
import { type Evaluation, type ExecRequest, RuntimeError } from '../domain/index.ts';
import { logLine } from '../policy/index.ts';

export interface DecisionLog {
  add(evaluation: Evaluation, request: Pick<ExecRequest, 'cwd' | 'command'>): void;
  close(): void;
}

/** @throws RuntimeError `E_BAD_OPTION` when the file cannot be opened for appending, or is no regular file. */
export function openDecisionLog(file: string, now: () => number): DecisionLog {
  const { O_APPEND, O_CREAT, O_WRONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
  let descriptor: number;
  try {
    descriptor = openSync(file, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0o600);
  } catch (cause) {
    throw unusable(file, cause);
  }
  if (!fstatSync(descriptor).isFile()) {
    closeSync(descriptor);
    throw unusable(file, undefined);
  }
  let isOpen = true;
  return {
    add(evaluation, { cwd, command }) {
      if (!isOpen) return;
      try {
        writeSync(descriptor, logLine(evaluation, { at: now(), cwd, command }));
      } catch {
        // A full disk loses lines, not commands: `rm` is how it gets room again.
      }
    },
    close() {
      if (isOpen) closeSync(descriptor);
      isOpen = false;
    },
  };
}

function unusable(file: string, cause: unknown): RuntimeError {
  return new RuntimeError(
    'E_BAD_OPTION',
    `Cannot keep the log of decisions in ${file}: it is no file to append to`,
    {
      hint: 'Name a regular file in a directory that exists and that only you can write',
      cause,
    },
  );
}
