// Turns what a caller wrote into a complete request: ids, real paths, the environment, the deadline.
import { realpathSync } from 'node:fs';
import {
  absolutePath,
  type AbsolutePath,
  type CallId,
  type CommandInput,
  type ExecRequest,
  type StdinMode,
} from '../domain/index.ts';
import type { ExecInput } from './shell-runtime.ts';

export interface RequestDefaults {
  readonly workspace: AbsolutePath;
  readonly timeoutMs: number | 'none';
  /** The environment that the policy built. */
  readonly env: ReadonlyMap<string, string>;
  /** Takes out what would change the meaning of a command before its first word. */
  scrub(env: ReadonlyMap<string, string>): ReadonlyMap<string, string>;
  newCallId(): CallId;
}

export function readRequest(input: ExecInput, defaults: RequestDefaults, tty = false): ExecRequest {
  const cwd = readDirectory(input.cwd, defaults.workspace);
  const { proposedPrefix } = input;
  return {
    callId: input.callId === undefined ? defaults.newCallId() : (input.callId as CallId),
    command: readCommand(input),
    cwd,
    env: readEnv(input.env, cwd, defaults),
    stdin: readStdin(input.stdin),
    timeoutMs: input.timeoutMs ?? defaults.timeoutMs,
    access: input.access ?? { kind: 'default' },
    tty,
    ...(proposedPrefix === undefined ? {} : { proposedPrefix }),
  };
}

function readCommand({ command, shell, login }: ExecInput): CommandInput {
  if (typeof command !== 'string') return { kind: 'argv', argv: command };
  return { kind: 'script', script: command, shell: shell ?? 'bash', login: login ?? false };
}

/**
 * The real directory: rules, approvals and the sandbox must speak about one place, however it was spelled. A directory
 * that does not exist keeps its spelling, and is refused later.
 */
function readDirectory(cwd: string | undefined, workspace: AbsolutePath): AbsolutePath {
  if (cwd === undefined) return workspace;
  const spelled = cwd.startsWith('/') ? cwd : `${workspace}/${cwd}`;
  return real(spelled) ?? absolutePath(spelled.replaceAll('\0', '\uFFFD')) ?? workspace;
}

function real(path: string): AbsolutePath | undefined {
  try {
    return absolutePath(realpathSync(path));
  } catch {
    return undefined;
  }
}

function readEnv(
  changes: ExecInput['env'],
  cwd: AbsolutePath,
  { env, scrub }: RequestDefaults,
): ReadonlyMap<string, string> {
  const complete = new Map(env);
  for (const [name, value] of Object.entries(changes ?? {})) {
    if (value === undefined) complete.delete(name);
    else complete.set(name, value);
  }
  // Inherited from a shell that stood elsewhere, they would name the wrong place.
  complete.set('PWD', cwd);
  complete.delete('OLDPWD');
  return changes === undefined ? complete : scrub(complete);
}

function readStdin(stdin: ExecInput['stdin']): StdinMode {
  if (typeof stdin === 'string') return { kind: 'bytes', bytes: Buffer.from(stdin, 'utf8') };
  return stdin ?? { kind: 'null' };
}
