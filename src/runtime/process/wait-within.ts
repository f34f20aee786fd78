// Waiting that ends.
import { setTimeout as sleep } from 'node:timers/promises';

/** The value, or undefined when it takes longer. */
export async function waitWithin<T>(ms: number, promise: Promise<T>): Promise<T | undefined> {
  const timer = new AbortController();
  const late = sleep(ms, undefined, { signal: timer.signal }).catch(() => undefined);
  return await Promise.race([promise, late]).finally(() => {
    timer.abort();
  });
}
