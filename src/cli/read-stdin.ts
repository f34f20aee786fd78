// Standard input piece by piece, up to its end or up to the first signal: an input that never ends must not keep
// cordon from ending.
import type { Edge } from './edge.ts';

/** Ends early when `interrupted` fires, or has fired; the caller then looks at it. Rejects when reading fails. */
export async function* readStdin({
  stdin,
  interrupted,
}: Pick<Edge, 'stdin' | 'interrupted'>): AsyncGenerator<Buffer> {
  const stop = (): void => {
    stdin.destroy();
  };
  if (interrupted.aborted) stop();
  else interrupted.addEventListener('abort', stop, { once: true });
  try {
    yield* stdin as AsyncIterable<Buffer>;
  } catch (error) {
    // A stream that was destroyed before its end says so.
    if (!interrupted.aborted) throw error;
  } finally {
    interrupted.removeEventListener('abort', stop);
  }
}
