// The private store of what was held back: `PLACE/ID/` with `entry.json`, `after` (what the command wrote) and `before`
// (what stood there), bounded by count, bytes and age; the oldest go first.
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AbsolutePath, BytePath, Change, HeldPart, NonEmpty } from '../../domain/index.ts';
import { type HeldEntry, readEntry, writeEntry } from './held-entry.ts';

export interface HeldLimits {
  readonly entries: number;
  readonly bytes: number;
  readonly ageMs: number;
  /** Of one file. */
  readonly fileBytes: number;
}

export const heldLimits: HeldLimits = {
  entries: 500,
  bytes: 64 * 1024 * 1024,
  ageMs: 30 * 24 * 60 * 60 * 1000,
  fileBytes: 8 * 1024 * 1024,
};

export interface NewEntry {
  readonly change: Change;
  readonly parts: NonEmpty<HeldPart>;
  /** For people: the command that wrote it. */
  readonly command: string;
  /** Undefined where it is no regular file. */
  readonly before: Uint8Array | undefined;
  readonly after: Uint8Array | undefined;
  /** What the commit leaves at the path: the rewritten file, or what stood there. Undefined: no file. */
  readonly left: Uint8Array | undefined;
}

export interface HeldStore {
  /** Answers with the id. Throws what the file system throws. */
  add(entry: NewEntry): string;
  /** Newest first. */
  list(): HeldEntry[];
  /** By its id, or a beginning of it that no other has. */
  find(id: string): HeldEntry | undefined;
  content(id: string, which: 'before' | 'after'): Uint8Array | undefined;
  drop(id: string): void;
}

export function heldStore(
  place: AbsolutePath,
  now: () => number,
  limits: HeldLimits = heldLimits,
): HeldStore {
  const at = (id: string, name = ''): string => join(place, id, name);
  const read = (id: string): HeldEntry | undefined => {
    try {
      return readEntry(id, readFileSync(at(id, 'entry.json'), 'utf8'));
    } catch {
      return undefined;
    }
  };
  const list = (): HeldEntry[] =>
    readdirSync(place)
      .filter((name) => isId(name))
      .flatMap((id) => read(id) ?? [])
      .toSorted((one, other) => (other.at === one.at ? (other.id < one.id ? -1 : 1) : other.at - one.at));
  const remove = (id: string): void => rmSync(at(id), { recursive: true, force: true });
  const size = (id: string): number =>
    ['before', 'after'].reduce((sum, name) => sum + sizeOf(at(id, name)), 0);

  /** Oldest first, looked up once: a command that writes thousands of such files must not have each of them counted anew. */
  let kept: { readonly id: string; readonly at: number; readonly bytes: number }[] | undefined;
  let total = 0;

  function makeRoom(): void {
    if (kept === undefined) {
      kept = list()
        .toReversed()
        .map((entry) => ({ id: entry.id, at: entry.at, bytes: size(entry.id) }));
      total = kept.reduce((sum, { bytes }) => sum + bytes, 0);
    }
    for (let oldest = kept[0]; oldest !== undefined; oldest = kept[0]) {
      const isFull = kept.length > limits.entries || total > limits.bytes;
      if (!isFull && now() - oldest.at <= limits.ageMs) return;
      remove(oldest.id);
      kept.shift();
      total -= oldest.bytes;
    }
  }

  return {
    add({ change, parts, command, before, after, left }) {
      const id = `h${now().toString(36)}${randomBytes(4).toString('hex')}`;
      const entry: HeldEntry = {
        id,
        version: 1,
        at: now(),
        root: change.root,
        path: change.path,
        command: command.slice(0, 500),
        before: change.before,
        after: change.after,
        parts,
        left: left === undefined ? null : digestOf(left),
      };
      const fresh = join(place, `.new-${id}`);
      mkdirSync(fresh, { mode: 0o700 });
      const put = (name: string, bytes: Uint8Array | string): void =>
        writeFileSync(join(fresh, name), bytes, { mode: 0o600, flag: 'wx' });
      put('entry.json', writeEntry(entry));
      if (before !== undefined) put('before', before);
      if (after !== undefined) put('after', after);
      renameSync(fresh, at(id));
      const bytes = (before?.length ?? 0) + (after?.length ?? 0);
      kept?.push({ id, at: entry.at, bytes });
      total += bytes;
      makeRoom();
      return id;
    },
    list,
    find(id) {
      const matching = readdirSync(place).filter((name) => isId(name) && name.startsWith(id));
      const [only] = matching;
      return only === undefined || (matching.length > 1 && !matching.includes(id)) || id === ''
        ? undefined
        : read(matching.includes(id) ? id : only);
    },
    content(id, which) {
      try {
        return readFileSync(at(id, which));
      } catch {
        return undefined;
      }
    },
    drop(id) {
      remove(id);
      kept = undefined;
    },
  };
}

export function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

const isId = (name: string): boolean => /^h[a-z0-9]+$/.test(name);

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

/** The path of an entry as the kernel takes it. */
export function placeOf({ root, path }: Pick<HeldEntry, 'root' | 'path'>): BytePath {
  return `${Buffer.from(root, 'utf8').toString('latin1')}/${path}` as BytePath;
}
