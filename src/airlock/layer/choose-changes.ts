// Which changes of a set a person means when they name paths. Pure: names are compared as bytes, and nothing is looked up.
import { posix } from 'node:path';
import {
  type BytePath,
  bytePath,
  bytePathOf,
  type Change,
  type ChangeChoice,
  type ChangePath,
  err,
  ok,
  type Result,
  showBytePath,
} from '../../domain/index.ts';
import { wholePath } from './settle-set.ts';

/** A choice with its paths absolute. */
export interface ReadChoice {
  readonly only: readonly BytePath[] | undefined;
  readonly except: readonly BytePath[];
}

/** `base`: where relative paths start. The error is a clause about the first path that names nothing. */
export function readChoice(choice: ChangeChoice, base: BytePath): Result<ReadChoice, string> {
  const only: BytePath[] = [];
  const except: BytePath[] = [];
  for (const [list, given] of [
    [only, choice.only],
    [except, choice.except],
  ] as const)
    for (const path of given ?? []) {
      const read = readPath(path, base);
      if (read === undefined) return err('it is empty, or no path');
      list.push(read);
    }
  return ok({ only: choice.only === undefined ? undefined : only, except });
}

function readPath(path: ChangePath, base: BytePath): BytePath | undefined {
  const bytes = typeof path === 'string' ? bytePath(path) : bytePathOf(path);
  if (bytes === '' || bytes.includes('\0')) return undefined;
  const whole = posix.normalize(bytes.startsWith('/') ? bytes : `${base}/${bytes}`);
  return (whole.length > 1 ? whole.replace(/\/$/, '') : whole) as BytePath;
}

/** The first named path that is no change and holds none, for people. */
export function findStray(changes: readonly Change[], { only, except }: ReadChoice): string | undefined {
  const paths = changes.map(wholePath);
  const stray = [...(only ?? []), ...except].find((named) => !paths.some((path) => isWithin(path, named)));
  return stray === undefined ? undefined : showBytePath(stray);
}

/**
 * What is named and what lies below it; then the new directories that the rest needs to stand in. A directory that would go
 * stays where something in it is to stay.
 */
export function chooseChanges(changes: readonly Change[], { only, except }: ReadChoice): ReadonlySet<Change> {
  const within = (path: BytePath, named: readonly BytePath[]): boolean =>
    named.some((each) => isWithin(path, each));
  const chosen = new Map<BytePath, Change>();
  const left = new Set<BytePath>();
  for (const change of changes) {
    const path = wholePath(change);
    if ((only === undefined || within(path, only)) && !within(path, except)) chosen.set(path, change);
    else left.add(path);
  }
  const removed = new Set(
    changes.flatMap((change) =>
      change.before.kind === 'directory' && change.after.kind !== 'directory' ? [wholePath(change)] : [],
    ),
  );
  for (const path of left) for (const above of parentsOf(path)) if (removed.has(above)) chosen.delete(above);
  const made = new Map(
    changes.flatMap((change) =>
      change.after.kind === 'directory' && change.before.kind !== 'directory'
        ? [[wholePath(change), change] as const]
        : [],
    ),
  );
  for (const [path, change] of [...chosen]) {
    if (change.after.kind === 'missing') continue;
    for (const above of parentsOf(path)) {
      const needed = made.get(above);
      if (needed !== undefined) chosen.set(above, needed);
    }
  }
  // In their order: parents before their contents.
  return new Set(changes.filter((change) => chosen.get(wholePath(change)) === change));
}

function isWithin(path: string, directory: string): boolean {
  return path === directory || path.startsWith(directory === '/' ? '/' : `${directory}/`);
}

function parentsOf(path: BytePath): BytePath[] {
  const parents: BytePath[] = [];
  for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1))
    parents.push(path.slice(0, end) as BytePath);
  return parents;
}
