// The licences of the packages whose code is in dist/: they go where the code goes.
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Writes `third-party-licenses.txt` to `outdir`. `inputs`: the files that were put together, below `root`.
 * Throws for a package without the text of its licence: its code must not be given on then.
 */
export async function writeLicenses({ root, outdir, inputs }) {
  const packages = new Set(inputs.flatMap((path) => packageOf(path) ?? []));
  const texts = [];
  for (const path of [...packages].toSorted()) {
    const directory = join(root, path);
    const { name, version } = JSON.parse(await readFile(join(directory, 'package.json'), 'utf8'));
    const file = (await readdir(directory)).find((entry) => /^licen[cs]e/i.test(entry));
    if (file === undefined) throw new Error(`Cannot take ${name} into dist/: it comes without a licence`);
    texts.push(`${name} ${version}\n\n${(await readFile(join(directory, file), 'utf8')).trim()}\n`);
  }
  await mkdir(outdir, { recursive: true });
  await writeFile(join(outdir, 'third-party-licenses.txt'), texts.join(`\n${'-'.repeat(80)}\n\n`));
}

/** `node_modules/@a/b/node_modules/c/x.js` is of `node_modules/@a/b/node_modules/c`. */
function packageOf(path) {
  return /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0];
}
