// What the watch costs: a script that starts 500 short programs, with rules that name none of them, with rules that name all
// of them (each is judged by the host), told without any rule, and without the watch; taken in turns so that all of them
// meet the same weather. CORDON_BENCH_ROUNDS sets how often (default 7). The target is 1.25 times.
//
//   npx tsx benchmarks/watch/run.ts     (needs `npm run build:native` first)
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createShellRuntime, type ShellRuntime } from '../../src/index.ts';

const rounds = Number(process.env['CORDON_BENCH_ROUNDS'] ?? 7);
const starts = 500;
const workspace = mkdtempSync('/var/tmp/cordon-bench-');
const script = join(workspace, 'it');
writeFileSync(script, `#!/bin/bash\nfor ((i = 0; i < ${starts}; i++)); do /bin/true; done\n`, {
  mode: 0o755,
});

const ways = [
  { says: 'not watched', rule: ['touch', 'forbidden'], exec: 'never' },
  { says: 'watched, a rule about another program', rule: ['touch', 'forbidden'], exec: 'rules' },
  { says: 'watched, a rule about this program', rule: ['true', 'nothing'], exec: 'rules' },
  { says: 'watched always', rule: ['touch', 'forbidden'], exec: 'always' },
] as const;

function rulesFor([program, decision]: readonly [string, string]): string {
  // A rule that names the program and not what it is given: every start is judged and goes on.
  return decision === 'nothing'
    ? `prefix_rule(pattern = ["${program}", "never-given"], decision = "forbidden")\n`
    : `prefix_rule(pattern = ["${program}"], decision = "${decision}")\n`;
}

async function makeRuntime({ rule, exec }: (typeof ways)[number]): Promise<ShellRuntime> {
  const home = mkdtempSync(join(workspace, 'home-'));
  mkdirSync(join(home, 'rules'));
  writeFileSync(join(home, 'rules', 'a.rules'), rulesFor(rule));
  return await createShellRuntime({ workspace, rules: { home }, watch: { exec }, defaultTimeoutMs: 'none' });
}

async function timeOf(runtime: ShellRuntime): Promise<number> {
  const before = performance.now();
  const result = await runtime.exec({ command: './it' });
  if (result.kind !== 'ran' || result.outcome.kind !== 'exited' || result.outcome.exitCode !== 0)
    throw new Error(JSON.stringify(result));
  return performance.now() - before;
}

try {
  const runtimes = await Promise.all(ways.map(makeRuntime));
  const times = ways.map((): number[] => []);
  for (const runtime of runtimes) await timeOf(runtime);
  for (let round = 0; round < rounds; round += 1)
    for (const [at, runtime] of runtimes.entries()) times[at]?.push(await timeOf(runtime));
  const medians = times.map((each) => each.toSorted((a, b) => a - b)[Math.floor(each.length / 2)] ?? 0);
  const base = medians[0] ?? 1;
  for (const [at, { says }] of ways.entries()) {
    const ms = medians[at] ?? 0;
    const each = ((ms - base) / starts) * 1000;
    console.log(
      `${says.padEnd(40)} ${ms.toFixed(0).padStart(6)} ms  ${(ms / base).toFixed(2)} times  ${each.toFixed(0).padStart(5)} µs a start`,
    );
  }
  await Promise.all(runtimes.map((runtime) => runtime.close()));
} finally {
  rmSync(workspace, { recursive: true, force: true });
}
