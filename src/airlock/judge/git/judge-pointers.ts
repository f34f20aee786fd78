// What makes a directory a repository, or leads git to one: a `.git` file or link, `commondir`, the `HEAD` of a
// directory that was none. Held when what git would then obey is not harmless by itself: those files may be older than
// the change, and nobody judged them while no git read them.
import type { BytePath, JudgedChange } from '../../../domain/index.ts';
import { inside, nameOf, parentOf, resolvePath } from '../path.ts';
import { absoluteOf, namesIn, readText, type View } from '../view.ts';
import { parseEntries } from './collect-config.ts';
import { commonOf, followDotGit, isDotGit, isGitLike } from './git-directory.ts';
import { isSample } from './hook-samples.ts';
import { judgeAttributes, judgeTodo } from './judge-lines.ts';
import { onlyDescribes } from './describing-keys.ts';
import { isWellKnown } from './well-known.ts';
import { dangerousEntries } from './judge-git-config.ts';

const runs = 'any git command there';

export function judgePointers(
  view: View,
  directories: ReadonlySet<BytePath>,
  judged: readonly JudgedChange[],
): readonly JudgedChange[] {
  const reasons = new Map<BytePath, string>();
  for (const [path, { after }] of view.changed) {
    if (after.kind !== 'file' && after.kind !== 'symlink') continue;
    const reason = isDotGit(nameOf(path))
      ? aboutDotGit(view, path)
      : nameOf(path) === 'commondir'
        ? aboutCommon(view, path)
        : aboutStrategy(view, path);
    if (reason !== undefined) reasons.set(path, reason);
  }
  for (const directory of directories) {
    if (isGitLike(view.before, directory) || !isGitLike(view.after, directory)) continue;
    if (!obeysMore(view, directory)) continue;
    for (const name of ['HEAD', 'commondir', 'config'])
      if (view.changed.has(inside(directory, name)))
        reasons.set(
          inside(directory, name),
          'It would turn a directory into a repository whose settings or hooks run programs.',
        );
  }
  if (reasons.size === 0) return judged;
  return judged.map((one) => {
    const reason = reasons.get(absoluteOf(one.change));
    return reason === undefined
      ? one
      : { change: one.change, verdict: { kind: 'hold', held: [{ reason, runs }] } };
  });
}

/** Whether a file of this name can lead git elsewhere: what stands in it counts, also where it was there before. */
export function isPointer(path: BytePath): boolean {
  return isDotGit(nameOf(path)) || nameOf(path) === 'commondir' || namesStrategy(path);
}

function aboutDotGit(view: View, dotGit: BytePath): string | undefined {
  const target = followDotGit(view.after, dotGit);
  // A marker file of that name: git reads nothing by it.
  if (target === undefined) return undefined;
  if (followDotGit(view.before, dotGit) === target) return undefined;
  if (!view.inRoots(target) && !isWellKnown(view, target))
    return 'It leads git to a directory outside of what the command may write.';
  return obeysForeign(view, target)
    ? 'It leads git to a repository whose settings or hooks run programs.'
    : undefined;
}

/** Git itself writes one text only, into `worktrees/NAME`: the directory two steps above. */
function aboutCommon(view: View, path: BytePath): string | undefined {
  const isOrdinary =
    view.after.stat(path).kind === 'file' &&
    /^\.\.\/\.\.\n?$/.test(readText(view.after, path) ?? '') &&
    nameOf(parentOf(parentOf(path))) === 'worktrees';
  const before = view.before.stat(path).kind === 'file' ? readText(view.before, path) : undefined;
  if (isOrdinary || (before !== undefined && before === readText(view.after, path))) return undefined;
  return 'It leads git to settings and hooks in another directory.';
}

/** What git takes up again names the program that merges: `git-merge-NAME`, with a slash a file of the work tree. */
function aboutStrategy(view: View, path: BytePath): string | undefined {
  if (!namesStrategy(path)) return undefined;
  const text = readText(view.after, path);
  const names =
    text === undefined || text.includes('\0')
      ? ['']
      : nameOf(path) === 'opts'
        ? [...text.matchAll(/strategy(?!-option)[^\n=]*=?([^\n]*)/gi)].map(([, name = '']) => name.trim())
        : [text.trim()];
  return names.every((name) => strategies.has(name.replaceAll('"', '')))
    ? undefined
    : 'It names a program that merges when git goes on.';
}

function namesStrategy(path: BytePath): boolean {
  const place = `${nameOf(parentOf(path))}/${nameOf(path)}`;
  return place === 'rebase-merge/strategy' || place === 'sequencer/opts';
}

const strategies: ReadonlySet<string> = new Set([
  'ort',
  'recursive',
  'resolve',
  'ours',
  'subtree',
  'octopus',
]);

function obeysForeign(view: View, directory: BytePath): boolean {
  const common = commonOf(view.after, directory);
  const places = common === directory ? [directory] : [directory, common];
  return places.some((place) => !isWellKnown(view, place) && obeysMore(view, place));
}

/** Whether anything that stays after the judgement would run a program. */
function obeysMore(view: View, directory: BytePath): boolean {
  return configObeysMore(view, directory) || hooksObeyMore(view, directory) || linesObeyMore(view, directory);
}

/** Settings that are not cut out: in an unchanged file all, in a changed one those that were there. */
function configObeysMore(view: View, directory: BytePath): boolean {
  return ['config', 'config.worktree'].some((name) => {
    const path = resolvePath(view.after, inside(directory, name))?.real;
    if (path === undefined) return true;
    const state = view.after.stat(path);
    if (state.kind === 'missing' || state.kind === 'directory') return false;
    const text = readText(view.after, path);
    if (text === undefined) return true;
    const entries = dangerousEntries(text);
    // Where we stop reading, git may go on: past a NUL in a comment, for one.
    if (entries === 'broken') return true;
    const own = entries.filter(
      (entry) => !(entry.name === 'core.worktree' && followsBack(view, directory, entry.value)),
    );
    if (!view.changed.has(path)) return own.length > 0;
    const known = parseEntries(readText(view.before, path));
    return own.some((entry) =>
      known.some(
        (old) => old.name === entry.name && old.value === entry.value && !onlyDescribes(old.name, old.value),
      ),
    );
  });
}

function followsBack(view: View, directory: BytePath, value: string | null): boolean {
  const workTree = value === null ? undefined : resolvePath(view.after, value, directory)?.real;
  return workTree !== undefined && followDotGit(view.after, inside(workTree, '.git')) === directory;
}

function hooksObeyMore(view: View, directory: BytePath): boolean {
  const hooks = resolvePath(view.after, inside(directory, 'hooks'))?.real;
  if (hooks === undefined) return true;
  return namesIn(view.after, hooks).some((name) => {
    const path = inside(hooks, name);
    const state = view.after.stat(path);
    if (
      state.kind === 'directory' ||
      (state.kind === 'file' && view.changed.has(path) && view.before.stat(path).kind === 'missing')
    )
      return false;
    const text = state.kind === 'file' ? readText(view.after, path) : undefined;
    return text === undefined || !isSample(view, name, text);
  });
}

function linesObeyMore(view: View, directory: BytePath): boolean {
  const judgedLines = [
    ['info/attributes', judgeAttributes],
    ['rebase-merge/git-rebase-todo', judgeTodo],
    ['sequencer/todo', judgeTodo],
  ] as const;
  return judgedLines.some(([name, judgeLines]) => {
    const path = inside(directory, name);
    const text = view.changed.has(path) ? undefined : readText(view.after, path);
    return text !== undefined && judgeLines(undefined, text).kind !== 'keep';
  });
}
