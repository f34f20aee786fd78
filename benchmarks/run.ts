// Every benchmark, one after the other: `npm run bench`. Figures are reported, never asserted; each compares in one run.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const names = ['start-up', 'decide', 'parsers', 'policy', 'spawn', 'idle', 'watch', 'exec', 'sessions'];
const wanted = process.argv.slice(2);
let failed = 0;
for (const name of wanted.length > 0 ? wanted : names) {
  const files = [`./${name}/run.ts`, `./${name}.ts`].map((path) =>
    fileURLToPath(new URL(path, import.meta.url)),
  );
  const file = files.find((path) => existsSync(path));
  if (file === undefined) {
    console.error(`unknown benchmark "${name}"; there are: ${names.join(', ')}`);
    failed += 1;
    continue;
  }
  console.log(`\n== ${name}`);
  const { status } = spawnSync(process.execPath, [...process.execArgv, file], { stdio: 'inherit' });
  if (status !== 0) failed += 1;
}
process.exitCode = failed === 0 ? 0 : 1;
