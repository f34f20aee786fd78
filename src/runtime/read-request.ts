// Turns what a caller wrote into a complete request: ids, real paths, the environment, the deadline.
import {
  type BigIntStats,
  closeSync,
  constants,
  fstatSync,
  openSync,
  readlinkSync,
  realpathSync,
  statSync,
} from 'node:fs';
import {
  absolutePath,
  type AbsolutePath,
  type CallId,
  type CommandInput,
  type DirectoryIdentity,
  type ExecRequest,
  type StdinMode,
} from '../domain/index.ts';
import type { ExecInput } from './shell-runtime.ts';

export interface RequestDefaults {
  readonly platform: NodeJS.Platform;
  readonly workspace: AbsolutePath;
  readonly timeoutMs: number | 'none';
  readonly isolated: boolean;
  /** The environment that the policy built. */
  readonly env: ReadonlyMap<string, string>;
  /** Takes out what would change the meaning of a command before its first word. */
  scrub(env: ReadonlyMap<string, string>): ReadonlyMap<string, string>;
  newCallId(): CallId;
}

export function readRequest(input: ExecInput, defaults: RequestDefaults, tty = false): ExecRequest {
  const { cwd, ...identity } = readDirectory(input.cwd, defaults);
  const { proposedPrefix, isolated = defaults.isolated } = input;
  return {
    callId: input.callId === undefined ? defaults.newCallId() : (input.callId as CallId),
    command: readCommand(input),
    cwd,
    ...identity,
    env: readEnv(input.env, cwd, defaults),
    stdin: readStdin(input.stdin),
    timeoutMs: input.timeoutMs ?? defaults.timeoutMs,
    access: input.access ?? { kind: 'default' },
    tty,
    ...(isolated ? { isolated } : {}),
    ...(input.trace === true ? { traces: true } : {}),
    ...(proposedPrefix === undefined ? {} : { proposedPrefix }),
  };
}

function readCommand({ command, shell, login }: ExecInput): CommandInput {
  if (typeof command !== 'string') return { kind: 'argv', argv: command };
  return { kind: 'script', script: command, shell: shell ?? 'bash', login: login ?? false };
}

interface Place {
  readonly cwd: AbsolutePath;
  readonly cwdIdentity?: DirectoryIdentity;
}

/**
 * The real directory, and which one it is: rules, approvals and the sandbox must speak about one place, however it was
 * spelled, and whatever takes its name after the question is another. A directory that does not exist keeps its
 * spelling, and is refused later.
 */
function readDirectory(cwd: string | undefined, { workspace, platform }: RequestDefaults): Place {
  const spelled = cwd === undefined ? workspace : cwd.startsWith('/') ? cwd : `${workspace}/${cwd}`;
  try {
    return platform === 'linux' ? placeOfHandle(spelled) : placeByName(spelled);
  } catch {
    return { cwd: absolutePath(spelled.replaceAll('\0', '\uFFFD')) ?? workspace };
  }
}

/** One look at one directory: between a look at the name and one at the inode, the name may change hands. */
function placeOfHandle(path: string): Place {
  const handle = openSync(path, pathOnly | constants.O_DIRECTORY);
  try {
    const found = fstatSync(handle, { bigint: true });
    return placed(readlinkSync(`/proc/self/fd/${String(handle)}`), found);
  } finally {
    closeSync(handle);
  }
}

function placeByName(path: string): Place {
  const real = realpathSync(path);
  const found = statSync(real, { bigint: true });
  if (!found.isDirectory()) throw new Error('Cannot run in what is no directory');
  return placed(real, found);
}

function placed(path: string, { dev, ino }: BigIntStats): Place {
  const cwd = absolutePath(path);
  if (cwd === undefined) throw new Error('Cannot name the directory');
  return { cwd, cwdIdentity: { device: dev, inode: ino } };
}

/** Linux: a handle on what cannot be listed, too. Node does not name it. */
const pathOnly = 0o10000000;

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
  if (stdin !== undefined && Symbol.asyncIterator in stdin) return { kind: 'open' };
  return stdin ?? { kind: 'null' };
}
