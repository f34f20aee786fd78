// Where this package is installed. The only file that asks where its own code is: what is built from it may be part of
// a file anywhere below `dist/`, so the answer is the place of package.json and no count of directories.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The directory that holds package.json, `native/` and `scripts/`. @throws Error when there is none above this code. */
export function packageDirectory(): string {
  const own = fileURLToPath(import.meta.url);
  for (let at = dirname(own); ; at = dirname(at)) {
    if (existsSync(join(at, 'package.json'))) return at;
    if (at === dirname(at)) throw new Error(`Cannot find the package of ${own}: no package.json is above it`);
  }
}
