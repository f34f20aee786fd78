// Compiles src/ to dist/. Skips quietly where the compiler is not installed (a consumer who installs the
// published package already has dist/), and starts from an empty dist/ so that deleted files do not linger.
import { existsSync, rmSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const compiler = `${root}/node_modules/typescript/bin/tsc`;
if (!existsSync(compiler)) {
  if (existsSync(`${root}/dist/index.js`)) process.exit(0);
  console.error('Cannot build dist/: TypeScript is not installed; run `npm ci` first');
  process.exit(1);
}
rmSync(`${root}/dist`, { recursive: true, force: true });
const run = spawnSync(process.execPath, [compiler, '-p', `${root}/tsconfig.build.json`], {
  stdio: 'inherit',
});
process.exit(run.status ?? 1);
