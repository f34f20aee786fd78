// Fuzzes the launcher's parser of START under AddressSanitizer and UndefinedBehaviorSanitizer.
//
//   node scripts/fuzz-launcher.mjs [--seconds 60] [--seed N]
//
// Ends with 0 and the number of inputs, or with the sanitizer's report and the seed that leads there.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const native = fileURLToPath(new URL('../native', import.meta.url));
const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string', default: String(Date.now()) },
  },
});
const scratch = mkdtempSync(join(tmpdir(), 'cordon-fuzz-'));
try {
  process.exitCode = fuzz();
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

function fuzz() {
  const program = join(scratch, 'fuzz-start');
  const sources = ['fuzz/fuzz-start.c', 'protocol/policy.c', 'protocol/channel.c', 'protocol/failure.c'].map(
    (name) => join(native, name),
  );
  const flags = ['-std=c11', '-D_GNU_SOURCE', `-I${native}`, '-O1', '-g', '-Wall', '-Wextra', '-Werror'];
  const checks = ['-fsanitize=address,undefined', '-fno-sanitize-recover=all'];
  const built = spawnSync(process.env.CC || 'cc', [...flags, ...checks, ...sources, '-o', program], {
    stdio: 'inherit',
  });
  if (built.status !== 0) return 2;
  const run = spawnSync(program, [values.seconds, values.seed], { encoding: 'utf8' });
  process.stdout.write(run.stdout);
  if (run.status === 0) return 0;
  process.stderr.write(`${run.stderr}\nAgain: node scripts/fuzz-launcher.mjs --seed ${values.seed}\n`);
  return 1;
}
