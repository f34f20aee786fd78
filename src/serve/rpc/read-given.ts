// The parameters of a request, read by their schema. What cannot be read is told with its place, and runs nothing.
import type { z } from 'zod';
import { RpcError } from './rpc-error.ts';

/** @throws RpcError */
export function readGiven<T>(schema: z.ZodType<T>, given: unknown, method: string): T {
  const read = schema.safeParse(given);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const place =
    issue === undefined || issue.path.length === 0 ? '' : ` at \`${issue.path.join('.').slice(0, 200)}\``;
  const why = (issue?.message ?? 'it cannot be read').slice(0, 500);
  throw new RpcError('bad-params', `Cannot read the parameters of ${method}${place}: ${why}`);
}
