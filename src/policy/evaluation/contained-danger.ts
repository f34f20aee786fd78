// Whether a command that looks dangerous can reach nothing but expendable files inside the sandbox's writable roots:
// cleaning up in the workspace is ordinary work. What cannot be told is not contained, and nothing is without a sandbox.
import { isNonEmpty, type AbsolutePath, type LiteralWord, type PossibleWord } from '../../domain/index.ts';
import { readOptions } from '../heuristics/index.ts';
import { type Operand, operandsOf } from './computed-operands.ts';
import { shapeOf } from './narrow-find.ts';
import { isExpendable, isOutOfReach, isWritable, pathFrom, type Reach } from './reach.ts';
import { readTransparentWrapper } from './transparent-wrapper.ts';

export interface DangerPlace {
  /** The directories it may run in or below: each of them; none when nobody can tell. */
  readonly directories: readonly AbsolutePath[];
  /** For words that are computed from the names of files: the pattern, by the place of the word. */
  readonly patterns?: Readonly<Record<number, string>> | undefined;
  /** For other words that are computed: what they can turn into, by the place of the word. */
  readonly possible?: Readonly<Record<number, readonly PossibleWord[]>> | undefined;
  /** The wrappers it stands behind. */
  readonly via: readonly string[];
  readonly world: {
    readonly reach: Reach;
    /** Undefined when it is not known. */
    readonly env?: ReadonlyMap<string, string> | undefined;
    realPath(path: AbsolutePath): AbsolutePath | undefined;
  };
}

/** The same, for one directory, with the computed words standing for what they can be. */
interface Place extends Pick<DangerPlace, 'via' | 'world'> {
  readonly directory: AbsolutePath | undefined;
  readonly computed: ReadonlyMap<string, readonly Operand[]>;
}

/** Wrappers that change neither who runs it nor where. */
const plainWrappers: ReadonlySet<string> = new Set(
  'trap time timeout gtimeout nice nohup stdbuf command builtin eval bash sh dash zsh find xargs npx bunx pnpm yarn npm bun'.split(
    ' ',
  ),
);

const fetchers: ReadonlySet<string> = new Set(['npx', 'bunx', 'pnpx']);
const packageManagers: ReadonlySet<string> = new Set(['npm', 'pnpm', 'yarn', 'bun']);
/** Deleters that come from a registry. */
const fetched: ReadonlySet<string> = new Set(['rimraf', 'del-cli', 'rmrf']);
const deleters: ReadonlySet<string> = new Set([...fetched, 'rm', 'rmdir', 'unlink', 'shred']);
const markers: ReadonlySet<string> = new Set(['chmod', 'chown', 'chgrp']);

/** In front of the number of a computed word, in its place. */
const mark = '\0';

export function isContained(words: readonly LiteralWord[], place: DangerPlace): boolean {
  const { via, world, directories } = place;
  const computed = new Map<string, readonly Operand[]>();
  const known = words.map((word, at) => {
    const operands = word === undefined ? operandsAt(at, place) : undefined;
    if (operands === undefined) return word;
    computed.set(`${mark}${String(at)}`, operands);
    return `${mark}${String(at)}`;
  });
  const each = directories.length === 0 ? [undefined] : directories;
  return each.every((directory) => isHeld(known, { directory, computed, via, world }));
}

function operandsAt(at: number, place: DangerPlace): readonly Operand[] | undefined {
  const possible = place.possible?.[at];
  if (possible !== undefined) {
    return operandsOf(possible, { directories: place.directories, env: place.world.env });
  }
  const text = place.patterns?.[at];
  return text === undefined ? undefined : [{ kind: 'pattern', text }];
}

function isHeld(words: readonly LiteralWord[], place: Place): boolean {
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
    const targets = targetsOf(args, place, fetched.has(name) ? 'patterns' : 'names');
    const isOneByOne = name === 'unlink' || (name === 'rm' && !isRecursive(args));
    return isEvery(targets, { holds: (path) => isLoss(path, place), isOneByOne, place });
  }
  if (markers.has(name)) {
    const targets = targetsOf(args, place, 'names').slice(1);
    const holds = (path: AbsolutePath): boolean => isExpendable(path, place.world.reach);
    return isEvery(targets, { holds, isOneByOne: false, place });
  }
  if (name === 'xargs') return isFedDeleter(args);
  if (name === 'git') return isLocalGit(args, place);
  if (name === 'find') return isNarrowFind(args, place, 'act');
  const known = words.filter((word) => word !== undefined);
  const inner =
    isNonEmpty(known) && known.length === words.length ? readTransparentWrapper(known) : undefined;
  return inner !== undefined && isHeld(inner, { ...place, via: [] });
}

function baseOf(program: string): string {
  return program.slice(program.lastIndexOf('/') + 1).replace(/(?!^)@[\w.^~-]*$/, '');
}

/** `xargs -0 rm -f`: the command behind it is judged by itself, with what it is given. */
function isFedDeleter(args: readonly LiteralWord[]): boolean {
  const at = args.findIndex(
    (word, index) =>
      !/^-(?:[0rtx]+|[nPLsI]\S*|-null|-no-run-if-empty|-verbose)$/.test(word ?? '') &&
      !/^-[nPLsId]$/.test(args[index - 1] ?? ''),
  );
  const program = args[at];
  return program !== undefined && deleters.has(program);
}

/** Without it `rm` takes no directory away, so nothing but the files that are named. */
function isRecursive(args: readonly LiteralWord[]): boolean {
  const { hasLetter, hasLong } = readOptions(args);
  return hasLetter('r') || hasLetter('R') || hasLong('--recursive') || hasLetter('d') || hasLong('--dir');
}

/** Nothing is lost but files of a writable root, and not all that was ever committed. */
function isLoss(path: AbsolutePath, { world }: Place): boolean {
  return isExpendable(path, world.reach) && !/\/\.git(?:\/(?:objects|refs|logs))?$/.test(path);
}

type Target =
  | { readonly kind: 'path'; readonly path: AbsolutePath; readonly isSpare: boolean }
  /** Some file, whichever. */
  | { readonly kind: 'file' }
  /** An empty word. */
  | { readonly kind: 'nothing' }
  | { readonly kind: 'unknown' };

const unknown: Target = { kind: 'unknown' };

function at(path: AbsolutePath | undefined, isSpare = false): Target {
  return path === undefined ? unknown : { kind: 'path', path, isSpare };
}

interface Wanted {
  readonly holds: (path: AbsolutePath) => boolean;
  /** Whether it takes away nothing but single files. */
  readonly isOneByOne: boolean;
  readonly place: Place;
}

/** `targets` are those of each operand. */
function isEvery(targets: readonly (readonly Target[])[], { holds, isOneByOne, place }: Wanted): boolean {
  const isHeldAt = (target: Target): boolean => {
    if (target.kind === 'file' || target.kind === 'nothing') return isOneByOne;
    return target.kind === 'path' && holds(target.path);
  };
  // `rm -rf a $NOTHING` removes `a`.
  const named = isOneByOne
    ? targets
    : targets.filter((possible) => possible.some(({ kind }) => kind !== 'nothing'));
  return (
    named.length > 0 &&
    named.every((possible) => {
      // Where something came to nothing, an empty word names no file, and the sandbox keeps what it does not let go.
      const isBeyond = (target: Target): boolean =>
        target.kind === 'nothing' ||
        (target.kind === 'path' && target.isSpare && isOutOfReach(target.path, place.world.reach));
      return possible.some(isHeldAt) && possible.every((target) => isHeldAt(target) || isBeyond(target));
    })
  );
}

/** What the operands name, links on the way followed: `rm` removes a link itself, and what lies behind a directory. */
function targetsOf(
  args: readonly LiteralWord[],
  place: Place,
  read: 'names' | 'patterns',
): readonly (readonly Target[])[] {
  return readOptions(args).operands.map((word) => {
    // Whatever `find` found: `find` itself is judged beside this command.
    if (word === '{}' && place.via.includes('find'))
      return [at(pathFrom(firstRoot(place.world.reach), 'found'))];
    if (word === undefined) return [unknown];
    if (word.startsWith(mark))
      return (place.computed.get(word) ?? []).map((operand) => targetOf(operand, place));
    return [at(read === 'patterns' && /[*?[{]/.test(word) ? matchedBy(word, place) : resolve(word, place))];
  });
}

function targetOf(operand: Operand, place: Place): Target {
  switch (operand.kind) {
    case 'text':
      // It may be an option.
      if (operand.text.startsWith('-')) return unknown;
      if (operand.text === '') return { kind: 'nothing' };
      return at(resolve(operand.text, place), operand.isSpare);
    case 'pattern':
      return at(matchedBy(operand.text, place));
    case 'found':
      return isNarrowFind(operand.words, place, 'print')
        ? at(pathFrom(firstRoot(place.world.reach), 'found'))
        : unknown;
    case 'anything':
      return operand.isMany ? unknown : { kind: 'file' };
  }
}

/**
 * What a pattern meets at most: something below the directory in front of its first star, for `dist/*`; a file there,
 * for `*.log`, where the pattern says what it is called. `*` in a directory that must stay is everything in it.
 */
function matchedBy(written: string, place: Place): AbsolutePath | undefined {
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

function resolve(written: string, { directory, world }: Place): AbsolutePath | undefined {
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

function isLocalGit(args: readonly LiteralWord[], place: Place): boolean {
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
  if (directory?.includes(mark) === true) return false;
  if (subcommand === undefined || !localGit.has(subcommand) || directory === undefined) return false;
  return isWritable(place.world.realPath(directory) ?? directory, place.world.reach);
}

/** `find . -name '*.pyc' -delete`: some of what lies below directories that are writable. Everything is not some. */
function isNarrowFind(args: readonly LiteralWord[], place: Place, purpose: 'act' | 'print'): boolean {
  const { starts, programs, isNarrow } = shapeOf(args, purpose);
  if (args.includes('-ok') || args.includes('-okdir')) return false;
  if (!programs.every((program) => program !== undefined && deleters.has(program))) return false;
  const targets = targetsOf(['--', ...starts], place, 'names');
  const holds = (path: AbsolutePath): boolean =>
    isNarrow ? isWritable(path, place.world.reach) : isExpendable(path, place.world.reach);
  return isEvery(targets, { holds, isOneByOne: false, place });
}
