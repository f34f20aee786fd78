// A path as a person writes it into an option or a file: relative, or below `~`. What no shell has expanded names nothing
// here: a place that is to be hidden or held would silently stay open.
import { lstatSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { err, ok, type Result } from '../domain/index.ts';

export interface PathPlace {
  /** Where relative paths start. */
  readonly from: string;
  readonly home: string | undefined;
}

/** The absolute path, or a clause that says why it names no place. */
export function readPath(path: string, { from, home }: PathPlace): Result<string, string> {
  const spelled = resolve(from, path);
  if (exists(spelled)) return ok(spelled);
  if (path === '~' || path.startsWith('~/')) {
    return home === undefined
      ? err(`Cannot use ${path}: this user has no home directory`)
      : ok(join(home, path.slice(1)));
  }
  if (path.startsWith('~'))
    return err(`Cannot use ${path}: write the home directory of another user in full`);
  if (/[*?[\]{}]/u.test(path)) {
    return err(`Cannot use ${path}: patterns are not read here; name the directory, or each file`);
  }
  if (path.includes('$'))
    return err(`Cannot use ${path}: variables are not read here; write the path in full`);
  return ok(spelled);
}

function exists(path: string): boolean {
  try {
    lstatSync(path);
    return true;
  } catch {
    return false;
  }
}
