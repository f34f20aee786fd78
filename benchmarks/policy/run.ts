// What rules cost: the start of the program with none, one and ten thousand of them, and one evaluation against ten
// thousand. All ways take turns in one run, beside `node -e 0` and, where it is installed, the program whose rule files
// these are: `codex` on the PATH, or the binary that CORDON_BENCH_CODEX names.
//
//   npx tsx benchmarks/policy/run.ts [ROUNDS]     (needs `npm run build` first)
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { absolutePath, isNonEmpty, type AbsolutePath, type ParsedCommand } from '../../src/domain/index.ts';
import {
  evaluate,
  loadPolicy,
  type Policy,
  type ProgramPlace,
  type ProgramResolver,
} from '../../src/policy/index.ts';
import { computedRules, literalRules, nestedRules, oneProgramRules } from './rule-texts.ts';

const bin = fileURLToPath(new URL('../../bin/cordon.js', import.meta.url));
const rounds = Number(process.argv[2] ?? 15);
const many = 10_000;

interface Way {
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
}

interface Timing {
  readonly best: number;
  readonly median: number;
}

/** Rounds of all ways, one after the other: what else the machine does falls on all of them. */
function timeProcesses(ways: readonly Way[]): ReadonlyMap<string, Timing> {
  const times = new Map<string, number[]>(ways.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds + 2; round += 1) {
    for (const { name, program, args } of ways) {
      const start = performance.now();
      const { status } = spawnSync(program, args, { stdio: 'ignore' });
      // The first two warm the page cache.
      if (round >= 2) times.get(name)?.push(performance.now() - start);
      if (status !== 0) throw new Error(`${name}: ${program} ${args.join(' ')} ended with ${status}`);
    }
  }
  return new Map(
    [...times].map(([name, each]) => {
      each.sort((a, b) => a - b);
      return [name, { best: each[0] ?? NaN, median: each[each.length >> 1] ?? NaN }];
    }),
  );
}

/** The program to compare with; undefined where there is none. */
function findCodex(): string | undefined {
  const named = process.env['CORDON_BENCH_CODEX'];
  if (named !== undefined) return named;
  const { status, stdout } = spawnSync('sh', ['-c', 'command -v codex'], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}

function pathOf(text: string): AbsolutePath {
  const path = absolutePath(text);
  if (path === undefined) throw new Error(`${text} is no absolute path`);
  return path;
}

/** Answers at once: what a disk takes to answer is the disk's. */
const place: ProgramPlace = { kind: 'trusted', path: pathOf('/usr/bin/x'), realPath: pathOf('/usr/bin/x') };
const trusting: ProgramResolver = { locate: () => place, realPath: (path) => path };

function command(...words: readonly string[]): ParsedCommand {
  if (!isNonEmpty(words)) throw new Error('a command has words');
  return {
    kind: 'plain',
    commands: [{ argv: words, directory: { kind: 'start' } }],
    from: 'argv',
    literalCommands: [{ words, assignments: [], redirects: [], via: [] }],
  };
}

function perSecond(policy: Policy, inputs: readonly ParsedCommand[]): number {
  const context = { cwd: pathOf('/work'), path: '/usr/bin', resolve: trusting };
  const total = 400_000;
  const pass = (): number => {
    const start = performance.now();
    for (let index = 0; index < total; index += 1) {
      evaluate(policy, inputs[index % inputs.length] ?? command('x'), context);
    }
    return (total / (performance.now() - start)) * 1000;
  };
  pass();
  return Math.max(pass(), pass());
}

const directory = mkdtempSync(join(tmpdir(), 'cordon-bench-'));
try {
  const file = (name: string, text: string): string => {
    writeFileSync(join(directory, name), text);
    return join(directory, name);
  };
  const literal = file('literal.rules', literalRules(many));
  const single = file('single.rules', oneProgramRules(many));
  const cases: readonly (readonly [string, string, readonly string[]])[] = [
    ['no rules', file('none.rules', ''), ['x']],
    ['1 rule', file('one.rules', literalRules(1)), ['program0', 'sub']],
    ['10,000 rules with examples', literal, ['program5', 'sub']],
    ['10,000 rules over several lines', file('nested.rules', nestedRules(many)), ['program5', 'sub']],
    ['10,000 rules of one program', single, ['program', 'sub5']],
    ['1,000 rules from a loop', file('computed.rules', computedRules(1000)), ['program5', 'sub']],
  ];
  const codex = findCodex();
  const ways: Way[] = [{ name: 'node -e 0', program: process.execPath, args: ['-e', '0'] }];
  for (const [name, rules, words] of cases) {
    const check = ['policy', 'check', '--rules', rules, ...words];
    ways.push({ name: `cordon, ${name}`, program: process.execPath, args: [bin, ...check] });
    if (codex === undefined) continue;
    ways.push({
      name: `codex, ${name}`,
      program: codex,
      args: ['execpolicy', 'check', '--rules', rules, ...words],
    });
  }
  const timings = timeProcesses(ways);
  console.log(`whole processes, interleaved, best and median of ${rounds}`);
  for (const [name, { best, median }] of timings)
    console.log(`  ${name.padEnd(40)} ${best.toFixed(1).padStart(7)} ms ${median.toFixed(1).padStart(7)} ms`);
  const of = (name: string): Timing => timings.get(name) ?? { best: NaN, median: NaN };
  const [no, one] = [of('cordon, no rules'), of('cordon, 1 rule')];
  console.log(
    `one rule adds ${(one.best - no.best).toFixed(1)} ms (best), ${(one.median - no.median).toFixed(1)} ms (median); target: under 5 ms`,
  );
  if (codex === undefined) console.log('codex is not installed: nothing to compare with');
  for (const [name] of codex === undefined ? [] : cases.filter(([each]) => each.startsWith('10,000'))) {
    const [own, other] = [of(`cordon, ${name}`), of(`codex, ${name}`)];
    const ratios = `${(own.best / other.best).toFixed(2)}x (best), ${(own.median / other.median).toFixed(2)}x (median)`;
    console.log(`${name}: ${ratios} of codex; target: at most 1.0x`);
  }

  for (const [name, rules, inputs] of [
    [
      'distinct programs',
      literal,
      [command('program7', 'sub', 'x'), command('program9', 'other'), command('ls')],
    ],
    [
      'one program',
      single,
      [command('program', 'sub7', 'x'), command('program', 'sub9999'), command('program')],
    ],
  ] as const) {
    const { policy, errors } = await loadPolicy({ onlyFiles: true, files: [rules] });
    if (errors.length > 0) throw new Error(errors[0]?.message);
    const speed = Math.round(perSecond(policy, inputs)).toLocaleString('en');
    console.log(`evaluations against 10,000 rules, ${name}: ${speed} a second; target: over 200,000`);
  }
} finally {
  rmSync(directory, { recursive: true, force: true });
}
