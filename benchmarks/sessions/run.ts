// Sessions beside node-pty alone, in one run: how fast a terminal's output arrives, how long a short program takes, and
// what 64 busy sessions cost in memory.
//
//   npx tsx benchmarks/sessions/run.ts [MEGABYTES] [SPAWNS] [CHATTY_SECONDS]     (needs `npm run build` first)
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createShellRuntime } from '../../src/index.ts';

const [megabytes = 100, spawns = 100, chattySeconds = 60] = process.argv.slice(2).map(Number);
const workspace = mkdtempSync(join(tmpdir(), 'cordon-bench-'));
const env = { PATH: process.env['PATH'] ?? '/usr/bin:/bin' };
const rules = { home: join(workspace, 'home'), system: join(workspace, 'system') };
// Its prebuilt distribution declares its types under another name.
const nodePty = createRequire(import.meta.url)('node-pty') as NodePty;

interface NodePty {
  spawn(
    file: string,
    args: readonly string[],
    options: object,
  ): { onData(listener: (bytes: Buffer) => void): unknown; onExit(listener: () => void): unknown };
}

async function bare(command: string): Promise<number> {
  const startedAt = performance.now();
  const size = { rows: 24, cols: 80 };
  const pty = nodePty.spawn('/bin/bash', ['-c', command], { ...size, cwd: workspace, env, encoding: null });
  pty.onData(() => undefined);
  await new Promise<void>((resolve) => pty.onExit(resolve));
  return performance.now() - startedAt;
}

async function ours(
  runtime: Awaited<ReturnType<typeof createShellRuntime>>,
  command: string,
): Promise<number> {
  const startedAt = performance.now();
  const opened = await runtime.sessions.open({ command, tty: true, until: 'exit' });
  if (!opened.ok || opened.value.kind !== 'finished') throw new Error('the session did not end');
  return performance.now() - startedAt;
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;

const sandboxed = await createShellRuntime({ workspace, rules, baseEnv: env, require: 'best-effort' });
const open = await createShellRuntime({ workspace, rules, baseEnv: env, sandbox: 'danger-full-access' });

const flood = `stty raw; head -c ${megabytes * 1_000_000} /dev/zero`;
const speed = (ms: number): string => `${(megabytes / (ms / 1000)).toFixed(0)} MB/s`;
const floods = { bare: [] as number[], open: [] as number[], sandboxed: [] as number[] };
for (let round = 0; round < 9; round += 1) {
  floods.bare.push(await bare(flood));
  floods.open.push(await ours(open, flood));
  floods.sandboxed.push(await ours(sandboxed, flood));
}
const typicalFlood = {
  bare: median(floods.bare),
  open: median(floods.open),
  sandboxed: median(floods.sandboxed),
};
// The best of a few is luck: whoever once had both processors to itself.
console.log(`throughput of ${megabytes} MB, median (and best) of ${floods.bare.length}, interleaved`);
for (const [name, kind, target] of [
  ['node-pty alone', 'bare', ''],
  ['session, no sandbox', 'open', ' (target: at least 0.8x)'],
  ['session, sandboxed', 'sandboxed', ''],
] as const) {
  const share = (typicalFlood.bare / typicalFlood[kind]).toFixed(2);
  console.log(
    `  ${name.padEnd(20)}  ${speed(typicalFlood[kind])} (${speed(Math.min(...floods[kind]))})  ${share}x${target}`,
  );
}

// An agent thinks between two commands; a script does not.
for (const [says, pauseMs] of [
  ['in a row', 0],
  ['20 ms apart', 20],
] as const) {
  const times = { bare: [] as number[], open: [] as number[], sandboxed: [] as number[] };
  const runs = {
    bare: async () => await bare('true'),
    open: async () => await ours(open, 'true'),
    sandboxed: async () => await ours(sandboxed, 'true'),
  };
  for (let round = 0; round < spawns; round += 1) {
    for (const kind of ['bare', 'open', 'sandboxed'] as const) {
      if (pauseMs > 0) await pause(pauseMs);
      times[kind].push(await runs[kind]());
    }
  }
  const typical = { bare: median(times.bare), open: median(times.open), sandboxed: median(times.sandboxed) };
  console.log(`from open to the end of \`true\`, median of ${spawns}, interleaved, ${says}`);
  console.log(`  node-pty alone        ${typical.bare.toFixed(2)} ms`);
  console.log(
    `  session, no sandbox   ${typical.open.toFixed(2)} ms  ${(typical.open / typical.bare).toFixed(2)}x of node-pty (target: at most 1.5x)`,
  );
  console.log(
    `  session, sandboxed    ${typical.sandboxed.toFixed(2)} ms  ${(typical.sandboxed - typical.open).toFixed(2)} ms for the sandbox`,
  );
}
await sandboxed.close();
await open.close();
rmSync(workspace, { recursive: true });

if (chattySeconds > 0) {
  const host = fileURLToPath(new URL('../../integration/fixtures/hosts/sessions.mjs', import.meta.url));
  const dist = fileURLToPath(new URL('../../dist', import.meta.url));
  const told = execFileSync(process.execPath, [host, dist, 'chatty', '64', String(chattySeconds)], {
    encoding: 'utf8',
  });
  console.log(`64 chatty sessions for ${chattySeconds} s (target: 300 MiB)\n  ${told.trim()}`);
}
