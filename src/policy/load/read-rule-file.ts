// Reads the text of one rule file, or says in one sentence why it cannot be used. Synchronous: a handful of small
// files are read once, before anything else can happen.
import { isUtf8 } from 'node:buffer';
import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import type { PolicyError } from '../../domain/index.ts';

export type ReadText =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'missing'; readonly error: PolicyError }
  | { readonly kind: 'unusable'; readonly error: PolicyError };

export interface ReadOptions {
  /** A file found in a rules directory may not be a link: who can make one there could swap the rules. */
  readonly links: 'follow' | 'refuse';
}

/** Larger than any honest policy; the interpreter has a budget of its own for what is inside. */
const sizeLimit = 16 * 1024 * 1024;

export function readRuleText(file: string, { links }: ReadOptions): ReadText {
  // Without O_NONBLOCK, opening a pipe waits for somebody to write into it.
  const flags = constants.O_RDONLY | constants.O_NONBLOCK | (links === 'refuse' ? constants.O_NOFOLLOW : 0);
  let descriptor: number;
  try {
    descriptor = openSync(file, flags);
  } catch (error) {
    const missing = codeOf(error) === 'ENOENT';
    return { kind: missing ? 'missing' : 'unusable', error: unreadable(file, reasonOf(error)) };
  }
  try {
    const stats = fstatSync(descriptor);
    if (!stats.isFile())
      return unusable(file, `it is ${stats.isDirectory() ? 'a directory' : 'not a regular file'}`);
    if (stats.size > sizeLimit) return unusable(file, `it is larger than ${sizeLimit / 1024 / 1024} MiB`);
    const text = decode(readFileSync(descriptor));
    return text === undefined ? unusable(file, 'it is not valid UTF-8') : { kind: 'text', text };
  } catch (error) {
    return unusable(file, reasonOf(error));
  } finally {
    closeSync(descriptor);
  }
}

export function unreadable(file: string, because: string): PolicyError {
  const message = `Cannot read the rule file: ${because}`;
  return { file, line: undefined, column: undefined, message, excerpt: undefined };
}

function unusable(file: string, because: string): ReadText {
  return { kind: 'unusable', error: unreadable(file, because) };
}

/**
 * Some editors begin every file with a byte order mark; it says nothing. (TextDecoder would drop it too, and doubles
 * the size of plain ASCII.)
 */
export function decode(bytes: Buffer): string | undefined {
  if (!isUtf8(bytes)) return undefined;
  const text = bytes.toString('utf8');
  return text.startsWith('\ufeff') ? text.slice(1) : text;
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'it does not exist',
  ENOTDIR: 'a part of its path is not a directory',
  EACCES: 'permission is denied',
  EPERM: 'permission is denied',
  ELOOP: 'it is a symbolic link; put the rules into a regular file',
  EISDIR: 'it is a directory',
  ENXIO: 'it is not a regular file',
};

export function reasonOf(error: unknown): string {
  const code = codeOf(error);
  return reasons[code ?? ''] ?? code ?? 'an unknown error happened';
}

export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
