// What the verbs that listen on loopback have in common: the token, the line that says where, when they end, and where
// they tell what went wrong meanwhile.
import { randomBytes } from 'node:crypto';
import { CliError, type Edge } from '../edge.ts';
import { exitStatus } from '../exit-status.ts';
import { visible } from '../terminal/visible-text.ts';
import { readTokenLine } from './read-token-line.ts';

export interface Token {
  readonly value: string;
  /** Whoever handed it over has it. */
  readonly isGiven: boolean;
}

/** A new one, or the first line of standard input. It is written to no file. */
export async function tokenFor(
  edge: Edge,
  { 'token-stdin': isGiven = false }: { readonly 'token-stdin'?: boolean | undefined },
): Promise<Token> {
  const value = isGiven ? await readTokenLine(edge.stdin) : randomBytes(32).toString('base64url');
  return { value, isGiven };
}

export interface Listener {
  readonly url: string;
  close(): Promise<void>;
}

export interface ListeningOptions {
  readonly token: Token;
  readonly endsWithInput: boolean | undefined;
  /** What to do when the port is taken. */
  readonly hint: string;
}

/** Listens, says where, and stays until a signal comes, or with `endsWithInput` until standard input ends. */
export async function listenUntilOver(
  edge: Edge,
  listen: () => Promise<Listener>,
  { token, endsWithInput = false, hint }: ListeningOptions,
): Promise<void> {
  const listener = await listening(listen, hint);
  try {
    const { value, isGiven } = token;
    edge.stdout.write(`${JSON.stringify({ url: listener.url, ...(isGiven ? {} : { token: value }) })}\n`);
    await Promise.race([interrupted(edge), ...(endsWithInput ? [inputOver(edge)] : [])]);
  } finally {
    await listener.close();
  }
}

/** Rejects with a CliError when the port is taken. */
export async function listening<T>(listen: () => Promise<T>, hint: string): Promise<T> {
  return await listen().catch((error: unknown) => {
    const why = error instanceof Error ? error.message : String(error);
    throw new CliError(exitStatus.failed, `Cannot listen: ${why}`, hint);
  });
}

/** What no answer can tell a client about goes to standard error. */
export function problemsOf(verb: string, { stderr }: Edge): (error: unknown) => void {
  return (error) => {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    stderr.write(`cordon ${verb}: ${text.split('\n').map(visible).join('\n')}\n`);
  };
}

export async function interrupted({ interrupted: signal }: Edge): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

async function inputOver({ stdin }: Edge): Promise<void> {
  await new Promise<void>((resolve) => {
    stdin
      .once('end', () => resolve())
      .once('close', () => resolve())
      .once('error', () => resolve());
    stdin.resume();
  });
}
