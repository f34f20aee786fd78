// The one inventory of what this program writes, reads later or executes, and of how each of it is kept from commands: it
// lies outside of every writable root, or the launcher holds it read-only inside one, or it never has a name. What is in no
// list here must have no name: input for programs (open-stdin.ts), sockets, what the launcher keeps in memory.
import { existsSync, lstatSync, mkdirSync, readFileSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { absolutePath, type AbsolutePath, err, ok, type Result } from '../domain/index.ts';
import { placesInHome } from './places-in-home.ts';

export interface OwnPlace {
  /** For people: `the launcher`. */
  readonly says: string;
  /** The directories on the way resolved; a link at the end is the link itself. */
  readonly path: AbsolutePath;
  /**
   * `read-only`: inside a root, the launcher keeps it from changing. `outside`: nothing can hold it there, because it does
   * not exist, or because it must be written while commands run. `covered`: inside a root, the launcher makes it when it is
   * missing, and no command sees what is in it (native/protect/find_hidden.c).
   */
  readonly hold: 'read-only' | 'outside' | 'covered';
  /** What to do where it cannot be held. Left out: to install the package elsewhere. */
  readonly cure?: string;
  /** Held in its place where a root is the place itself, or lies in it. */
  readonly parts?: readonly AbsolutePath[];
}

export interface OwnWorld {
  /** Where this package is installed, see package-directory.ts. */
  readonly packageDirectory: string;
  /** The Node program. */
  readonly program: string;
  /** undefined where it could not be had. */
  readonly launcher: AbsolutePath | undefined;
  /** Where a launcher is built when the package cannot be written. */
  readonly cacheDirectory: AbsolutePath | undefined;
  /** Rules, configuration and records are read from here: `$CORDON_HOME`. */
  readonly home?: AbsolutePath | undefined;
  /** Where the whole output of long commands is kept. */
  readonly spillDirectory?: AbsolutePath | undefined;
  /** Where decisions are kept. */
  readonly auditLog?: AbsolutePath | undefined;
  /** `$XDG_RUNTIME_DIR`: the first choice for what must have a name for a moment. */
  readonly runtimeDirectory?: string | undefined;
  /** `undefined` where the platform has none. */
  readonly userId?: number | undefined;
}

export interface NotHeld {
  readonly what: string;
  readonly hint: string;
}

/** Reads the file system. Makes the launcher's cache where a command could make it first. */
export function listOwnPlaces(world: OwnWorld, roots: readonly AbsolutePath[]): readonly OwnPlace[] {
  const { launcher, cacheDirectory, home, spillDirectory, auditLog } = world;
  const own = namedPath(world.packageDirectory);
  const places: (OwnPlace | undefined)[] = [
    readOnly('the program that runs cordon', namedPath(realOf(world.program) ?? world.program)),
    readOnly('the launcher', launcher),
    cacheDirectory === undefined ? undefined : launcherCache(cacheDirectory, roots),
    ...(own === undefined ? [] : [packageItself(own), ...waysTo(own), ...dependenciesOf(own)]),
    ...(home === undefined ? [] : placesInHome(home).map(({ says, path }) => readOnly(says, path))),
    ...ownDirectories(world, roots),
    readOnly('the whole output of commands', spillDirectory),
    // It grows while commands run, so that nothing can hold it inside a root.
    ...(auditLog === undefined ? [] : [logOf(auditLog)]),
  ];
  return places.filter((place) => place !== undefined);
}

/** What the launcher has to hold inside these roots. Pure. */
export function holdOwnPlaces(
  places: readonly OwnPlace[],
  roots: readonly AbsolutePath[],
): Result<readonly AbsolutePath[], NotHeld> {
  const held = new Set<AbsolutePath>();
  for (const place of places) {
    const wanted = roots.some((root) => isWithin(root, place.path))
      ? (place.parts ?? [place.path])
      : [place.path];
    for (const path of wanted) {
      const swallowed = roots.find((root) => isWithin(root, path));
      const around = roots.find((root) => isWithin(path, root));
      const root = swallowed ?? (place.hold === 'outside' ? around : undefined);
      if (root !== undefined) return err(notHeld(place, path, root));
      if (around !== undefined && place.hold === 'read-only') held.add(path);
    }
  }
  return ok([...held]);
}

function notHeld({ says, cure }: OwnPlace, path: string, root: string): NotHeld {
  return {
    what: `Cannot keep ${says} from commands: ${path} lies where they can write (${root})`,
    hint: cure ?? 'Install cordon outside of what commands may write, or choose a smaller workspace',
  };
}

function isWithin(path: string, directory: string): boolean {
  return path === directory || path.startsWith(directory === '/' ? '/' : `${directory}/`);
}

function logOf(auditLog: AbsolutePath): OwnPlace {
  return {
    says: 'the log of decisions',
    path: namedPath(auditLog) ?? auditLog,
    hold: 'outside',
    cure: 'Name a file outside of what commands may write for the log, or choose a smaller workspace',
  };
}

/** Whether commands could rewrite the log of decisions: no command runs then, and nothing is to be written there. */
export function isLogExposed(auditLog: AbsolutePath, roots: readonly AbsolutePath[]): boolean {
  return !holdOwnPlaces([logOf(auditLog)], roots).ok;
}

function readOnly(says: string, path: AbsolutePath | undefined): OwnPlace | undefined {
  return path === undefined || !isThere(path) ? undefined : { says, path, hold: 'read-only' };
}

/** This user's directories in places that everybody shares: journals, layers, what is held back, files for a moment. */
function ownDirectories(
  { runtimeDirectory, userId }: OwnWorld,
  roots: readonly AbsolutePath[],
): readonly (OwnPlace | undefined)[] {
  const name = `cordon-${String(userId ?? 'user')}`;
  const covered = ['/dev/shm', '/run', '/var/tmp'].map((parent): OwnPlace | undefined => {
    const path = namedPath(join(parent, name));
    return userId === undefined || path === undefined
      ? undefined
      : {
          says: 'what commands write until it was judged, and what tells runs of each other,',
          path,
          hold: 'covered',
        };
  });
  const runtime = runtimeDirectory === undefined ? undefined : namedPath(join(runtimeDirectory, name));
  return [...covered, runtime === undefined ? undefined : madeFirst('files of our own', runtime, roots)];
}

/** A command that makes it first would decide what the next host executes. */
function launcherCache(cacheDirectory: AbsolutePath, roots: readonly AbsolutePath[]): OwnPlace | undefined {
  const says = 'the place where the launcher is built';
  const wanted = join(cacheDirectory, 'cordon');
  const path = namedPath(wanted) ?? absolutePath(wanted);
  if (path === undefined) return undefined;
  return madeFirst(says, path, roots);
}

function madeFirst(says: string, path: AbsolutePath, roots: readonly AbsolutePath[]): OwnPlace | undefined {
  if (!isThere(path) && roots.some((root) => isWithin(path, root))) {
    try {
      mkdirSync(path, { recursive: true, mode: 0o700 });
    } catch {
      return { says, path, hold: 'outside' };
    }
  }
  return readOnly(says, path);
}

const packageParts = ['bin', 'dist', 'native', 'scripts', 'package.json'];

function packageItself(own: AbsolutePath): OwnPlace {
  const parts = packageParts.flatMap((name) => absolutePath(join(own, name)) ?? []).filter(isThere);
  return { says: 'cordon itself', path: own, hold: 'read-only', parts };
}

/** Names that other programs find the package by: npm's and pnpm's links. */
function waysTo(own: AbsolutePath): readonly (OwnPlace | undefined)[] {
  return foldersAbove(own).flatMap((modules) =>
    [join(modules, '.bin', 'cordon'), join(modules, 'cordon')].map((path) =>
      isWithin(path, own) ? undefined : readOnly('a link to cordon', namedPath(path)),
    ),
  );
}

/** Each package that ours loads, from where Node would take it; a nearer place that is free could be taken by a command. */
function dependenciesOf(own: AbsolutePath): readonly OwnPlace[] {
  const places = new Map<string, OwnPlace>();
  const open = [own];
  for (let from = open.pop(); from !== undefined; from = open.pop()) {
    for (const name of namesOfDependencies(from)) {
      const ways = foldersAbove(from).map((modules) => join(modules, name));
      const at = ways.findIndex(isThere);
      if (at < 0) continue; // optional, for another platform
      for (const free of ways.slice(0, at)) {
        const path = namedPath(free);
        if (path !== undefined && !isWithin(path, from))
          places.set(path, { says: `the package ${name}, which cordon loads,`, path, hold: 'outside' });
      }
      const link = namedPath(ways[at] ?? '');
      const real = absolutePath(realOf(ways[at] ?? '') ?? '');
      for (const path of [link, real]) {
        if (path === undefined || places.has(path)) continue;
        places.set(path, { says: `the package ${name}, which cordon loads,`, path, hold: 'read-only' });
        if (path === real) open.push(real);
      }
    }
  }
  return [...places.values()];
}

function namesOfDependencies(directory: string): readonly string[] {
  try {
    const read: unknown = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));
    if (typeof read !== 'object' || read === null) return [];
    const { dependencies, optionalDependencies } = read as Record<string, unknown>;
    return [dependencies, optionalDependencies].flatMap((table) =>
      typeof table === 'object' && table !== null ? Object.keys(table).filter(isLoaded) : [],
    );
  } catch {
    return []; // a package without a readable description loads nothing that we could know of
  }
}

/** A launcher that was built elsewhere is copied by its hash: what a command puts in its place is left alone. */
function isLoaded(name: string): boolean {
  return !/^cordon-launcher-/u.test(name);
}

/** The `node_modules` that Node asks, nearest first. */
function foldersAbove(directory: string): readonly string[] {
  const folders: string[] = [];
  for (let at = directory; ; at = dirname(at)) {
    if (basename(at) !== 'node_modules') folders.push(join(at, 'node_modules'));
    if (at === dirname(at)) return folders;
  }
}

/** What cannot be looked at counts as there: it is held, or refused, where a command could reach it. */
function isThere(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return true;
  }
}

/** The directories on the way resolved, as far as they exist; the name at the end is kept. */
function namedPath(path: string): AbsolutePath | undefined {
  if (absolutePath(path) === undefined) return undefined;
  let existing = dirname(path);
  const missing = [basename(path)];
  while (!existsSync(existing) && existing !== dirname(existing)) {
    missing.unshift(basename(existing));
    existing = dirname(existing);
  }
  return absolutePath(join(realOf(existing) ?? existing, ...missing));
}

function realOf(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}
