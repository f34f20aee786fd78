// A token that somebody hands over on standard input: one line, long enough that nobody guesses it.
import { Buffer } from 'node:buffer';
import { CliError } from '../edge.ts';
import { exitStatus } from '../exit-status.ts';

/** Characters at least. */
const shortest = 32;
const longest = 512;

/** Reads no further than the line. @throws CliError for a line that cannot be a token. */
export async function readTokenLine(input: NodeJS.ReadStream): Promise<string> {
  const parts: Buffer[] = [];
  const line = await new Promise<Buffer>((resolve) => {
    const take = (chunk: Buffer): void => {
      parts.push(chunk);
      const read = Buffer.concat(parts);
      if (read.includes(10) || read.length > longest) finish(read);
    };
    const finish = (read: Buffer): void => {
      input.off('data', take);
      input.pause();
      resolve(read);
    };
    input.on('data', take);
    input.once('end', () => finish(Buffer.concat(parts)));
    input.once('error', () => finish(Buffer.alloc(0)));
  });
  const end = line.indexOf(10);
  const token = (end === -1 ? line : line.subarray(0, end)).toString('latin1').replace(/\r$/u, '');
  if (token.length >= shortest && token.length <= longest && /^[\w.~+/=-]+$/u.test(token)) return token;
  throw new CliError(
    exitStatus.failed,
    `Cannot take the token: it needs one line of ${String(shortest)} to ${String(longest)} letters, digits and -._~+/=`,
  );
}
