// What a script pays to ask for one decision, and an orchestrator until the model hears of it, beside `node -e 0`,
// interleaved, in one run.
//
//   npx tsx benchmarks/start-up/run.ts [ROUNDS]     (needs `npm run build` first)
//
// With CORDON_BENCH_CODEX=PATH the reference's program runs in the same rounds.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { headlessArgs, startRequestClock } from './first-request.ts';

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

const times = new Map<string, number[]>();
const note = (name: string, ms: number): void => void times.set(name, [...(times.get(name) ?? []), ms]);

await using clock = await startRequestClock(directory);
const codex = process.env['CORDON_BENCH_CODEX'];
const headless = {
  'cordon exec, first request': {
    program: process.execPath,
    argsFor: (baseUrl: string) => [cordon, ...headlessArgs(baseUrl)],
  },
  ...(codex === undefined ? {} : { 'codex exec, first request': { program: codex, argsFor: headlessArgs } }),
};

for (let round = 0; round < rounds; round += 1) {
  for (const [name, args] of Object.entries(commands)) {
    const startedAt = performance.now();
    const { status } = spawnSync(process.execPath, args, { stdio: 'ignore' });
    note(name, performance.now() - startedAt);
    if (status !== 0) throw new Error(`${name} exited ${String(status)}`);
  }
  for (const [name, program] of Object.entries(headless)) note(name, await clock.timeOf(program));
}
rmSync(directory, { recursive: true });

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
const floor = median(times.get('node -e 0') ?? []);
console.log(
  `median of ${rounds}, interleaved (targets: policy check at most 2x of node -e 0, the first request at most 2.5x)`,
);
for (const [name, each] of times) {
  console.log(
    `  ${name.padEnd(28)} ${median(each).toFixed(1).padStart(7)} ms  ${(median(each) / floor).toFixed(2)}x`,
  );
}
