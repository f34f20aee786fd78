// The built package with what it loads, laid as npm lays it: `cordon` among its dependencies in one `node_modules`.
import { cpSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('../..', import.meta.url));

/** @returns the program, `NODE_MODULES/cordon/bin/cordon.js` */
export function copyPackage(nodeModules: string): string {
  for (const part of ['bin', 'dist', 'native', 'scripts', 'package.json'])
    cpSync(join(here, part), join(nodeModules, 'cordon', part), {
      recursive: true,
      preserveTimestamps: true,
    });
  const description = JSON.parse(readFileSync(join(here, 'package.json'), 'utf8')) as {
    readonly dependencies: Readonly<Record<string, string>>;
  };
  for (const name of Object.keys(description.dependencies))
    cpSync(realpathSync(join(here, 'node_modules', name)), join(nodeModules, name), { recursive: true });
  return join(nodeModules, 'cordon/bin/cordon.js');
}
