// What a script pays to ask for one decision: `cordon policy check` beside `node -e 0`, interleaved, in one run.
//
//   npx tsx benchmarks/start-up/run.ts [ROUNDS]     (needs `npm run build` first)
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const rounds = Number(process.argv[2] ?? 30);
const cordon = fileURLToPath(new URL('../../bin/cordon.js', import.meta.url));
const directory = mkdtempSync(join(tmpdir(), 'cordon-bench-'));
const rules = join(directory, 'one.rules');
writeFileSync(rules, 'prefix_rule(pattern = ["git", "status"])\n');

const commands = {
  'node -e 0': ['-e', '0'],
  'cordon --version': [cordon, '--version'],
  'cordon policy check, 1 rule': [cordon, 'policy', 'check', '--rules', rules, '--', 'git', 'status'],
  'cordon doctor --json': [cordon, 'doctor', '--json'],
} as const;

const times = new Map<string, number[]>(Object.keys(commands).map((name) => [name, []]));
for (let round = 0; round < rounds; round += 1) {
  for (const [name, args] of Object.entries(commands)) {
    const startedAt = performance.now();
    const { status } = spawnSync(process.execPath, args, { stdio: 'ignore' });
    times.get(name)?.push(performance.now() - startedAt);
    if (status !== 0) throw new Error(`${name} exited ${String(status)}`);
  }
}
rmSync(directory, { recursive: true });

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
const floor = median(times.get('node -e 0') ?? []);
console.log(`median of ${rounds}, interleaved (target: policy check at most 2x of node -e 0)`);
for (const [name, each] of times) {
  console.log(
    `  ${name.padEnd(28)} ${median(each).toFixed(1).padStart(7)} ms  ${(median(each) / floor).toFixed(2)}x`,
  );
}
