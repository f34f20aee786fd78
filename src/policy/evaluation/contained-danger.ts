// Whether a command that looks dangerous can reach nothing but expendable files inside the sandbox's writable roots:
// cleaning up in the workspace is ordinary work. What cannot be told is not contained, and nothing is without a sandbox.
import { isNonEmpty, type AbsolutePath, type LiteralWord } from '../../domain/index.ts';
import { readOptions } from '../heuristics/index.ts';
import { isExpendable, isWritable, pathFrom, type Reach } from './reach.ts';
import { readTransparentWrapper } from './transparent-wrapper.ts';

export interface DangerPlace {
  /** Where it runs; undefined when nobody can tell. */
  readonly directory: AbsolutePath | undefined;
  /** For words that are computed from the names of files: the pattern, by the place of the word. */
  readonly patterns?: Readonly<Record<number, string>> | undefined;
  /** The wrappers it stands behind. */
  readonly via: readonly string[];
  readonly world: { readonly reach: Reach; realPath(path: AbsolutePath): AbsolutePath | undefined };
}

/** Wrappers that change neither who runs it nor where. */
const plainWrappers: ReadonlySet<string> = new Set(
  'trap time timeout gtimeout nice nohup stdbuf command builtin eval bash sh dash zsh find npx bunx pnpm yarn npm bun'.split(
    ' ',
  ),
);

const fetchers: ReadonlySet<string> = new Set(['npx', 'bunx', 'pnpx']);
const packageManagers: ReadonlySet<string> = new Set(['npm', 'pnpm', 'yarn', 'bun']);
/** Deleters that come from a registry. */
const fetched: ReadonlySet<string> = new Set(['rimraf', 'del-cli', 'rmrf']);
const deleters: ReadonlySet<string> = new Set([...fetched, 'rm', 'rmdir', 'unlink', 'shred']);
const markers: ReadonlySet<string> = new Set(['chmod', 'chown', 'chgrp']);

/** In front of a pattern of file names, in the place of its word. */
const pattern = '\0';

export function isContained(words: readonly LiteralWord[], place: DangerPlace): boolean {
  const { patterns } = place;
  if (patterns === undefined) return isHeld(words, place);
  const known = words.map((word, at) => {
    const computed = word === undefined ? patterns[at] : undefined;
    return computed === undefined ? word : `${pattern}${computed}`;
  });
  return isHeld(known, { ...place, patterns: undefined });
}

function isHeld(words: readonly LiteralWord[], place: DangerPlace): boolean {
  if (place.world.reach.kind === 'open' || !place.via.every((name) => plainWrappers.has(name))) return false;
  const [program, ...args] = words;
  if (program === undefined) return false;
  const name = baseOf(program);
  if (fetchers.has(name)) {
    const at = args.findIndex(
      (word) => word === undefined || !/^(?:-y|--yes|--no-install|-q|--quiet)$/.test(word),
    );
    return at !== -1 && isHeld(args.slice(at), { ...place, via: [] });
  }
  if (packageManagers.has(name)) {
    const at = args.findIndex((word) => word !== undefined && fetched.has(baseOf(word)));
    const isOnly = args
      .slice(0, at)
      .every((word) => /^(?:dlx|exec|x|run|--|-y|--yes|-q|--quiet)$/.test(word ?? ''));
    return at !== -1 && isOnly && isHeld(args.slice(at), { ...place, via: [] });
  }
  if (deleters.has(name)) {
    // rimraf reads patterns itself.
    const given = fetched.has(name) ? args.map(asPattern) : args;
    return isEvery(
      targetsOf(given, place),
      (path) => isExpendable(path, place.world.reach) && !isRepository(path),
    );
  }
  if (markers.has(name)) {
    return isEvery(targetsOf(args, place).slice(1), (path) => isExpendable(path, place.world.reach));
  }
  if (name === 'git') return isLocalGit(args, place);
  if (name === 'find') return isNarrowFind(args, place);
  const known = words.filter((word) => word !== undefined);
  const inner =
    isNonEmpty(known) && known.length === words.length ? readTransparentWrapper(known) : undefined;
  return inner !== undefined && isHeld(inner, { ...place, via: [] });
}

function baseOf(program: string): string {
  return program.slice(program.lastIndexOf('/') + 1).replace(/(?!^)@[\w.^~-]*$/, '');
}

function asPattern(word: LiteralWord): LiteralWord {
  return word !== undefined && !word.startsWith('-') && /[*?[{]/.test(word) ? `${pattern}${word}` : word;
}

/** All that was ever committed. */
function isRepository(path: AbsolutePath): boolean {
  return /\/\.git(?:\/(?:objects|refs|logs))?$/.test(path);
}

type Target = AbsolutePath | undefined;

function isEvery(targets: readonly Target[], holds: (path: AbsolutePath) => boolean): boolean {
  return targets.length > 0 && targets.every((path) => path !== undefined && holds(path));
}

/** What the operands name, links on the way followed: `rm` removes a link itself, and what lies behind a directory. */
function targetsOf(args: readonly LiteralWord[], place: DangerPlace): readonly Target[] {
  return readOptions(args).operands.map((word) => {
    // Whatever `find` found: `find` itself is judged beside this command.
    if (word === '{}' && place.via.includes('find')) return pathFrom(firstRoot(place.world.reach), 'found');
    if (word === undefined) return undefined;
    return word.startsWith(pattern) ? matchedBy(word.slice(1), place) : resolve(word, place);
  });
}

/**
 * What a pattern meets at most: something below the directory in front of its first star, for `dist/*`; a file there,
 * for `*.log`, where the pattern says what it is called. `*` in a directory that must stay is everything in it.
 */
function matchedBy(written: string, place: DangerPlace): Target {
  const star = written.search(/[*?[{]/);
  const slash = written.lastIndexOf('/', star);
  const within = slash === -1 ? '.' : written.slice(0, slash + 1);
  const rest = written.slice(slash + 1);
  const [first = ''] = rest.split('/');
  if (first.startsWith('.') || /(?:^|\/)\.\.?(?:\/|$)|[[\]{}]/.test(rest)) return undefined;
  const directory = resolve(within, place);
  if (directory === undefined) return undefined;
  const isNamed = /[A-Za-z0-9]/.test(first) && isWritable(directory, place.world.reach);
  return isNamed || isExpendable(directory, place.world.reach) ? pathFrom(directory, 'matched') : undefined;
}

function firstRoot(reach: Reach): AbsolutePath | undefined {
  return reach.kind === 'confined' ? (reach.writableRoots[0] as AbsolutePath | undefined) : undefined;
}

function resolve(written: string, { directory, world }: DangerPlace): Target {
  const path = pathFrom(directory, written);
  if (path === undefined || path === '/') return path;
  const parent = pathFrom(path, '..');
  const real = parent === undefined ? undefined : world.realPath(parent);
  return real === undefined ? path : pathFrom(real, path.slice(path.lastIndexOf('/') + 1));
}

/** Subcommands that touch the repository and its files; a push reaches further. */
const localGit: ReadonlySet<string> = new Set(
  `reset clean rm checkout switch restore branch stash reflog update-ref gc prune worktree`.split(/\s+/),
);

function isLocalGit(args: readonly LiteralWord[], place: DangerPlace): boolean {
  let at = 0;
  let { directory } = place;
  for (; at < args.length; at += 1) {
    const word = args[at];
    if (word === '-C') {
      at += 1;
      directory = pathFrom(directory, args[at] ?? '');
    } else if (word !== '--no-pager' && word !== '-P' && word !== '--no-optional-locks') break;
  }
  const subcommand = args[at];
  if (directory?.includes(pattern) === true) return false;
  if (subcommand === undefined || !localGit.has(subcommand) || directory === undefined) return false;
  return isWritable(place.world.realPath(directory) ?? directory, place.world.reach);
}

const narrows: ReadonlySet<string> = new Set(
  '-name -iname -path -ipath -wholename -regex -iregex -mtime -mmin -size -newer -empty'.split(' '),
);

/** `find . -name '*.pyc' -delete`: some of what lies below directories that are writable. Everything is not some. */
function isNarrowFind(args: readonly LiteralWord[], place: DangerPlace): boolean {
  if (args.some((word) => word === undefined || word.startsWith(pattern))) return false;
  const end = args.findIndex((word) => word === undefined || /^[-(!]/.test(word));
  const starts = end === -1 ? args : args.slice(0, end);
  const targets = (starts.length === 0 ? ['.'] : starts).map((word) => resolve(word ?? '', place));
  const isNarrow = args.some((word) => word !== undefined && narrows.has(word));
  const actions = args.flatMap((word, at) => (word === '-exec' || word === '-execdir' ? [args[at + 1]] : []));
  if (args.includes('-ok') || args.includes('-okdir')) return false;
  if (!actions.every((action) => action !== undefined && deleters.has(action))) return false;
  return isEvery(targets, (path) =>
    isNarrow ? isWritable(path, place.world.reach) : isExpendable(path, place.world.reach),
  );
}
