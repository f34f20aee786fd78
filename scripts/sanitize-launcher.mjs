// Builds the launcher with AddressSanitizer and UndefinedBehaviorSanitizer and puts it under its own integration tests.
//
//   node scripts/sanitize-launcher.mjs
//
// Ends with the status of the tests, and never with 0 when a sanitizer found something: a finding ends the launcher and
// fails the test that met it, but a launch server that ends is replaced, and only what it wrote tells of it.
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const suites = [
  'launch-server',
  'launcher-ahead',
  'launcher-denials',
  'launcher-listener',
  'launcher-protocol',
  'launcher-sandbox',
  'launcher-watch',
  'watch-fuzz',
].map((name) => `integration/${name}.test.ts`);
// Not below /tmp, which the sandbox may replace by a private one.
const out = mkdtempSync('/var/tmp/cordon-sanitized-');
// Some tests start it as another user, whose findings count as well.
chmodSync(out, 0o755);
const findings = join(out, 'findings');
writeFileSync(findings, '');
chmodSync(findings, 0o666);
try {
  process.exitCode = main();
} finally {
  rmSync(out, { recursive: true, force: true });
}

function main() {
  const build = run(['scripts/build-native.mjs', '--sanitize', '--out', out]);
  if (build !== 0) return build;
  const tests = run(['node_modules/vitest/vitest.mjs', 'run', '--project', 'integration', ...suites], {
    CORDON_TEST_LAUNCHER: join(out, 'cordon-launcher-sanitized'),
  });
  const found = readFileSync(findings);
  process.stderr.write(found);
  return tests === 0 && found.length > 0 ? 1 : tests;
}

function run(words, env = {}) {
  return (
    spawnSync(process.execPath, words, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } })
      .status ?? 1
  );
}
