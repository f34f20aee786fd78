// Turns a user's wish into an access profile of real paths: every symlink is resolved here, once, before anything
// runs, and from the user's own directories; nothing a model says arrives here.
import { lstatSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import {
  absolutePath,
  type AbsolutePath,
  type AccessProfile,
  err,
  type NetworkAccess,
  ok,
  type PrepareError,
  type Result,
} from '../domain/index.ts';
import { protectedInHome } from './protected-paths.ts';

export interface ProfileWish {
  readonly mode: AccessProfile['kind'];
  /** The user's start directory: the first writable root. */
  readonly workspace: string;
  readonly writableRoots?: readonly string[];
  readonly protect?: readonly string[];
  readonly denyRead?: readonly string[];
  /** Default `none`. */
  readonly network?: NetworkAccess;
  /** `$TMPDIR`, a writable root when set. Leave out to exclude it. */
  readonly tmpdir?: string | undefined;
  /** `/tmp` as a writable root. Default true. */
  readonly slashTmp?: boolean;
  /** The user's home directory: when a root holds it, its start-up files are protected. */
  readonly home?: string | undefined;
}

/** Too much to call it a sandbox: writing here changes the system itself. */
const neverWritable: ReadonlySet<string> = new Set([
  '/',
  '/proc',
  '/sys',
  '/dev',
  '/etc',
  '/usr',
  '/bin',
  '/boot',
]);

/** Missing roots and roots that would open the whole system are errors; a missing `$TMPDIR` is left out. */
export function buildProfile(wish: ProfileWish): Result<AccessProfile, PrepareError> {
  if (wish.mode === 'danger-full-access') return ok({ kind: 'danger-full-access' });
  const denyRead = resolveEach(wish.denyRead ?? []);
  if (!denyRead.ok) return denyRead;
  const network = wish.network ?? 'none';
  if (wish.mode === 'read-only') return ok({ kind: 'read-only', network, denyRead: denyRead.value });
  const writable = resolveRoots(wish);
  if (!writable.ok) return writable;
  const protect = resolveEach([...(wish.protect ?? []), ...startUpFiles(wish.home, writable.value)]);
  if (!protect.ok) return protect;
  return ok({
    kind: 'workspace-write',
    writable: writable.value,
    protect: protect.value,
    network,
    denyRead: denyRead.value,
  });
}

function resolveRoots(wish: ProfileWish): Result<AbsolutePath[], PrepareError> {
  const roots = new Set<AbsolutePath>();
  for (const path of [wish.workspace, ...(wish.writableRoots ?? [])]) {
    const real = resolveExisting(path);
    if (real === undefined) return err(badPath(path, 'it does not exist'));
    if (neverWritable.has(real)) return err(badPath(path, `${real} cannot be a writable root`));
    roots.add(real);
  }
  const temporary = [
    ...(wish.tmpdir === undefined ? [] : [wish.tmpdir]),
    ...((wish.slashTmp ?? true) ? ['/tmp'] : []),
  ];
  for (const path of temporary) {
    const real = resolveExisting(path);
    if (real !== undefined && !neverWritable.has(real) && isDirectory(real)) roots.add(real);
  }
  return ok([...roots]);
}

function startUpFiles(home: string | undefined, roots: readonly AbsolutePath[]): string[] {
  const real = home === undefined ? undefined : resolveExisting(home);
  if (real === undefined) return [];
  const holdsHome = roots.some((root) => real === root || real.startsWith(`${root}/`));
  return holdsHome ? protectedInHome.map((name) => join(real, name)) : [];
}

function resolveEach(paths: readonly string[]): Result<AbsolutePath[], PrepareError> {
  const resolved = new Set<AbsolutePath>();
  for (const path of paths) {
    const real = resolveKnown(path);
    if (real === undefined) return err(badPath(path, 'it is not an absolute path'));
    resolved.add(real);
  }
  return ok([...resolved]);
}

/** The real path as far as it exists; the missing rest stays as written, so that it can be kept missing. */
function resolveKnown(path: string): AbsolutePath | undefined {
  const lexical = absolutePath(path);
  if (lexical === undefined) return undefined;
  const real = resolveExisting(lexical);
  if (real !== undefined || lexical === '/') return real;
  const parent = resolveKnown(dirname(lexical));
  return parent === undefined ? undefined : absolutePath(join(parent, basename(lexical)));
}

function resolveExisting(path: string): AbsolutePath | undefined {
  try {
    return absolutePath(path) === undefined ? undefined : absolutePath(realpathSync(path));
  } catch {
    return undefined;
  }
}

function isDirectory(path: string): boolean {
  try {
    return lstatSync(path).isDirectory();
  } catch {
    return false;
  }
}

function badPath(path: string, because: string): PrepareError {
  return { kind: 'bad-path', path, because: `Cannot use ${path}: ${because}` };
}
