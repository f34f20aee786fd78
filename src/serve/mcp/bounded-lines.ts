// A peer that never ends its line must not fill the memory: the stream breaks instead.
import { Transform, type TransformCallback } from 'node:stream';

/** Bytes of one message. */
export const longestMessage: number = 16 * 1024 * 1024;

/** Passes bytes on as they are; an error once a line is longer than `limit`. */
export function boundedLines(limit: number = longestMessage): Transform {
  let since = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding: string, done: TransformCallback): void {
      const last = chunk.lastIndexOf(10);
      since = last === -1 ? since + chunk.length : chunk.length - last - 1;
      if (since > limit) done(new Error(`a message is longer than ${String(limit)} bytes`));
      else done(null, chunk);
    },
  });
}
