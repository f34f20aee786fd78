// A program of this checkout where every user can reach it: root's home is closed to others, and some tests run
// programs as another user.
import { chmodSync, copyFileSync, existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** The path itself where others may go there, else that of a copy that goes away with this process. */
export function reachable(path: string): string {
  if (!existsSync(path) || isOpenToOthers(path)) return path;
  const directory = mkdtempSync('/var/tmp/cordon-reachable-');
  chmodSync(directory, 0o755);
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
  const copy = join(directory, basename(path));
  copyFileSync(path, copy);
  chmodSync(copy, 0o755);
  return copy;
}

function isOpenToOthers(path: string): boolean {
  if ((statSync(path).mode & 0o4) === 0) return false;
  for (let directory = dirname(path); ; directory = dirname(directory)) {
    if ((statSync(directory).mode & 0o1) === 0) return false;
    if (directory === dirname(directory)) return true;
  }
}
