// Builds the page of `cordon serve --web`: one script of its own, in plain JavaScript for browsers, beside a text, a style
// and an icon. Nothing of a package is in it, and nothing is loaded from elsewhere.
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const asTheyAre = ['index.html', 'page.css', 'icon.svg'];

/** Writes the files to `outdir`; answers with the sha256 of each, which the program is given to know them by. */
export async function buildPage(bundler, { root, outdir }) {
  const source = join(root, 'src/web');
  await mkdir(outdir, { recursive: true });
  const built = await bundler.build({
    absWorkingDir: root,
    entryPoints: [join(source, 'main.ts')],
    bundle: true,
    format: 'iife',
    platform: 'browser',
    target: ['chrome109', 'firefox115', 'safari16'],
    charset: 'ascii',
    minifyWhitespace: true,
    lineLimit: 240,
    packages: 'external',
    write: false,
    logLevel: 'warning',
  });
  const files = [
    ['page.js', built.outputFiles[0].contents],
    ...(await Promise.all(asTheyAre.map(async (name) => [name, await readFile(join(source, name))]))),
  ];
  for (const [name, bytes] of files) await writeFile(join(outdir, name), bytes);
  return Object.fromEntries(
    files.map(([name, bytes]) => [name, createHash('sha256').update(bytes).digest('hex')]),
  );
}
