// Which directories git would take for a repository, and where one points to another. More is taken for one than git
// itself would: a directory that lacks only what a later `git init` or a next command adds is one already.
import type { BytePath, TreeReader } from '../../../domain/index.ts';
import { inside, nameOf, parentOf, resolvePath } from '../path.ts';
import { readText } from '../view.ts';

const organs = ['config', 'hooks', 'objects', 'refs', 'commondir'];

export function isDotGit(name: string): boolean {
  // HFS ignores some characters, NTFS trailing dots and blanks; both fold case.
  const folded = Buffer.from(name, 'latin1')
    .toString('utf8')
    .replace(/[\u200c-\u200f\u202a-\u202e\u2060-\u206f\ufeff]/g, '');
  return /^(\.git|git~1)[. ]*$/i.test(folded);
}

/** `directory` has no links in it. */
export function isGitLike(reader: TreeReader, directory: BytePath): boolean {
  if (isDotGit(nameOf(directory))) return reader.stat(directory).kind === 'directory';
  const has = (name: string): boolean => reader.stat(inside(directory, name)).kind !== 'missing';
  // A module directory waits for its submodule, and needs no HEAD for `git submodule` to find its configuration.
  if (/\/\.git\/modules\//i.test(directory) && has('config')) return true;
  return has('HEAD') && organs.some(has);
}

/** The directory a `.git` leads to: itself, through links, or by a gitfile. Undefined: to nothing git would use. */
export function followDotGit(reader: TreeReader, dotGit: BytePath): BytePath | undefined {
  const resolved = resolvePath(reader, dotGit);
  if (resolved === undefined) return undefined;
  const state = reader.stat(resolved.real);
  if (state.kind === 'directory') return resolved.real;
  if (state.kind !== 'file') return undefined;
  const target = gitfileTarget(readText(reader, resolved.real));
  if (target === undefined) return undefined;
  // Git reads on from the directory of the name, also where the name is a link to a file elsewhere.
  const base = resolvePath(reader, parentOf(dotGit))?.real ?? parentOf(dotGit);
  return resolvePath(reader, target, base)?.real;
}

/** Git trims line breaks at the end of the file, and then takes what stands before the first NUL. */
export function gitfileTarget(text: string | undefined): string | undefined {
  if (text?.startsWith('gitdir: ') !== true) return undefined;
  const target = beforeNul(text.slice('gitdir: '.length).replace(/[\r\n]+$/, ''));
  return target === '' ? undefined : target;
}

function beforeNul(text: string): string {
  const end = text.indexOf('\0');
  return end === -1 ? text : text.slice(0, end);
}

/** Where shared configuration and hooks of this git directory lie: itself, or what `commondir` names. */
export function commonOf(reader: TreeReader, directory: BytePath): BytePath {
  const text = readText(reader, inside(directory, 'commondir'));
  const target = text === undefined ? '' : beforeNul(text.replace(/[\r\n]+$/, ''));
  if (target === '') return directory;
  return resolvePath(reader, target, directory)?.real ?? directory;
}
