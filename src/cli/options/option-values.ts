// What stands behind an option: one of a few words, seconds, a number.
import { resolve } from 'node:path';
import { UsageError } from '../edge.ts';

export const sandboxModes = ['read-only', 'workspace-write', 'danger-full-access'] as const;
export const approvalWords = ['untrusted', 'on-failure', 'on-request', 'never', 'allowlist'] as const;
export const networkWords = ['none', 'full'] as const;

/** Undefined when the option was not given. */
export function oneOf<Word extends string>(
  option: string,
  given: string | undefined,
  words: readonly Word[],
): Word | undefined {
  if (given === undefined) return undefined;
  const found = words.find((word) => word === given);
  if (found !== undefined) return found;
  throw new UsageError(`${option} takes ${words.join(', ')}, found ${JSON.stringify(given)}`);
}

/** Undefined leaves it to the configuration. `--require full` is a false here. */
export function requiredLevel(bestEffort: boolean | undefined): 'full' | 'best-effort' | undefined {
  if (bestEffort === undefined) return undefined;
  return bestEffort ? 'best-effort' : 'full';
}

/** A path that is to be hidden, from where the program was started. `~` stays: it is read with the home of the user. */
export function hiddenPath(path: string, from: string): string {
  return path === '~' || path.startsWith('~/') ? path : resolve(from, path);
}

/** Milliseconds of an option in seconds. Longer ones than a timer can hold would fire at once. */
export function milliseconds(option: string, seconds: string): number {
  const ms = /^\d{1,7}(?:\.\d{1,3})?$/u.test(seconds) ? Math.round(Number(seconds) * 1000) : 0;
  if (ms >= 1 && ms <= 2_147_483_000) return ms;
  throw new UsageError(`${option} takes seconds above 0 and up to 2147483, found ${JSON.stringify(seconds)}`);
}

export function wholeNumber(option: string, text: string): number {
  if (/^[1-9]\d{0,8}$/u.test(text)) return Number(text);
  throw new UsageError(`${option} takes a whole number from 1, found ${JSON.stringify(text)}`);
}
