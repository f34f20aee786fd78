// What each path is for git: in every repository the change set touches, and in the person's own configuration.
import { bytePath, type BytePath, type TreeReader } from '../../../domain/index.ts';
import { expandHome, follow, type Errand } from '../follow.ts';
import { inside, parentOf, resolvePath } from '../path.ts';
import { readText } from '../view.ts';
import { collectConfig, collectPersonalConfig, parseEntries } from './collect-config.ts';
import { collectHooks, collectPlaces } from './collect-places.ts';
import type { Departed } from './departed.ts';
import { onlyDescribes } from './describing-keys.ts';
import { commonOf, followDotGit, isGitLike } from './git-directory.ts';
import type { GitConfigEntry } from './parse-git-config.ts';
import { programsNamedIn } from './programs-named.ts';

const runs = 'any git command in this repository';

export function collectGitRoles(
  errand: Errand,
  directories: ReadonlySet<BytePath>,
  departed: Departed,
): void {
  const { view } = errand;
  const personal = collectPersonalConfig(errand);
  if (view.home !== undefined) {
    const attributes = inside(view.home, '.config/git/attributes');
    const to = { what: 'git attributes', runs };
    errand.roles.at(follow(errand, attributes, bytePath('/'), to), { kind: 'git-attributes', runs });
  }
  for (const directory of directories) {
    const common = commonOf(view.after, directory);
    const files = ['config', 'config.worktree'].map((name) => inside(directory, name));
    if (common !== directory) files.push(inside(common, 'config'));
    const own = files.flatMap((path) =>
      collectConfig(errand, path, {
        runs,
        wasRead: isGitLike(view.before, parentOf(path)),
        mayStay: (entry) => departed.knowsEntry(entry) || pointsBack(view.after, parentOf(path), entry),
      }),
    );
    const workTrees = workTreesOf(view.after, directory);
    collectPlaces(errand, directory, workTrees);
    collectNamed(errand, workTrees.length === 0 ? [directory] : workTrees, [...personal, ...own]);
  }
}

/** Hooks directories, templates and programs that the settings which stay name. */
function collectNamed(errand: Errand, bases: readonly BytePath[], entries: readonly GitConfigEntry[]): void {
  for (const { name, value } of entries) {
    if (value === null || onlyDescribes(name, value)) continue;
    for (const base of bases) {
      const place = expandHome(errand.view, value);
      // Husky keeps what git runs in `_`, and that runs the scripts beside it.
      if (name === 'core.hookspath' && /\/_\/?$/.test(place))
        collectHooks(errand, place.replace(/\/_\/?$/, ''), base);
      if (name === 'core.hookspath') collectHooks(errand, place, base);
      else if (name === 'init.templatedir') collectHooks(errand, `${place}/hooks`, base);
      else collectPrograms(errand, base, name, value);
    }
  }
}

function collectPrograms(errand: Errand, base: BytePath, setting: string, value: string): void {
  const { view, roles } = errand;
  const by = `git, by the setting ${setting}`;
  for (const word of programsNamedIn(value)) {
    const text = expandHome(view, word);
    const kind = view.before.stat(resolvePath(view.before, text, base)?.real ?? base).kind;
    if (kind !== 'file' && !(kind === 'missing' && word.includes('/'))) continue;
    const real = follow(errand, text, base, { what: `a file that ${setting} names`, runs: by });
    roles.at(real, { kind: 'program', reason: `The git setting ${setting} names this file.`, runs: by });
  }
}

export function workTreesOf(reader: TreeReader, directory: BytePath): BytePath[] {
  if (/\/\.git$/i.test(directory)) return [parentOf(directory)];
  const linked = readText(reader, inside(directory, 'gitdir'))?.replace(/[\r\n]+$/, '');
  if (linked !== undefined && linked !== '') {
    const dotGit = resolvePath(reader, linked, directory)?.real;
    return dotGit === undefined ? [] : [parentOf(dotGit)];
  }
  const entries = parseEntries(readText(reader, inside(directory, 'config')));
  const named = entries.findLast(({ name }) => name === 'core.worktree')?.value ?? undefined;
  const workTree = named === undefined ? undefined : resolvePath(reader, named, directory)?.real;
  return workTree === undefined ? [] : [workTree];
}

/** `core.worktree` as git itself writes it for a submodule: that work tree's `.git` points back here. */
function pointsBack(reader: TreeReader, directory: BytePath, { name, value }: GitConfigEntry): boolean {
  if (name !== 'core.worktree' || value === null) return false;
  const workTree = resolvePath(reader, value, directory)?.real;
  return workTree !== undefined && followDotGit(reader, inside(workTree, '.git')) === directory;
}
