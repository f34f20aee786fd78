// What the verbs that listen on loopback have in common: the token, the line that says where, and when they end.
import { randomBytes } from 'node:crypto';
import type { Edge } from '../edge.ts';
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

export function announce(edge: Edge, url: string, { value, isGiven }: Token): void {
  edge.stdout.write(`${JSON.stringify({ url, ...(isGiven ? {} : { token: value }) })}\n`);
}

export async function interrupted({ interrupted: signal }: Edge): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

export async function inputOver({ stdin }: Edge): Promise<void> {
  await new Promise<void>((resolve) => {
    stdin
      .once('end', () => resolve())
      .once('close', () => resolve())
      .once('error', () => resolve());
    stdin.resume();
  });
}
