// How long one command takes from the call to its result, beside a bare spawn and execa. The contestants take turns in
// every round, so that a busy moment hits all of them; medians are compared, never single runs.
//
//   npx tsx benchmarks/exec/run.ts [ROUNDS]        (after `npm run build`)
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { type ExecResult, type Runner, noEnforcement } from '../../src/domain/index.ts';
import { createShellRuntime } from '../../src/runtime/index.ts';
import { processRunner } from '../../src/runtime/process/index.ts';

interface Contestant {
  readonly name: string;
  run(argv: readonly [string, ...string[]]): Promise<unknown>;
}

interface Load {
  readonly name: string;
  readonly argv: readonly [string, ...string[]];
  readonly rounds: number;
}

const rounds = Number(process.argv[2] ?? 300);
const loads: readonly Load[] = [
  { name: '`true`: start to exit', argv: ['/bin/true'], rounds },
  {
    name: '1 MB of output',
    argv: ['/usr/bin/head', '-c', '1000000', '/dev/zero'],
    rounds: Math.ceil(rounds / 3),
  },
  {
    name: '50 MB of output',
    argv: ['/usr/bin/head', '-c', '50000000', '/dev/zero'],
    rounds: Math.ceil(rounds / 30),
  },
];

function bareSpawn([program, ...args]: readonly [string, ...string[]]): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.on('data', () => undefined);
    child.stderr.on('data', () => undefined);
    child.on('error', reject);
    child.on('close', resolve);
  });
}

function viaRunner(runner: Runner<never>): Contestant['run'] {
  const env = new Map([['PATH', '/usr/bin:/bin']]);
  const io = {
    stdin: { kind: 'null' },
    timeoutMs: 10_000,
    onStarted: () => undefined,
    onOutput: () => undefined,
  } as const;
  return (argv) =>
    runner.start(
      { kind: 'direct', argv, cwd: '/' as never, env, enforcement: noEnforcement },
      io,
      new AbortController().signal,
    );
}

async function exited(pending: Promise<ExecResult>): Promise<void> {
  const result = await pending;
  if (result.kind !== 'ran' || result.outcome.kind !== 'exited' || result.outcome.exitCode !== 0)
    throw new Error(`The command did not run: ${JSON.stringify(result).slice(0, 300)}`);
}

const home = mkdtempSync(join(tmpdir(), 'cordon-bench-'));
const runner = processRunner({ platform: process.platform, tempDirectory: home });
const common = { workspace: home, rules: { system: join(home, 'none') } };
const free = await createShellRuntime({ ...common, sandbox: 'danger-full-access' });
const confined = await createShellRuntime({ ...common, require: 'best-effort' });

const contestants: Contestant[] = [
  { name: 'bare spawn', run: bareSpawn },
  {
    name: 'execa 9',
    run: ([program, ...args]) => execa(program, args, { encoding: 'buffer', stdin: 'ignore' }),
  },
  { name: 'process runner', run: viaRunner(runner) },
  { name: 'library, no sandbox', run: (argv) => exited(free.exec({ command: argv })) },
];
if (confined.sandbox.selection.kind === 'sandboxed') {
  const { layers } = confined.sandbox.enforcement;
  contestants.push({
    name: `library, sandboxed (${layers.join(', ')})`,
    run: (argv) => exited(confined.exec({ command: argv })),
  });
}

for (const load of loads) {
  const times = contestants.map((): number[] => []);
  for (let round = -5; round < load.rounds; round += 1) {
    for (const [index, { run }] of contestants.entries()) {
      const before = performance.now();
      await run(load.argv);
      if (round >= 0) times[index]?.push(performance.now() - before);
    }
  }
  const medians = times.map(median);
  process.stdout.write(`\n${load.name}, ${load.rounds} rounds\n`);
  for (const [index, { name }] of contestants.entries()) {
    const own = medians[index] ?? Number.NaN;
    const ratio = own / (medians[0] ?? Number.NaN);
    process.stdout.write(`  ${name.padEnd(56)} ${own.toFixed(2).padStart(8)} ms  ${ratio.toFixed(2)}x\n`);
  }
}

await Promise.all([runner.close(), free.close(), confined.close()]);
rmSync(home, { recursive: true });

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
