// What rules cost: the start of the program with none, one and ten thousand of them, and one evaluation against ten
// thousand. Needs `npm run build:ts`. Run: npx tsx benchmarks/policy/measure-policy.ts [RUNS]
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
import { computedRules, literalRules, oneProgramRules } from './rule-texts.ts';

const bin = fileURLToPath(new URL('../../bin/cordon.js', import.meta.url));
const runs = Number(process.argv[2] ?? 15);
const many = 10_000;

interface Timing {
  readonly best: number;
  readonly median: number;
}

function timeProcess(args: readonly string[]): Timing {
  const times: number[] = [];
  for (let run = 0; run < runs + 2; run += 1) {
    const start = performance.now();
    const ended = spawnSync(process.execPath, args, { stdio: 'ignore' });
    // The first two warm the page cache.
    if (run >= 2) times.push(performance.now() - start);
    if (ended.status !== 0) throw new Error(`node ${args.join(' ')} ended with ${ended.status}`);
  }
  times.sort((a, b) => a - b);
  return { best: times[0] ?? NaN, median: times[times.length >> 1] ?? NaN };
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
  const none = file('none.rules', '');
  const one = file('one.rules', literalRules(1));
  const literal = file('literal.rules', literalRules(many));
  const single = file('single.rules', oneProgramRules(many));
  const computed = file('computed.rules', computedRules(1000));
  const check = (rules: string, ...words: readonly string[]): readonly string[] => [
    bin,
    ...['policy', 'check', '--rules', rules, ...words],
  ];

  const rows: readonly (readonly [string, readonly string[]])[] = [
    ['node -e 0', ['-e', '0']],
    ['policy check, no rules', check(none, 'x')],
    ['policy check, 1 rule', check(one, 'program0', 'sub')],
    ['policy check, 10,000 rules with examples', check(literal, 'program5', 'sub')],
    ['policy check, 10,000 rules of one program', check(single, 'program', 'sub5')],
    ['policy check, 1,000 rules from a loop', check(computed, 'program5', 'sub')],
  ];
  for (const [name, args] of rows) {
    const { best, median } = timeProcess(args);
    process.stdout.write(`${name.padEnd(44)} best ${best.toFixed(1)} ms, median ${median.toFixed(1)} ms\n`);
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
    process.stdout.write(`evaluations against 10,000 rules, ${name.padEnd(20)} ${speed} a second\n`);
  }
} finally {
  rmSync(directory, { recursive: true, force: true });
}
