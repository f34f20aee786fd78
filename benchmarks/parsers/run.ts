// Why the splitter is our own: every parser on one corpus, judged by real bash, then timed.
//
//   npx tsx benchmarks/parsers/run.ts [SCRIPTS] [SEED]        (default 4000 scripts, half of them plain)
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { mutatedScript, soupScript } from '../../integration/support/bash-oracle/hostile-scripts.ts';
import {
  type Oracle,
  schedules,
  spellsBuiltin,
  startOracle,
} from '../../integration/support/bash-oracle/oracle.ts';
import { plainScript } from '../../integration/support/bash-oracle/plain-scripts.ts';
import { Random } from '../../integration/support/bash-oracle/random.ts';
import { parseScript } from '../../src/shell/index.ts';
import { type Argvs, extractors } from './extractors.ts';
import { hostileInputs } from './hostile-inputs.ts';

const count = Number(process.argv[2] ?? 4000);
const seed = Number(process.argv[3] ?? 1);

interface Sample {
  readonly script: string;
  readonly plain: boolean;
}

const started = await startOracle();
if (started.kind === 'missing') {
  console.error(`Cannot judge the parsers: ${started.what}`);
  process.exit(1);
}
try {
  await printCorrectness(started.oracle);
} finally {
  started.oracle.close();
}
printSpeed();
printHostile();

async function printCorrectness(oracle: Oracle): Promise<void> {
  const samples = makeSamples();
  const executed = await runAll(
    oracle,
    samples.map(({ script }) => script),
  );
  console.log(
    `${samples.length} scripts, ${samples.filter(({ plain }) => plain).length} plain by construction, seed ${seed}\n`,
  );
  console.log(
    '| reader | accepted | bash ran an argv it did not name | of these, another program | named one bash never ran | plain rejected |',
  );
  console.log('|---|---:|---:|---:|---:|---:|');
  for (const { name, extract } of extractors) {
    let [accepted, wrong, wrongProgram, invented, rejected] = [0, 0, 0, 0, 0];
    for (const [index, { script, plain }] of samples.entries()) {
      const named = extract(script);
      if (named === undefined) {
        if (plain) rejected += 1;
        continue;
      }
      accepted += 1;
      const ran = executed[index] ?? [];
      const names = new Set(named.map((argv) => JSON.stringify(argv)));
      const programs = new Set(named.map((argv) => argv[0]));
      if (ran.some((argv) => !names.has(JSON.stringify(argv)))) wrong += 1;
      if (ran.some((argv) => !programs.has(argv[0] ?? ''))) wrongProgram += 1;
      const really = new Set(ran.map((argv) => JSON.stringify(argv)));
      if ([...names].some((argv) => !really.has(argv))) invented += 1;
    }
    console.log(`| ${name} | ${accepted} | ${wrong} | ${wrongProgram} | ${invented} | ${rejected} |`);
  }
}

function makeSamples(): Sample[] {
  const random = new Random(seed);
  const samples: Sample[] = [];
  while (samples.length < count) {
    const plain = samples.length < count / 2;
    const script = plain
      ? plainScript(random).script
      : random.chance(60)
        ? mutatedScript(random)
        : soupScript(random);
    // Bash runs these for real, stubs or not: nothing that multiplies itself or never ends.
    if (spellsBuiltin(script) || /\(\s*\)|function|coproc|while|until|\0/.test(script)) continue;
    samples.push({ script, plain });
  }
  return samples;
}

/** Everything bash ran in either schedule. */
async function runAll(oracle: Oracle, scripts: readonly string[]): Promise<Argvs[]> {
  const executed: (readonly string[])[][] = scripts.map(() => []);
  for (const schedule of schedules) {
    for (let from = 0; from < scripts.length; from += 500) {
      const runs = await oracle.runBatch(scripts.slice(from, from + 500), schedule, 'forked');
      for (const [index, run] of runs.entries()) executed[from + index]?.push(...run);
    }
  }
  return executed;
}

function printSpeed(): void {
  const typical = `cd src && git diff --stat HEAD~1 -- 'a b.ts' "c.ts" | head -n 20`;
  const long = Array.from({ length: 128 }, () => typical.replace('cd src && ', '')).join('\n');
  console.log('\n| reader | a typical line | 8 KB |');
  console.log('|---|---:|---:|');
  for (const { name, extract } of extractors) {
    console.log(`| ${name} | ${micros(() => extract(typical))} | ${micros(() => extract(long))} |`);
  }
  console.log(
    `| cordon, parseScript with facts | ${micros(() => parseScript(typical))} | ${micros(() => parseScript(long))} |`,
  );
  const opaque = `for f in $(git ls-files); do sed -n 1p "$f" > "$TMP/$f"; done`;
  console.log(`| cordon, an opaque line with facts | ${micros(() => parseScript(opaque))} | |`);
}

/** The median of several rounds, each long enough to be measured. */
function micros(work: () => unknown): string {
  const rounds: number[] = [];
  for (let warm = 0; warm < 200; warm += 1) work();
  for (let round = 0; round < 15; round += 1) {
    let repeats = 0;
    const from = performance.now();
    while (performance.now() - from < 40) {
      for (let inner = 0; inner < 10; inner += 1) work();
      repeats += 10;
    }
    rounds.push(((performance.now() - from) * 1000) / repeats);
  }
  const median = rounds.sort((left, right) => left - right)[7] ?? 0;
  return `${median < 100 ? median.toFixed(1) : median.toFixed(0)} µs`;
}

function printHostile(): void {
  const limitMs = 5000;
  const names = extractors.map(({ name }) => name);
  console.log(`\n| hostile input | ${names.join(' | ')} |`);
  console.log(`|---|${names.map(() => '---:|').join('')}`);
  const timeOne = fileURLToPath(new URL('time-one.ts', import.meta.url));
  for (const input of Object.keys(hostileInputs)) {
    const cells = names.map((name) => {
      const run = spawnSync(process.execPath, ['--import', 'tsx', timeOne, name, input], {
        encoding: 'utf8',
        timeout: limitMs,
      });
      if (run.signal !== null) return `> ${limitMs / 1000} s`;
      return run.status === 0 ? `${Number(run.stdout).toFixed(1)} ms` : 'crash';
    });
    console.log(`| ${input} | ${cells.join(' | ')} |`);
  }
}
