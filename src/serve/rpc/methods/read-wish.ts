// What a client asks for a command, in the words of the runtime. No field widens the sandbox; asking to leave it is a
// question to a person.
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { type Argv, isNonEmpty } from '../../../domain/index.ts';
import type { CommandWish } from '../protocol/commands.ts';
import { RpcError } from '../rpc-error.ts';
import type { CommandInput } from '../run-command.ts';

export function readWish(
  command: readonly string[] | string,
  wish: Omit<CommandWish, 'sandboxPolicy'>,
): CommandInput {
  const { cwd, env, prefixRule, justification } = wish;
  const prefix = prefixRule ?? [];
  return {
    callId: `rpc-${randomUUID()}`,
    command: typeof command === 'string' ? command : (command as unknown as Argv),
    cwd: cwd ?? undefined,
    env: readEnvironment(env),
    timeoutMs: readTimeout(wish),
    access:
      wish.sandboxPermissions === 'require_escalated'
        ? { kind: 'unsandboxed', justification: justification ?? '' }
        : undefined,
    proposedPrefix: isNonEmpty(prefix) ? prefix : undefined,
  };
}

function readTimeout({ timeoutMs, disableTimeout }: CommandWish): number | 'none' | undefined {
  const isTimed = timeoutMs !== undefined && timeoutMs !== null;
  if (disableTimeout !== true) return isTimed ? timeoutMs : undefined;
  if (isTimed) throw new RpcError('bad-params', 'Cannot use `disableTimeout` together with `timeoutMs`');
  return 'none';
}

/** Null takes a name away. */
export function readEnvironment(
  env: CommandWish['env'],
): Readonly<Record<string, string | undefined>> | undefined {
  if (env === null || env === undefined) return undefined;
  return Object.fromEntries(Object.entries(env).map(([name, value]) => [name, value ?? undefined]));
}

/** @throws RpcError for an address that is no file of this host. */
export function readDirectory(cwd: string | null | undefined): string | undefined {
  if (cwd === null || cwd === undefined) return undefined;
  if (!/^file:/iu.test(cwd)) return cwd;
  try {
    return fileURLToPath(cwd);
  } catch {
    throw new RpcError('bad-params', 'Cannot use `cwd`: it is no path, and no address of a file here');
  }
}

/** @throws RpcError */
export function readBase64(value: string, field: string): Uint8Array {
  const bytes = Buffer.from(value, 'base64');
  // Node passes over what is no base64; a client must hear of it.
  if (bytes.toString('base64').replace(/=+$/u, '') === value.replace(/=+$/u, '')) return bytes;
  throw new RpcError('bad-params', `Cannot read \`${field}\`: it is no base64`);
}
