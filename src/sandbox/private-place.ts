// A directory of this user's alone, where no command can write: for what must have a name for a moment. Nothing of ours is
// made in a directory that a command shares, and nothing there is ever removed with what is in it.
import { lstatSync, mkdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { absolutePath, type AbsolutePath, err, ok, type Result } from '../domain/index.ts';

export interface PrivateWorld {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** `undefined` where the platform has none. */
  readonly userId: number | undefined;
  /** Real paths that commands can write. */
  readonly roots: readonly AbsolutePath[];
}

/** Makes it when it is missing. */
export function privatePlace(
  world: PrivateWorld,
): Result<AbsolutePath, { readonly what: string; readonly hint: string }> {
  for (const candidate of candidatesFor(world)) {
    const place = openPrivately(candidate, world);
    if (place !== undefined) return ok(place);
  }
  return err({
    what: 'Cannot keep files of our own: every private directory lies where commands can write, or cannot be made',
    hint: 'Set XDG_RUNTIME_DIR to a directory of your own outside of every writable root',
  });
}

function candidatesFor({ env, userId }: PrivateWorld): readonly string[] {
  const runtime = env['XDG_RUNTIME_DIR'];
  const name = `cordon-${String(userId ?? 'user')}`;
  return [...(runtime === undefined ? [] : [runtime]), '/dev/shm', '/run', '/var/tmp'].map((parent) =>
    join(parent, name),
  );
}

function openPrivately(path: string, { userId, roots }: PrivateWorld): AbsolutePath | undefined {
  if (absolutePath(path) === undefined) return undefined;
  try {
    const parent = realpathSync(join(path, '..'));
    if (roots.some((root) => parent === root || parent.startsWith(`${root}/`))) return undefined;
    mkdirSync(path, { recursive: false, mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') return undefined;
  }
  return inspect(path, userId, roots);
}

function inspect(
  path: string,
  userId: number | undefined,
  roots: readonly AbsolutePath[],
): AbsolutePath | undefined {
  try {
    const status = lstatSync(path);
    const isOurs = userId === undefined || status.uid === userId;
    if (!status.isDirectory() || !isOurs || (status.mode & 0o077) !== 0) return undefined;
    const real = absolutePath(realpathSync(path));
    // Also when a root lies in it: what is named there could be moved.
    return real === undefined || roots.some((root) => real === root || root.startsWith(`${real}/`))
      ? undefined
      : real;
  } catch {
    return undefined;
  }
}
