// A program of this checkout where every user can reach it: root's home is closed to others, and some tests run
// programs as another user.
import { chmodSync, copyFileSync, existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';
import { copyPackage } from './copy-package.ts';

const copies: string[] = [];
// At import, so that it belongs to the test file: a worker of the test runner is ended without an `exit`.
afterAll(() => {
  for (const directory of copies.splice(0)) rmSync(directory, { recursive: true, force: true });
});

/** The path itself where others may go there, else that of a copy that goes away with the test file. */
export function reachable(path: string): string {
  if (!existsSync(path) || isOpenToOthers(path)) return path;
  const directory = mkdtempSync('/var/tmp/cordon-reachable-');
  chmodSync(directory, 0o755);
  copies.push(directory);
  const copy = join(directory, basename(path));
  copyFileSync(path, copy);
  chmodSync(copy, 0o755);
  return copy;
}

/** `bin/cordon.js` of this checkout, or of a copy of the whole package where others may not go. */
export function reachableCordon(): string {
  const path = fileURLToPath(new URL('../../bin/cordon.js', import.meta.url));
  if (isOpenToOthers(path)) return path;
  const directory = mkdtempSync('/var/tmp/cordon-reachable-');
  chmodSync(directory, 0o755);
  copies.push(directory);
  return copyPackage(join(directory, 'node_modules'));
}

function isOpenToOthers(path: string): boolean {
  if ((statSync(path).mode & 0o4) === 0) return false;
  for (let directory = dirname(path); ; directory = dirname(directory)) {
    if ((statSync(directory).mode & 0o1) === 0) return false;
    if (directory === dirname(directory)) return true;
  }
}
