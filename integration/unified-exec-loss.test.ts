// Not one byte lost or repeated: programs on a terminal that end the moment they have written, read by a host whose event
// loop is sometimes blocked just then. The same for node-pty alone, printed beside it. A part of the whole size, which
// CORDON_LONG=1 asks for: a thousand runs of up to 200 MB, a thousand sessions.
import { spawn as spawnProcess, execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it, vi } from 'vitest';
import { type Bench, bench } from './support/drive-session.ts';
import { processesNamed, uniqueName } from './support/run-process.ts';

const execute = promisify(execFile);
const dist = fileURLToPath(new URL('../dist', import.meta.url));
const host = fileURLToPath(new URL('./fixtures/hosts/sessions.mjs', import.meta.url));

type Kind = 'text' | 'binary' | 'utf-8';

function content(kind: Kind, size: number): Buffer {
  if (kind === 'binary') return randomBytes(size);
  const unit = kind === 'text' ? 'The quick brown fox, line after line.\n' : 'Größe 日本語 🙂 e\u0301\n';
  return Buffer.alloc(size, unit);
}

const sha = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

interface Row {
  readonly size: number;
  readonly kind: Kind;
  readonly runs: number;
}

const isLong = process.env['CORDON_LONG'] === '1';

const sizes = [0, 1, 4_095, 5_000, 20_000, 60_000, 200_000];
const rows: readonly Row[] = [
  ...sizes.flatMap((size) =>
    (['text', 'binary', 'utf-8'] as const).map((kind) => ({ size, kind, runs: isLong ? 46 : 5 })),
  ),
  { size: 1_000_000, kind: 'binary', runs: isLong ? 20 : 5 },
  { size: 5_000_000, kind: 'utf-8', runs: isLong ? 12 : 3 },
  { size: 50_000_000, kind: 'binary', runs: 1 },
  { size: 200_000_000, kind: 'text', runs: isLong ? 1 : 0 },
];
const whole = rows.reduce((sum, { runs }) => sum + runs, 0);

function block(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

/** Raw, or the terminal itself would translate line feeds. */
const command = (file: string): string => `stty raw; cat ${file}`;

async function runOurs(at: Bench, file: string, size: number, blocked: boolean): Promise<string> {
  const hash = createHash('sha256');
  let seen = 0;
  let toBlock = blocked;
  const stop = at.runtime.onEvent((event) => {
    if (event.type !== 'output.chunk') return;
    hash.update(event.bytes);
    seen += event.bytes.length;
    if (toBlock && seen >= size / 2) {
      toBlock = false;
      block(100);
    }
  });
  const opened = await at.runtime.sessions.open({ command: command(file), tty: true, until: 'exit' });
  stop();
  if (!opened.ok || opened.value.kind !== 'finished') throw new Error(JSON.stringify(opened));
  const { result, output } = opened.value;
  if (result.kind !== 'ran' || result.outcome.kind !== 'exited') throw new Error(JSON.stringify(result));
  expect(output.totalBytes).toBe(seen);
  return hash.digest('hex');
}

interface BarePty {
  onData(listener: (bytes: Buffer) => void): void;
  onExit(listener: () => void): void;
}

async function runBare(at: Bench, file: string): Promise<string> {
  const name: string = 'node-pty';
  const { spawn } = (await import(name)) as { spawn(file: string, args: string[], options: object): BarePty };
  const pty = spawn('bash', ['-c', command(file)], { cwd: at.workspace, env: process.env, encoding: null });
  const hash = createHash('sha256');
  pty.onData((bytes) => hash.update(bytes));
  await new Promise<void>((resolve) => pty.onExit(resolve));
  return hash.digest('hex');
}

describe('output on a terminal', () => {
  it('arrives whole and once in every run', async () => {
    // Nobody else's directories: what comes and goes in /tmp meanwhile is not this test's.
    await using at = await bench({ excludeSlashTmp: true });
    const table: string[] = [];
    let total = 0;
    let wrong = 0;
    for (const { size, kind, runs } of rows.filter((row) => row.runs > 0)) {
      const bytes = content(kind, size);
      writeFileSync(join(at.workspace, 'data'), bytes);
      const want = sha(bytes);
      let ours = 0;
      for (let run = 0; run < runs; run += 1)
        if ((await runOurs(at, 'data', size, run % 8 === 0)) !== want) ours += 1;
      const bareRuns = size > 1_000_000 ? 0 : Math.min(isLong ? 8 : 3, runs);
      let bare = 0;
      for (let run = 0; run < bareRuns; run += 1) if ((await runBare(at, 'data')) !== want) bare += 1;
      total += runs;
      wrong += ours;
      table.push(
        `${String(size).padStart(11)} B ${kind.padEnd(7)} cordon ${ours} of ${runs} wrong, node-pty alone ${bare} of ${bareRuns}`,
      );
    }
    process.stdout.write(`${table.join('\n')}\n`);
    expect([total, wrong]).toEqual([whole, 0]);
  }, 300_000);
});

function childrenOf(pid: number): readonly number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return text.split(' ').filter(Boolean).map(Number);
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('a host of sessions', () => {
  it('has nothing left after many of them', async () => {
    // A temporary directory of its own, so that nobody else's files are counted.
    const temporary = mkdtempSync(join(tmpdir(), 'cordon-cycles-'));
    const { stdout } = await execute(process.execPath, [host, dist, 'cycles', isLong ? '1000' : '250'], {
      timeout: 240_000,
      env: { ...process.env, TMPDIR: temporary },
    }).finally(() => rmSync(temporary, { recursive: true }));
    expect(JSON.parse(stdout)).toEqual({ zombies: 0, descriptors: 0, temporary: 0, sessions: 0 });
  }, 240_000);

  it('takes every program along when it is killed, and leaves nothing in the workspace', async () => {
    const name = uniqueName();
    const children: number[] = [];
    const temporary = mkdtempSync(join(tmpdir(), 'cordon-killed-'));
    const child = spawnProcess(process.execPath, [host, dist, 'until-killed', name], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, TMPDIR: temporary },
    });
    try {
      const first = await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
      expect(String(first[0])).toBe('running\n');
      expect(processesNamed(name).length).toBeGreaterThanOrEqual(6);
      const servers = childrenOf(child.pid ?? 0);
      children.push(...servers, ...servers.flatMap(childrenOf));
      // The launch server, and the launchers of the sessions.
      expect(children.length).toBeGreaterThanOrEqual(3);
    } finally {
      child.kill('SIGKILL');
    }
    await vi.waitFor(() => expect(processesNamed(name)).toEqual([]), { timeout: 10_000 });
    await vi.waitFor(() => expect(children.filter(isThere)).toEqual([]), { timeout: 10_000 });
    const [workspace = ''] = readdirSync(temporary).filter((each) => each.startsWith('cordon-host-'));
    await vi.waitFor(() => expect(readdirSync(join(temporary, workspace))).toEqual([]), { timeout: 10_000 });
    rmSync(temporary, { recursive: true });
  });
});
