// One thing that was held back, as it lies in the store: what stood there, what the command wrote, and why it is here.
import * as z from 'zod';
import type { BytePath, HeldPart, NodeState, NonEmpty } from '../../domain/index.ts';

const nodeState = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('missing') }),
  z.object({ kind: z.literal('file'), size: z.number(), mode: z.number() }),
  z.object({ kind: z.literal('directory'), mode: z.number() }),
  z.object({ kind: z.literal('symlink'), target: z.string() }),
  z.object({ kind: z.literal('other'), type: z.enum(['fifo', 'socket', 'device', 'unknown']) }),
]);
const heldPart = z.object({ part: z.string().optional(), reason: z.string(), runs: z.string() });

const entrySchema = z.object({
  version: z.literal(1),
  /** Milliseconds since the epoch. */
  at: z.number(),
  root: z.string().startsWith('/'),
  /** Relative to the root, one character a byte. */
  path: z.string(),
  command: z.string(),
  before: nodeState,
  after: nodeState,
  parts: z.tuple([heldPart]).rest(heldPart),
  /** SHA-256 of what was left at the path, in hexadecimal; null: nothing, or no file. */
  left: z.string().nullable(),
});

export interface HeldEntry {
  readonly version: 1;
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly root: string;
  readonly command: string;
  readonly before: NodeState;
  readonly after: NodeState;
  /** SHA-256 of what was left at the path, in hexadecimal; null: nothing, or no file. */
  readonly left: string | null;
  readonly path: BytePath;
  readonly parts: NonEmpty<HeldPart>;
}

/** Undefined for what is not an entry of ours. */
export function readEntry(id: string, text: string): HeldEntry | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  const parsed = entrySchema.safeParse(json);
  if (!parsed.success) return undefined;
  const { path, parts, before, after, ...rest } = parsed.data;
  return {
    ...rest,
    before: before as NodeState,
    after: after as NodeState,
    id,
    path: path as BytePath,
    parts: parts.map(withoutUndefined) as unknown as NonEmpty<HeldPart>,
  };
}

export function writeEntry({ id: _id, ...entry }: HeldEntry): string {
  return JSON.stringify(entry);
}

function withoutUndefined({ part, reason, runs }: z.infer<typeof heldPart>): HeldPart {
  return part === undefined ? { reason, runs } : { part, reason, runs };
}
