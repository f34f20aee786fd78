// How long a server asks to be left alone: `retry-after-ms`, or `retry-after` in seconds or as a date.
import type { ServerAnswer } from './post.ts';

/** Milliseconds from `nowMs`; undefined when the headers say nothing usable. */
export function retryAfterMs(headers: ServerAnswer['headers'], nowMs: number): number | undefined {
  const exact = countIn(headers.get('retry-after-ms'));
  if (exact !== undefined) return exact;
  const text = headers.get('retry-after');
  const seconds = countIn(text);
  if (seconds !== undefined) return Math.ceil(seconds * 1000);
  const date = text === null ? Number.NaN : Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs);
}

function countIn(text: string | null): number | undefined {
  return text !== null && /^\s*\d{1,9}(\.\d{1,9})?\s*$/.test(text) ? Number(text) : undefined;
}
