// Fuzzes what the launcher reads from its host, START and the requests of the server, under AddressSanitizer and
// UndefinedBehaviorSanitizer.
//
//   node scripts/fuzz-launcher.mjs [--seconds 60] [--seed N]
//
// Each parser gets that many seconds. Ends with 0 and the numbers of inputs, or with the sanitizer's report and the
// seed that leads there.
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
/** What is fuzzed, each by the program of its name in native/fuzz. */
const parsers = {
  'fuzz-start': [
    'protocol/policy.c',
    'protocol/policy_records.c',
    'protocol/channel.c',
    'protocol/failure.c',
  ],
  'fuzz-request': ['serve/request.c'],
};
const scratch = mkdtempSync(join(tmpdir(), 'cordon-fuzz-'));
try {
  process.exitCode = Object.entries(parsers).reduce(
    (worst, [name, parser]) => worst || fuzz(name, parser),
    0,
  );
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

function fuzz(name, parser) {
  const program = join(scratch, name);
  const sources = [`fuzz/${name}.c`, ...parser].map((file) => join(native, file));
  const flags = ['-std=c11', '-D_GNU_SOURCE', `-I${native}`, '-O1', '-g', '-Wall', '-Wextra', '-Werror'];
  const checks = ['-fsanitize=address,undefined', '-fno-sanitize-recover=all'];
  const built = spawnSync(process.env.CC || 'cc', [...flags, ...checks, ...sources, '-o', program], {
    stdio: 'inherit',
  });
  if (built.status !== 0) return 2;
  const run = spawnSync(program, [values.seconds, values.seed], { encoding: 'utf8' });
  process.stdout.write(`${name}: ${run.stdout}`);
  if (run.status === 0) return 0;
  process.stderr.write(`${run.stderr}\nAgain: node scripts/fuzz-launcher.mjs --seed ${values.seed}\n`);
  return 1;
}
