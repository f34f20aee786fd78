// The files of the page, as they were built together with this program: each is held against the hash that the build put
// into it. What was exchanged since is not shown to anybody, because a page says yes for a person.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packageDirectory } from '../../sandbox/package-directory.ts';
import type { PageFile } from '../../serve/watch/index.ts';
import { CliError } from '../edge.ts';
import { exitStatus } from '../exit-status.ts';

/** By the name of the file: sha256 in hex. The build puts it here; a program that was not built has none. */
declare const builtPageSeals: Readonly<Record<string, string>> | undefined;

const places = [
  ['/', 'index.html', 'text/html; charset=utf-8'],
  ['/page.js', 'page.js', 'text/javascript; charset=utf-8'],
  ['/page.css', 'page.css', 'text/css; charset=utf-8'],
  ['/icon.svg', 'icon.svg', 'image/svg+xml'],
] as const;

/** Rejects with a CliError when one is missing or another. */
export async function pageFiles(
  directory: string = join(packageDirectory(), 'dist/web'),
  seals: Readonly<Record<string, string>> = typeof builtPageSeals === 'undefined' ? {} : builtPageSeals,
): Promise<ReadonlyMap<string, PageFile>> {
  const files = new Map<string, PageFile>();
  for (const [path, name, type] of places) {
    const bytes = await readFile(join(directory, name)).catch(() => undefined);
    const seal = bytes === undefined ? undefined : createHash('sha256').update(bytes).digest('hex');
    if (bytes === undefined || seal !== seals[name])
      throw new CliError(
        exitStatus.failed,
        `Cannot show the page: dist/web/${name} is not the one that was built with this program`,
        'Run `npm run build`, or install the package again.',
      );
    files.set(path, { type, bytes });
  }
  return files;
}
