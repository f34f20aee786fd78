// Globs of `change_rule`, compared with paths as a file system that folds case, or ignores some characters, would.
import { bytePath, type BytePath } from './change-set.ts';

/** As a file system that folds case, or ignores some characters, would compare it. */
export function foldName(name: string): string {
  if (/^[\x20-\x40\x5b-\x7e]*$/.test(name)) return name;
  return Buffer.from(name, 'latin1')
    .toString('utf8')
    .replace(/[\u200c-\u200f\u202a-\u202e\u2060-\u206f\ufeff]/g, '')
    .normalize('NFC')
    .toLowerCase();
}

/** Whether a rule's glob names this absolute path in this root. */
export type Fits = (path: BytePath, root: BytePath) => boolean;

/** Absolute, `~/…`, or standing at any depth of the root; compared as a file system that folds case would. */
export function compileChangeGlob(glob: string, home: BytePath | undefined): Fits {
  const pattern = new RegExp(`^${globSource(foldName(bytePath(glob.replace(/^~\//, ''))))}$`, 's');
  if (glob.startsWith('/')) return (path) => pattern.test(foldPath(path));
  if (glob.startsWith('~/'))
    return (path) =>
      home !== undefined &&
      path.startsWith(`${home}/`) &&
      pattern.test(foldPath(path.slice(home.length + 1)));
  return (path, root) => {
    const names = foldPath(path.slice(root === '/' ? 1 : root.length + 1)).split('/');
    return names.some((_, index) => pattern.test(names.slice(index).join('/')));
  };
}

const foldPath = (path: string): string => path.split('/').map(foldName).join('/');

function globSource(glob: string): string {
  return glob
    .split(/(\*\*\/|\*\*|\*|\?)/)
    .map((part) => {
      switch (part) {
        case '**/':
          return '(?:.*/)?';
        case '**':
          return '.*';
        case '*':
          return '[^/]*';
        case '?':
          return '[^/]';
        default:
          return part.replace(/[.+^${}()|[\]\\]/g, '\\$&');
      }
    })
    .join('');
}
