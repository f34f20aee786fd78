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
import { linksOnTheWay } from './links-on-the-way.ts';
import { protectedInHome, readInHome } from './protected-paths.ts';

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
  /** The user's home directory: its start-up files are protected where they lie in a root. */
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
  const startUp = startUpFiles(wish.home);
  const executed = writable.value.find((root) => startUp.some((place) => isWithin(root, place)));
  if (executed !== undefined)
    return err(badPath(executed, 'what is written there is run by the next shell or program of this user'));
  const protect = holdEach(wish.protect ?? [], startUp, writable.value);
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

/** What the next shell, git, ssh or session of this user obeys: wherever it lies, and every link that leads there. */
function startUpFiles(home: string | undefined): readonly AbsolutePath[] {
  const real = home === undefined ? undefined : resolveExisting(home);
  if (real === undefined) return [];
  return protectedInHome.flatMap((name) => linksOnTheWay(join(real, name)) ?? []);
}

/** The links that lead to a place, where a command could change them, and the place. */
function holdEach(
  paths: readonly string[],
  startUp: readonly AbsolutePath[],
  roots: readonly AbsolutePath[],
): Result<AbsolutePath[], PrepareError> {
  const isInRoot = (path: AbsolutePath): boolean => roots.some((root) => isWithin(path, root));
  const held = new Set<AbsolutePath>();
  for (const path of paths) {
    const way = linksOnTheWay(path);
    if (way === undefined)
      return err(badPath(path, 'it is not an absolute path, or its links lead in a circle'));
    for (const [index, each] of way.entries()) if (index === way.length - 1 || isInRoot(each)) held.add(each);
  }
  for (const each of [...startUp, ...paths.flatMap(linkedFrom)]) if (isInRoot(each)) held.add(each);
  return ok([...held]);
}

/** Where the links in a directory of ours lead: what is read there would otherwise be held by its link alone. */
function linkedFrom(directory: string): readonly AbsolutePath[] {
  return readInHome.flatMap((name) => {
    const way = linksOnTheWay(join(directory, name)) ?? [];
    const inside = linksOnTheWay(directory)?.at(-1) ?? directory;
    return way.filter((each) => !isWithin(each, inside));
  });
}

function isWithin(path: string, place: string): boolean {
  return path === place || path.startsWith(place === '/' ? '/' : `${place}/`);
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
