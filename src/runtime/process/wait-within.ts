// Waiting that ends.

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
