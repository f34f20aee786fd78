// The built package with what it loads, laid as npm lays it: `cordon` among its dependencies in one `node_modules`.
import { cpSync, existsSync, readFileSync, realpathSync } from 'node:fs';
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
  for (const name of Object.keys(readDescription(here).dependencies)) {
    const directory = realpathSync(join(here, 'node_modules', name));
    cpSync(directory, join(nodeModules, name), { recursive: true });
    // Of the packages with native code only that of this platform is installed.
    for (const part of Object.keys(readDescription(directory).optionalDependencies ?? {})) {
      const installed = join(here, 'node_modules', part);
      if (existsSync(installed)) cpSync(installed, join(nodeModules, part), { recursive: true });
    }
  }
  return join(nodeModules, 'cordon/bin/cordon.js');
}

interface Description {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

function readDescription(directory: string): Description {
  return JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) as Description;
}
