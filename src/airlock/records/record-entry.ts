// What is written beside the originals of one commit, for people and for whoever drops the oldest.
import { z } from 'zod';
import { absolutePath, type AbsolutePath, type ChangeRecord } from '../../domain/index.ts';

const schema = z.object({
  version: z.literal(1),
  at: z.number(),
  command: z.string(),
  undoes: z.string().optional(),
  roots: z.array(z.string().startsWith('/')),
  count: z.number(),
  bytes: z.number(),
});

/** Undefined for what is not an entry of ours. */
export function readRecordEntry(id: string, text: string): ChangeRecord | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  const parsed = schema.safeParse(json);
  if (!parsed.success) return undefined;
  const { version: _version, undoes, roots, ...rest } = parsed.data;
  const read = roots
    .map((root) => absolutePath(root))
    .filter((root): root is AbsolutePath => root !== undefined);
  return { id, ...rest, roots: read, ...(undoes === undefined ? {} : { undoes }) };
}

export function writeRecordEntry({ id: _id, ...entry }: ChangeRecord): string {
  return JSON.stringify({ version: 1, ...entry });
}
