// What deciding costs: a command parsed, evaluated against the rules, crossed with the approval policy, and told to a
// listener, up to the point where a process would start. The process itself is replaced by one that ends at once.
//
//   npx tsx benchmarks/decide.ts [ROUNDS]
//
// The clock says what a caller waits on a quiet machine; processor time, garbage collection included, is the same on a
// busy one, and is what is judged.
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Argv, CallId, ExecRequest, LauncherReport, Runner } from '../src/domain/index.ts';
import { askHost } from '../src/runtime/ask-host.ts';
import { createRuntimeCore } from '../src/runtime/runtime-core.ts';

const rounds = Number(process.argv[2] ?? 5_000);
const limitUs = 150;

const commands: readonly { readonly name: string; readonly command: string | Argv }[] = [
  { name: 'an argv: git status', command: ['git', 'status'] },
  { name: 'a script: cd src && grep -rn TODO . | head -20', command: 'cd src && grep -rn TODO . | head -20' },
  {
    name: 'a script behind bash -lc',
    command: ['bash', '-lc', 'npm run build && npm test -- --reporter=dot'],
  },
  { name: 'an opaque script', command: 'for f in *.ts; do wc -l "$f"; done > lines.txt' },
  { name: 'a forbidden command', command: ['rule17', 'sub', 'x'] },
];

const root = realpathSync(mkdtempSync(join(tmpdir(), 'cordon-decide-')));
const home = join(root, 'home');
mkdirSync(join(home, 'rules'), { recursive: true });
mkdirSync(join(root, 'work', 'src'), { recursive: true });
const rules = Array.from({ length: 100 }, (_, index) => {
  const decision = ['allow', 'prompt', 'forbidden'][index % 3] ?? 'prompt';
  return `prefix_rule(pattern=["rule${String(index)}", ["sub", "other"]], decision="${decision}")\n`;
});
writeFileSync(join(home, 'rules', 'many.rules'), rules.join(''));

const core = await createRuntimeCore(
  askHost({
    workspace: join(root, 'work'),
    sandbox: 'danger-full-access',
    rules: { home, system: join(root, 'none') },
    baseEnv: {
      PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      HOME: '/nobody',
      LANG: 'C.UTF-8',
    },
  }),
);
const seen = { events: 0 };
core.events.on(() => {
  seen.events += 1;
});

const empty = { head: new Uint8Array(), tail: new Uint8Array(), omittedBytes: 0, totalBytes: 0 };
const output = { stdout: empty, stderr: empty, aggregated: empty, spillFile: undefined };
const report: LauncherReport = { enforcement: undefined, denials: [] };
const runner: Runner<never> = {
  start: (command, io) => {
    io.onStarted(command.enforcement, undefined);
    return Promise.resolve({ kind: 'finished', outcome: { kind: 'exited', exitCode: 0, output }, report });
  },
};
const signal = new AbortController().signal;
const stdin: ExecRequest['stdin'] = { kind: 'null' };

async function timeOne(command: string | Argv, index: number): Promise<number> {
  const before = performance.now();
  await core.run(
    { command, callId: `call-${String(index)}` as CallId },
    { runner, tty: false, stdin },
    signal,
  );
  return (performance.now() - before) * 1000;
}

const table: Record<string, { 'cpu us': string; 'median us': string; 'p95 us': string; verdict: string }> =
  {};
for (const { name, command } of commands) {
  for (let index = 0; index < rounds / 5; index += 1) await timeOne(command, index);
  const times: number[] = [];
  const before = process.cpuUsage();
  for (let index = 0; index < rounds; index += 1) times.push(await timeOne(command, index));
  const { user, system } = process.cpuUsage(before);
  const cpu = (user + system) / rounds;
  times.sort((a, b) => a - b);
  const median = times[Math.floor(rounds / 2)] ?? Number.NaN;
  const tail = times[Math.floor(rounds * 0.95)] ?? Number.NaN;
  const verdict = cpu < limitUs ? `below ${String(limitUs)} us` : `ABOVE ${String(limitUs)} us`;
  table[name] = {
    'cpu us': cpu.toFixed(1),
    'median us': median.toFixed(1),
    'p95 us': tail.toFixed(1),
    verdict,
  };
}
console.table(table);
await core.close();
rmSync(root, { recursive: true, force: true });
