// What makes a request impossible whatever the rules say: words that no program can be given, a directory that is
// not there. Each is a clause a model can act on.
import { statSync } from 'node:fs';
import type { ExecRequest } from '../domain/index.ts';
import { escapeInvisible } from '../orchestrator/index.ts';

/** Linux refuses a single argument above this (128 KiB), with an error that names nothing. */
const maxWordBytes = 131_072;

export function findFault(request: ExecRequest): string | undefined {
  return findFaultInWords(request) ?? findFaultInEnv(request) ?? findFaultInDirectory(request);
}

function findFaultInWords({ command }: ExecRequest): string | undefined {
  const words = command.kind === 'argv' ? command.argv : [command.shell, command.script];
  if (words.some((word) => word.includes('\0'))) return 'the command contains a NUL character';
  if (words.some((word) => /\p{Surrogate}/u.test(word))) return 'the command is not well-formed Unicode';
  if (words[0] === '') return 'the name of the program is empty';
  const isTooLong = words.some((word) => Buffer.byteLength(word) >= maxWordBytes);
  return isTooLong ? `one word of the command is longer than ${String(maxWordBytes - 1)} bytes` : undefined;
}

function findFaultInEnv({ env }: ExecRequest): string | undefined {
  for (const [name, value] of env) {
    if (name === '' || name.includes('=')) return 'the environment has a name that is empty or contains "="';
    // Names are no secrets; values never enter a message.
    if (name.includes('\0') || value.includes('\0'))
      return `the variable ${name.split('\0')[0] ?? ''} contains a NUL character`;
  }
  return undefined;
}

function findFaultInDirectory({ cwd, cwdIdentity }: ExecRequest): string | undefined {
  // Which directory it is was just read from one; whatever takes its name from here on is another, and never entered.
  if (cwdIdentity !== undefined) return undefined;
  const shown = escapeInvisible(cwd);
  try {
    // What appears after the question would be entered without having been asked about.
    const isDirectory = statSync(cwd).isDirectory();
    return `the working directory ${shown} ${isDirectory ? 'cannot be entered' : 'is not a directory'}`;
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    return `the working directory ${shown} ${isMissing ? 'does not exist' : 'cannot be entered'}`;
  }
}
