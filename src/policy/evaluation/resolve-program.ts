// Finds the file a program name stands for, and whether anybody but root and this user could put another one there.
import type { Stats } from 'node:fs';
import { absolutePath, isNonEmpty, type AbsolutePath } from '../../domain/index.ts';
import { KnownAbsences } from './known-absences.ts';
import type { ProgramPlace, ProgramResolver, ProgramSearch } from './program-resolver.ts';
import { SeenDisk } from './seen-disk.ts';

export interface ResolverOptions {
  /** Real paths that sandboxed commands may write: nothing below them is trusted. */
  readonly writableRoots: readonly string[];
  /** The user whose files are trusted beside root's. */
  readonly uid: number;
  /** Groups whose write permission means no more than root's. Default none; macOS gives `admin` the run of Homebrew. */
  readonly trustedGroups?: readonly number[];
  /** Whether the file system takes `RM` for `rm`, as it does on macOS. Default false. */
  readonly foldsCase?: boolean;
  /** Milliseconds since 1970. Default: the clock of this host. */
  readonly now?: () => number;
}

export function createProgramResolver(options: ResolverOptions): ProgramResolver {
  const absences = new KnownAbsences(options.now ?? Date.now);
  return {
    foldsCase: options.foldsCase ?? false,
    snapshot: () => lookingOnce(options, absences),
    locate: (program, search) => lookingOnce(options, absences).locate(program, search),
    realPath: (path) => new SeenDisk().realPath(path),
  };
}

interface Looker {
  readonly options: ResolverOptions;
  readonly disk: SeenDisk;
  readonly absences: KnownAbsences;
  /** The directories of `PATH` met so far. */
  readonly searched: Map<string, Searched>;
}

/** A directory of `PATH`: one where only root and this user can put a program, there or not, or one that others can. */
type Searched =
  | { readonly kind: 'kept'; readonly realPath: string; readonly stats: Stats }
  | { readonly kind: 'missing' }
  | { readonly kind: 'plantable' };

function lookingOnce(options: ResolverOptions, absences: KnownAbsences): ProgramResolver {
  const looker: Looker = { options, disk: new SeenDisk(), absences, searched: new Map() };
  return {
    foldsCase: options.foldsCase ?? false,
    locate: (program, search) => locate(program, search, looker),
    realPath: (path) => looker.disk.realPath(path),
  };
}

/** What `execvp` searches when there is no `PATH`. */
const defaultPath = '/bin:/usr/bin';

function locate(program: string, search: ProgramSearch, looker: Looker): ProgramPlace {
  if (program === '' || program.includes('\0')) return nowhere('its name is no file name');
  if (program.startsWith('/')) return judge(program, looker);
  if (program.includes('/')) return relative(program, search.cwd, looker);
  const behind: string[] = [];
  for (const entry of (search.path ?? defaultPath).split(':')) {
    if (!entry.startsWith('/')) {
      return nowhere('PATH has a relative entry before the place where it would be found');
    }
    if (goesUp(entry)) return nowhere('PATH has an entry with `..` before the place where it would be found');
    const path = absolutePath(`${entry}/${program}`);
    if (path === undefined) return nowhere('PATH has an entry that is no path');
    const searched = searchedDirectory(entry, looker);
    if (!isKnownAbsent(searched, program, looker) && looker.disk.isProgram(path)) {
      const place = judge(path, looker);
      return place.kind === 'trusted' && isNonEmpty(behind) ? { ...place, behind } : place;
    }
    // Whoever can write this directory can put the program in front of the real one after the question was answered:
    // whoever runs it has to see to that.
    if (searched.kind === 'plantable') behind.push(entry);
  }
  return nowhere('it is not on PATH');
}

function nowhere(because: string): ProgramPlace {
  return { kind: 'untrusted', path: undefined, realPath: undefined, because };
}

/** A path below the directory a command runs in names whatever the workspace put there. */
function relative(program: string, cwd: AbsolutePath | undefined, { disk }: Looker): ProgramPlace {
  const path = cwd === undefined ? undefined : absolutePath(`${cwd}/${program}`);
  return {
    kind: 'untrusted',
    path,
    realPath: cwd === undefined ? undefined : disk.arrival(`${cwd}/${program}`),
    because: 'it is named by a relative path',
  };
}

function judge(program: string, looker: Looker): ProgramPlace {
  const path = absolutePath(program);
  if (path === undefined) return nowhere('its name is no path');
  if (goesUp(program)) {
    const realPath = looker.disk.arrival(program);
    return {
      kind: 'untrusted',
      path,
      realPath,
      because: 'its path has `..`, which behind a link leads elsewhere',
    };
  }
  const walked = follow(path, looker);
  if (walked.kind === 'refused') {
    return { kind: 'untrusted', path, realPath: looker.disk.realPath(path), because: walked.because };
  }
  return { kind: 'trusted', path, realPath: walked.realPath };
}

type Walked =
  | { readonly kind: 'reached'; readonly realPath: AbsolutePath; readonly stats: Stats }
  | { readonly kind: 'refused'; readonly because: string };

/** As many links as the kernel follows. */
const linkLimit = 40;

/** Walks a path as the kernel does, and looks at every directory and link on the way: each could be replaced. */
function follow(path: string, looker: Looker, want: 'program' | 'directory' = 'program'): Walked {
  const pending = parts(path).reverse();
  let at = '';
  let links = 0;
  const root = whoseDirectory('/', looker);
  if (root !== undefined) return refused(root);
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    if (name === '..') {
      at = at.slice(0, at.lastIndexOf('/'));
      continue;
    }
    const here = `${at}/${name}`;
    // `/proc/self/cwd/cat` is one file for whoever asks here and another one for the command.
    if (here === '/proc') return refused('every process sees another /proc');
    const stats = looker.disk.entry(here);
    if (stats === undefined) return refused(`${here} does not exist`);
    if (stats.isSymbolicLink()) {
      links += 1;
      const target = links > linkLimit ? undefined : looker.disk.target(here);
      if (target === undefined) return refused(`${here} is a link that leads nowhere`);
      if (target.startsWith('/')) at = '';
      pending.push(...parts(target).reverse());
      continue;
    }
    at = here;
    const last = pending.length === 0;
    if (last && want === 'program') return judgeFile(here, stats, looker.options);
    const problem = whoseDirectory(here, looker);
    if (problem !== undefined) return refused(problem);
    if (last) return { kind: 'reached', realPath: here as AbsolutePath, stats };
  }
  const stats = want === 'directory' ? looker.disk.entry(rooted(at)) : undefined;
  if (stats === undefined) return refused(`${path} is a directory`);
  return { kind: 'reached', realPath: rooted(at) as AbsolutePath, stats };
}

function judgeFile(path: string, stats: Stats, options: ResolverOptions): Walked {
  if (!stats.isFile()) return refused(`${path} is not a regular file`);
  const problem = whoCanChange(path, stats, options);
  return problem === undefined
    ? { kind: 'reached', realPath: path as AbsolutePath, stats }
    : refused(problem);
}

function refused(because: string): Walked {
  return { kind: 'refused', because };
}

function whoseDirectory(path: string, { options, disk }: Looker): string | undefined {
  const stats = disk.entry(path);
  if (stats === undefined) return `${path} does not exist`;
  if (!stats.isDirectory()) return `${path} is not a directory`;
  return whoCanChange(path, stats, options);
}

function whoCanChange(path: string, stats: Stats, options: ResolverOptions): string | undefined {
  if (stats.uid !== 0 && stats.uid !== options.uid) return `${path} belongs to another user`;
  if ((stats.mode & 0o002) !== 0) return `everybody can write ${path}`;
  const groupIsRoot = options.trustedGroups?.includes(stats.gid) ?? false;
  if ((stats.mode & 0o020) !== 0 && !groupIsRoot) return `a group can write ${path}`;
  const root = options.writableRoots.find(
    (each) => each === '/' || path === each || path.startsWith(`${each}/`),
  );
  return root === undefined ? undefined : `sandboxed commands can write ${root}`;
}

/** Looked at before any name in it is. */
function searchedDirectory(directory: string, looker: Looker): Searched {
  const known = looker.searched.get(directory);
  if (known !== undefined) return known;
  const searched = lookIntoDirectory(directory, looker);
  looker.searched.set(directory, searched);
  return searched;
}

function lookIntoDirectory(directory: string, looker: Looker): Searched {
  const walked = follow(directory, looker, 'directory');
  if (walked.kind === 'reached') return { kind: 'kept', realPath: walked.realPath, stats: walked.stats };
  const path = absolutePath(directory);
  if (path === undefined || path === '/') return { kind: 'plantable' };
  // A missing directory is harmless when its parent is: nobody else can make it.
  if (looker.disk.entry(path) !== undefined) return { kind: 'plantable' };
  const parent = searchedDirectory(rooted(path.slice(0, path.lastIndexOf('/'))), looker);
  return { kind: parent.kind === 'plantable' ? 'plantable' : 'missing' };
}

function isKnownAbsent(searched: Searched, program: string, { disk, absences }: Looker): boolean {
  if (searched.kind !== 'kept') return false;
  const { realPath, stats } = searched;
  if (absences.has(realPath, stats, program)) return true;
  if (!disk.isAbsent(`${realPath === '/' ? '' : realPath}/${program}`)) return false;
  absences.note(realPath, stats, program);
  return true;
}

function rooted(path: string): string {
  return path === '' ? '/' : path;
}

/** The kernel goes up from where a link led, not from where the link lies; a normalised path hides that. */
function goesUp(path: string): boolean {
  return path.split('/').includes('..');
}

function parts(path: string): string[] {
  return path.split('/').filter((part) => part !== '' && part !== '.');
}
