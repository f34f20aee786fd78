// What a server says went wrong, in one short line that is safe to print.
import { isObject, textAt } from './response-items.ts';

export interface ServerError {
  readonly code: string | undefined;
  readonly message: string;
  /** From "try again in 1.5s", when the sentence says so. */
  readonly retryAfterMs: number | undefined;
}

/** `error` is the server's error object, in whichever of the usual shapes. */
export function describeError(error: unknown): ServerError {
  const told = isObject(error) ? error : {};
  const message = oneLine(textAt(told, 'message') ?? '');
  const code = textAt(told, 'code') ?? textAt(told, 'type');
  return {
    code,
    message: message === '' ? (code === undefined ? 'no reason given' : oneLine(code)) : message,
    retryAfterMs: pauseIn(message),
  };
}

/** Control characters would let a server write on the terminal; 500 characters are enough for a reason. */
export function oneLine(text: string): string {
  const flat = text
    .slice(0, 2000)
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim();
  return flat.length > 500 ? `${flat.slice(0, 500)}…` : flat;
}

function pauseIn(message: string): number | undefined {
  const match = /try again in (\d+(?:\.\d+)?)\s*(ms|s|seconds?|minutes?|m)\b/i.exec(message);
  if (match === null) return undefined;
  const unit = (match[2] ?? '').toLowerCase();
  const factor = unit === 'ms' ? 1 : unit.startsWith('m') ? 60_000 : 1000;
  return Math.ceil(Number(match[1]) * factor);
}
