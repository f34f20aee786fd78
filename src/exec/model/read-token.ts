// Runs the program that prints a bearer token. What it prints never enters a message.
import { execFile } from 'node:child_process';
import type { BearerCommand } from '../../config/index.ts';
import { err, ok, type Result } from '../../domain/index.ts';

/** Longer than any token. */
const maxBytes = 64 * 1024;

/** Without a shell, with the host's environment: it is the user's own program, named in the user's own configuration. */
export async function readToken(
  { argv: [program, ...args], timeoutMs }: BearerCommand,
  signal: AbortSignal,
): Promise<Result<string, string>> {
  return await new Promise((resolve) => {
    const options = { timeout: timeoutMs, killSignal: 'SIGKILL', maxBuffer: maxBytes, signal } as const;
    const child = execFile(program, args, options, (error, stdout) => {
      resolve(error === null ? tokenIn(stdout) : err(reasonOf(error, timeoutMs)));
    });
    child.stdin?.end();
  });
}

function tokenIn(printed: string): Result<string, string> {
  const token = printed.trim();
  if (token === '') return err('it printed nothing');
  return /^[\x21-\x7e]+$/.test(token) ? ok(token) : err('it printed characters that cannot be sent');
}

function reasonOf(
  error: Error & { code?: unknown; killed?: boolean; signal?: unknown },
  timeoutMs: number,
): string {
  if (error.code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') return `it printed more than ${maxBytes} bytes`;
  if (error.killed === true) return `it took longer than ${timeoutMs} ms`;
  if (typeof error.code === 'number') return `it ended with status ${error.code}`;
  if (typeof error.code === 'string') return error.code;
  return typeof error.signal === 'string' ? `it was ended by ${error.signal}` : 'it failed';
}
