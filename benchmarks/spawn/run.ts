// What a sandbox costs: `true`, started and awaited from Node in every way this host has, taken in turns so that all
// of them meet the same weather. Wall time from spawn to the last word (exit, or GONE), and what the launcher holds in
// memory while a command runs. CORDON_BENCH_ROUNDS sets how often (default 60).
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { AbsolutePath } from '../../src/domain/index.ts';
import { encodeStart, startFrame } from '../../src/launcher/launcher-frames.ts';
import type { LauncherPolicy } from '../../src/launcher/launcher-policy.ts';
import { FrameReader, type LauncherFrame } from '../../src/launcher/launcher-reports.ts';
import { createShellRuntime } from '../../src/index.ts';
import { measureHeldMemory } from './held-memory.ts';
import { ensureLauncher, protectedNames } from '../../src/sandbox/index.ts';

const rounds = Number(process.env['CORDON_BENCH_ROUNDS'] ?? 60);
const root = realpathSync(mkdtempSync('/var/tmp/cordon-bench-'));
const scratch = mkdtempSync('/tmp/cordon-bench-tools-');

interface Way {
  readonly name: string;
  /** What was done before the command was there; not measured. */
  prepare?(): Promise<void>;
  run(): Promise<void>;
}

async function bare(argv: readonly [string, ...string[]]): Promise<void> {
  const child = spawn(argv[0], argv.slice(1), { stdio: ['ignore', 'pipe', 'pipe'], cwd: root });
  child.stdout.resume();
  child.stderr.resume();
  const [status] = (await once(child, 'close')) as [number | null];
  if (status !== 0) throw new Error(`${argv[0]} ended with ${String(status)}`);
}

// Its prebuilt distribution declares its types under another name.
const nodePty = createRequire(import.meta.url)('node-pty') as {
  spawn(
    file: string,
    args: readonly string[],
    options: object,
  ): { onData(listener: () => void): unknown; onExit(listener: () => void): unknown };
};

async function onTerminal(): Promise<void> {
  const pty = nodePty.spawn('/bin/true', [], { rows: 24, cols: 80, cwd: root, encoding: null });
  pty.onData(() => undefined);
  await new Promise<void>((resolve) => pty.onExit(resolve));
}

function spawnLauncher(
  launcher: string,
  wrapper: readonly string[],
  ...when: readonly 'ahead'[]
): ChildProcess {
  const argv = [...wrapper, launcher, 'fd:3', ...when];
  return spawn(argv[0] ?? launcher, argv.slice(1), { stdio: ['ignore', 'pipe', 'pipe', 'pipe'], cwd: '/' });
}

async function launched(child: ChildProcess, start: Uint8Array): Promise<LauncherFrame[]> {
  const channel = child.stdio[3] as Duplex;
  const frames: LauncherFrame[] = [];
  const reader = new FrameReader();
  channel.on('data', (chunk: Buffer) => frames.push(...reader.push(chunk)));
  child.stdout?.resume();
  child.stderr?.resume();
  channel.write(start);
  await once(child, 'close');
  if (frames.at(-1)?.kind !== 'gone') throw new Error(JSON.stringify(frames));
  return frames;
}

const run = { argv: ['/bin/true'], cwd: root, env: new Map([['PATH', '/usr/bin:/bin']]) } as const;
function policy(require: 'full' | 'best-effort', argv: LauncherPolicy['argv'] = run.argv): LauncherPolicy {
  return {
    mode: 'workspace-write',
    ...run,
    argv,
    require,
    network: 'none',
    denyRead: [],
    privateTmp: true,
    writable: [{ path: root, guard: 'all' }],
    protect: [],
    protectedNames: protectedNames.map((name) => ({ name, whenMissing: 'forbid' })),
    limits: { processes: 4096 },
  };
}

function installed(program: string): string | undefined {
  const found = spawnSync('sh', ['-c', `command -v ${program}`], { encoding: 'utf8' }).stdout.trim();
  return found === '' ? undefined : found;
}

function denyNamespaces(): string | undefined {
  const source = fileURLToPath(new URL('../../integration/fixtures/deny-calls.c', import.meta.url));
  const program = join(scratch, 'deny-calls');
  if (!existsSync(source)) return undefined;
  return spawnSync('cc', ['-O1', '-w', source, '-o', program]).status === 0 ? program : undefined;
}

function launcherWays(launcher: AbsolutePath): Way[] {
  const supervised = startFrame(encodeStart({ mode: 'supervise', ...run }));
  const full = startFrame(encodeStart(policy('full')));
  const less = startFrame(encodeStart(policy('best-effort')));
  const deny = denyNamespaces();
  const way = (name: string, start: Uint8Array, wrapper: readonly string[] = []): Way => ({
    name,
    run: async () => {
      await launched(spawnLauncher(launcher, wrapper), start);
    },
  });
  return [
    way('launcher, supervised only', supervised),
    ...(deny === undefined
      ? []
      : [way('launcher, Landlock and seccomp only', less, [deny, 'namespaces', '--'])]),
    way('launcher, full sandbox', full),
    startedAhead(launcher, full),
  ];
}

function startedAhead(launcher: AbsolutePath, start: Uint8Array): Way {
  let waiting: ChildProcess | undefined;
  return {
    name: 'launcher, full, started ahead',
    prepare: async () => {
      waiting = spawnLauncher(launcher, [], 'ahead');
      const pid = waiting.pid ?? 0;
      // Its first process has made its namespaces and sleeps.
      while (
        !childrenOf(pid).some((child) => / S /u.test(readFileSync(`/proc/${String(child)}/stat`, 'utf8')))
      )
        await delay(1);
      await delay(2);
    },
    run: async () => {
      if (waiting !== undefined) await launched(waiting, start);
    },
  };
}

function otherWays(): Way[] {
  const bwrap = installed('bwrap');
  const codex = installed('codex');
  const srt = installed('srt');
  const full =
    '--unshare-all --die-with-parent --new-session --as-pid-1 --cap-drop ALL --ro-bind / / --dev /dev --proc /proc --tmpfs /tmp';
  return [
    ...(bwrap === undefined
      ? []
      : [
          {
            name: 'bubblewrap, full',
            run: () => bare([bwrap, ...full.split(' '), '--bind', root, root, '/bin/true']),
          },
        ]),
    ...(codex === undefined
      ? []
      : [{ name: 'codex sandbox', run: () => bare([codex, 'sandbox', '/bin/true']) }]),
    ...(srt === undefined ? [] : [{ name: 'sandbox-runtime', run: () => bare([srt, '/bin/true']) }]),
  ];
}

async function memory(launcher: AbsolutePath): Promise<string> {
  const start = startFrame(encodeStart(policy('full', ['/bin/sh', '-c', 'echo ready; exec sleep 60'])));
  const child = spawn(launcher, ['fd:3'], { stdio: ['ignore', 'pipe', 'ignore', 'pipe'], cwd: '/' });
  const channel = child.stdio[3] as Duplex;
  channel.on('error', () => undefined);
  channel.resume();
  channel.write(start);
  await once(child.stdout ?? channel, 'data');
  const own = childrenOf(child.pid ?? 0);
  const kib = [child.pid ?? 0, ...own].map(proportionalKib);
  channel.destroy();
  await once(child, 'exit');
  return `${String(kib.reduce((sum, each) => sum + each, 0))} KiB in ${String(kib.length)} processes`;
}

function childrenOf(pid: number): number[] {
  const text = readFileSync(`/proc/${String(pid)}/task/${String(pid)}/children`, 'utf8');
  return text
    .split(' ')
    .filter((word) => word !== '')
    .map(Number);
}

function proportionalKib(pid: number): number {
  return Number(/^Pss:\s+(\d+)/mu.exec(readFileSync(`/proc/${String(pid)}/smaps_rollup`, 'utf8'))?.[1] ?? 0);
}

/** Those of the others that run at all here: each has needs of its own. */
async function working(ways: readonly Way[]): Promise<readonly Way[]> {
  const found: Way[] = [];
  for (const way of ways) {
    try {
      await way.run();
      found.push(way);
    } catch (error) {
      console.log(`left out: ${way.name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return found;
}

async function measure(ways: readonly Way[]): Promise<ReadonlyMap<string, readonly number[]>> {
  const times = new Map(ways.map(({ name }) => [name, [] as number[]]));
  for (let round = -5; round < rounds; round++) {
    for (const way of ways) {
      await way.prepare?.();
      const begun = performance.now();
      await way.run();
      if (round >= 0) times.get(way.name)?.push(performance.now() - begun);
    }
  }
  return times;
}

function row(name: string, times: readonly number[], reference: number): string {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  const cells = [at(0.5), at(0), at(0.9)].map((ms) => ms.toFixed(2).padStart(8));
  return `${name.padEnd(38)}${cells.join('')}${(at(0.5) / reference).toFixed(1).padStart(8)}`;
}

async function main(): Promise<void> {
  const built = await ensureLauncher();
  if (!built.ok) throw new Error(`${built.error.what}\n${built.error.hint}`);
  await using runtime = await createShellRuntime({
    workspace: root,
    excludeSlashTmp: true,
    excludeTmpdir: true,
  });
  const exec = (name: string, command: readonly [string, ...string[]]): Way => ({
    name,
    run: async () => {
      const result = await runtime.exec({ command });
      const isDone =
        result.kind === 'ran' && result.outcome.kind === 'exited' && result.outcome.exitCode === 0;
      if (!isDone) throw new Error(JSON.stringify(result));
      const changes = result.attempts.at(-1)?.changes;
      if (changes !== undefined && changes.kind !== 'committed') throw new Error(JSON.stringify(changes));
    },
  });
  const library = exec('library, exec() in the full sandbox', ['/bin/true']);
  const ways: Way[] = [
    { name: 'bare spawn', run: () => bare(['/bin/true']) },
    ...launcherWays(built.value),
    library,
    ...(await working(otherWays())),
  ];
  const times = await measure(ways);
  const reference = (times.get('bare spawn') ?? []).toSorted((a, b) => a - b)[Math.floor(rounds / 2)] ?? 1;
  console.log(`${'milliseconds to run `true`'.padEnd(38)}  median     min     p90  x bare`);
  for (const [name, taken] of times) console.log(row(name, taken, reference));
  const named = (name: string): Way[] => ways.filter((way) => way.name === name);
  const session: Way = {
    name: 'library, session on a terminal, full sandbox',
    run: async () => {
      const opened = await runtime.sessions.open({ command: ['/bin/true'], tty: true, until: 'exit' });
      if (!opened.ok || opened.value.kind !== 'finished') throw new Error(JSON.stringify(opened));
    },
  };
  await measureHeldMemory(
    [
      {
        title: '`true`',
        ways: [...named('bare spawn'), ...named('bubblewrap, full'), library],
        atOnce: 64,
      },
      {
        title: '`touch x`, judged and committed',
        ways: [
          { name: 'bare spawn of touch', run: () => bare(['/usr/bin/touch', 'bare']) },
          exec('library, exec() in the full sandbox', ['/usr/bin/touch', 'written']),
        ],
        atOnce: 0,
      },
      {
        title: '`true` on a terminal',
        ways: [{ name: 'node-pty alone', run: onTerminal }, session],
        atOnce: 0,
      },
    ],
    Math.max(4, Math.floor(rounds / 2)),
  );
  console.log(`\nlauncher processes of a running command: ${await memory(built.value)}`);
}

try {
  await main();
} finally {
  for (const directory of [root, scratch]) rmSync(directory, { recursive: true, force: true });
}
