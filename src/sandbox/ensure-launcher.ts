// Finds the launcher program, or builds it: install scripts may have been skipped, and a package directory may be
// read-only. A file that somebody else could have put there is not a launcher. Looks without promises: every start asks
// two hundred small questions here, and a promise costs more than its answer.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { channel } from 'node:diagnostics_channel';
import { lstatSync, readdirSync, realpathSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { absolutePath, type AbsolutePath, err, ok, type Result } from '../domain/index.ts';
import { packageDirectory } from './package-directory.ts';
import { foreignObjection, readProgramHeader } from './program-header.ts';

export interface LauncherMissing {
  readonly what: string;
  readonly hint: string;
}

export interface LauncherPlace {
  /** A launcher chosen by the user; used as it is or not at all. */
  readonly override?: string | undefined;
  /** Where to build when the package directory cannot be written: `$XDG_CACHE_HOME` or `~/.cache`. */
  readonly cacheDirectory?: string | undefined;
  /** Default: the directory this package is installed in. */
  readonly packageDirectory?: string;
  /** Default: this process's user. `undefined` where the platform has none. */
  readonly userId?: number | undefined;
}

const programName = 'cordon-launcher';

/** Told, on `node:diagnostics_channel`, when a launcher is built at its first use: that takes seconds, once. */
export const launcherBuildChannel = 'cordon:launcher.build';

/** Where the built or found launcher is. Never throws; building takes about two seconds, once. */
export async function ensureLauncher(
  place: LauncherPlace = {},
): Promise<Result<AbsolutePath, LauncherMissing>> {
  try {
    return await find(place);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return err({ what: `Cannot find or build the launcher: ${why}`, hint: 'Run `npm rebuild cordon`' });
  }
}

async function find(place: LauncherPlace): Promise<Result<AbsolutePath, LauncherMissing>> {
  const user = 'userId' in place ? place.userId : process.getuid?.();
  if (place.override !== undefined) return useOverride(place.override, user);
  const home = place.packageDirectory ?? packageDirectory();
  const built = join(home, 'native', 'build', programName);
  if (isFresh(home, built)) {
    const found = inspect(built, user);
    if ('real' in found) return ok(found.real);
  }
  const cache = place.cacheDirectory === undefined ? undefined : await cacheFor(home, place.cacheDirectory);
  const cached = cache === undefined ? undefined : inspect(join(cache, programName), user);
  if (cached !== undefined && 'real' in cached) return ok(cached.real);
  const firstTry = await runBuild(home, undefined);
  if (firstTry === undefined) return check(built, user);
  if (cache === undefined) return err(firstTry);
  return await buildInCache(home, cache, user, firstTry);
}

function useOverride(path: string, user: number | undefined): Result<AbsolutePath, LauncherMissing> {
  if (absolutePath(path) === undefined) {
    return err({
      what: 'Cannot use the configured launcher: its path is not absolute',
      hint: 'Give the whole path',
    });
  }
  return check(path, user);
}

function check(path: string, user: number | undefined): Result<AbsolutePath, LauncherMissing> {
  const found = inspect(path, user);
  if ('real' in found) return ok(found.real);
  return err({
    what: `Cannot use the launcher ${path}: ${found.objection}`,
    hint: 'Build it with `npm rebuild cordon`, as the user who runs it or as root',
  });
}

/** The real path, or why the file is not to be trusted: it, or the directory that decides what it is, is in other hands. */
function inspect(
  path: string,
  user: number | undefined,
): { readonly real: AbsolutePath } | { readonly objection: string } {
  const real = absolutePath(realPathOf(path));
  if (real === undefined) return { objection: 'it does not exist' };
  const status = lstatSync(real);
  if (!status.isFile()) return { objection: 'it is not a regular file' };
  if ((status.mode & 0o111) === 0) return { objection: 'it is not executable' };
  const objection =
    ownerObjection(real, user) ?? ownerObjection(dirname(real), user) ?? foreignObjection(real);
  return objection === undefined ? { real } : { objection };
}

function ownerObjection(path: string, user: number | undefined): string | undefined {
  const status = lstatSync(path);
  if (user !== undefined && status.uid !== user && status.uid !== 0) return `${path} belongs to another user`;
  return (status.mode & 0o002) === 0 ? undefined : `${path} can be written by everybody`;
}

function isFresh(home: string, built: string): boolean {
  // Without the sources beside it (a prebuilt package) there is nothing to be older than.
  const sources = sourcesOf(home);
  if (sources.length === 0) return true;
  const program = lstatSync(built, { throwIfNoEntry: false });
  if (program === undefined) return false;
  return sources.every((file) => {
    const source = lstatSync(join(home, 'native', file), { throwIfNoEntry: false });
    return source === undefined || source.mtimeMs <= program.mtimeMs;
  });
}

/** Empty where there is none. */
function realPathOf(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    return '';
  }
}

async function cacheFor(home: string, cacheDirectory: string): Promise<string> {
  return join(cacheDirectory, 'cordon', `launcher-${await sourceHash(home)}`);
}

async function buildInCache(
  home: string,
  out: string,
  user: number | undefined,
  firstTry: LauncherMissing,
): Promise<Result<AbsolutePath, LauncherMissing>> {
  await mkdir(out, { recursive: true, mode: 0o700 });
  const objection = ownerObjection(out, user);
  if (objection !== undefined)
    return err({ what: `Cannot build the launcher: ${objection}`, hint: firstTry.hint });
  const secondTry = await runBuild(home, out);
  return secondTry === undefined ? check(join(out, programName), user) : err(secondTry);
}

/** What the launcher is compiled from, in rooms: `run/main.c`. */
function sourcesOf(home: string): readonly string[] {
  const native = join(home, 'native');
  const rooms = namesIn(native).filter((room) => room !== 'build' && room !== 'fuzz');
  const files = rooms.flatMap((room) => namesIn(join(native, room)).map((name) => `${room}/${name}`));
  return files.filter((file) => /\.[ch]$/.test(file)).toSorted();
}

/** None where there is no such directory. */
function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

/** For this kind of machine and C library: a home may be shared by several. */
async function sourceHash(home: string): Promise<string> {
  const hash = createHash('sha256').update(
    JSON.stringify(readProgramHeader(process.execPath) ?? process.arch),
  );
  for (const file of sourcesOf(home)) {
    hash.update(file).update(await readFile(join(home, 'native', file)));
  }
  return hash.digest('hex').slice(0, 16);
}

/** Undefined when it worked. */
async function runBuild(home: string, out: string | undefined): Promise<LauncherMissing | undefined> {
  const script = join(home, 'scripts', 'build-native.mjs');
  channel(launcherBuildChannel).publish({ directory: out ?? join(home, 'native', 'build') });
  const child = spawn(process.execPath, [script, ...(out === undefined ? [] : ['--out', out])], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  const status = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject).on('close', resolve);
  });
  if (status === 0) return undefined;
  const lines = said.trimEnd().split('\n');
  return {
    what: lines[0] ?? 'Cannot build the launcher',
    hint: lines.length > 1 ? (lines.at(-1) ?? '') : 'Install a C compiler, then run `npm rebuild cordon`',
  };
}
