// Waiting that ends.
import { setImmediate as nextPass } from 'node:timers/promises';

/** The value, or undefined when it takes longer; a promise that rejects first rejects the wait. */
export async function waitWithin<T>(ms: number, promise: Promise<T>): Promise<T | undefined> {
  // Not timers/promises: taking such a timer back makes an exception, and every command waits several times.
  return await new Promise<T | undefined>((resolve, reject) => {
    const timer = setTimeout(resolve, ms, undefined);
    promise.then(resolve, reject).finally(() => {
      clearTimeout(timer);
    });
  });
}

/**
 * The same for something that has happened by now and only has to be read. After a blocked event loop the timer comes
 * before the pipes: then they get two whole passes.
 */
export async function waitForNews(ms: number, news: Promise<unknown>): Promise<void> {
  const isHere = await waitWithin(
    ms,
    news.then(() => true),
  );
  if (isHere === true) return;
  await nextPass();
  await nextPass();
}
