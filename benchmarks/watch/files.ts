// What evidence costs: a command that makes, writes and removes 5,000 small files, and one that compiles, with what the sandbox
// refuses told and not told, taken in turns so that both meet the same weather. CORDON_BENCH_ROUNDS sets how often (default 7).
// The targets are 1.5 and 1.1 times.
//
//   npx tsx benchmarks/watch/files.ts     (needs `npm run build:native` first)
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createShellRuntime, type ShellRuntime } from '../../src/index.ts';

const rounds = Number(process.env['CORDON_BENCH_ROUNDS'] ?? 7);
const workspace = mkdtempSync('/var/tmp/cordon-bench-');

const works = [
  {
    says: '5,000 small files',
    command:
      'perl -e \'for (1..5000) { open(F, ">", "f$_"); print F "x" x 100; close F } unlink("f$_") for 1..5000\'',
  },
  { says: 'a compile', command: 'for i in 1 2 3 4; do gcc -O1 -c work.c -o work.o; done' },
];

const lines = Array.from(
  { length: 400 },
  (_, at) => `int f${at}(int x) { return x * ${at} + (x ? f${at > 0 ? at - 1 : 0}(x - 1) : 0); }`,
);
writeFileSync(join(workspace, 'work.c'), `#include <stdio.h>\n#include <stdlib.h>\n${lines.join('\n')}\n`);

async function timeOf(runtime: ShellRuntime, command: string): Promise<number> {
  const before = performance.now();
  const result = await runtime.exec({ command: ['/bin/sh', '-c', command] });
  if (result.kind !== 'ran' || result.outcome.kind !== 'exited' || result.outcome.exitCode !== 0)
    throw new Error(JSON.stringify(result));
  return performance.now() - before;
}

function median(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
}

try {
  const [without, told] = await Promise.all(
    (['never', 'always'] as const).map((denials) =>
      createShellRuntime({
        workspace,
        rules: {},
        approvalPolicy: 'never',
        watch: { denials },
        defaultTimeoutMs: 'none',
      }),
    ),
  );
  if (without === undefined || told === undefined) throw new Error('no runtimes');
  for (const { says, command } of works) {
    const times: [number[], number[]] = [[], []];
    for (const runtime of [without, told]) await timeOf(runtime, command);
    for (let round = 0; round < rounds; round += 1) {
      times[0].push(await timeOf(without, command));
      times[1].push(await timeOf(told, command));
    }
    const [before, after] = [median(times[0]), median(times[1])];
    console.log(
      `${says.padEnd(20)} ${before.toFixed(0).padStart(6)} ms, told ${after.toFixed(0).padStart(6)} ms  ${(after / before).toFixed(2)} times`,
    );
  }
  await Promise.all([without.close(), told.close()]);
} finally {
  rmSync(workspace, { recursive: true, force: true });
}
