// Runs one program through the process runner, the way the orchestrator does, and looks at what it left behind.
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import {
  type AbsolutePath,
  type Argv,
  type AttemptOutcome,
  noEnforcement,
  type PreparedCommand,
  type RunnerIo,
  type StdinMode,
} from '../../src/domain/index.ts';
import { encodeStart } from '../../src/launcher/launcher-frames.ts';
import { type ProcessRunner, renderCaptured } from '../../src/runtime/process/index.ts';

/** `CORDON_TEST_LAUNCHER` puts another build under the same tests: the sanitized one. */
export const launcherPath = (process.env['CORDON_TEST_LAUNCHER'] ??
  fileURLToPath(new URL('../../native/build/cordon-launcher', import.meta.url))) as AbsolutePath;
export const hasLauncher: boolean = existsSync(launcherPath);

export function fixture(name: string): string {
  return fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));
}

export interface Wish {
  readonly argv: Argv;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** `direct` by itself; `launched` under the launcher's supervision, without a sandbox. */
export type Way = 'direct' | 'launched';

export function prepare(way: Way, wish: Wish): PreparedCommand {
  const cwd = (wish.cwd ?? '/') as AbsolutePath;
  const env = new Map(Object.entries({ PATH: '/usr/local/bin:/usr/bin:/bin', ...wish.env }));
  const { argv } = wish;
  if (way === 'direct') return { kind: 'direct', argv, cwd, env, enforcement: noEnforcement };
  const start = encodeStart({ mode: 'supervise', argv, cwd, env });
  return { kind: 'launched', launcher: launcherPath, start, enforcement: noEnforcement };
}

/** Prepared the way the runtime prepares it: with a mark of its own. */
export function prepareMarked(way: Way, wish: Wish): PreparedCommand {
  return prepare(way, { ...wish, env: { CORDON_ATTEMPT: randomUUID(), ...wish.env } });
}

export interface Manner {
  readonly stdin?: StdinMode;
  readonly timeoutMs?: number | 'none';
  readonly signal?: AbortSignal;
  readonly onOutput?: RunnerIo['onOutput'];
  readonly onStarted?: RunnerIo['onStarted'];
}

export async function run(
  runner: ProcessRunner,
  command: PreparedCommand,
  manner: Manner = {},
): Promise<AttemptOutcome> {
  const started = await runner.start(
    command,
    {
      stdin: manner.stdin ?? { kind: 'null' },
      timeoutMs: manner.timeoutMs ?? 'none',
      onOutput: manner.onOutput ?? (() => undefined),
      onStarted: manner.onStarted ?? (() => undefined),
    },
    manner.signal ?? new AbortController().signal,
  );
  if (started.kind === 'live') throw new Error('A one-shot run is never live');
  return started.outcome;
}

/** An outcome in a shape that a row of a table can hold. */
export function show(outcome: AttemptOutcome): Record<string, unknown> {
  if (outcome.kind === 'spawn-failed') {
    const { stage, errno } = outcome.failure;
    return { kind: outcome.kind, stage, errno };
  }
  const { output, ...end } = outcome;
  return { ...end, stdout: renderCaptured(output.stdout), stderr: renderCaptured(output.stderr) };
}

/** A name that no other process has; give it to a fixture and look for it with {@link processesNamed}. */
export function uniqueName(): string {
  return `cordon-test-${randomUUID()}`;
}

/** Live processes (zombies too) that carry `name` in their command line. */
export function processesNamed(name: string): readonly number[] {
  if (process.platform !== 'linux') {
    const lines = execFileSync('/bin/ps', ['-A', '-o', 'pid=,args='], { encoding: 'utf8' }).split('\n');
    return lines.filter((line) => line.includes(name)).map((line) => Number.parseInt(line, 10));
  }
  return readdirSync('/proc')
    .filter((pid) => /^\d+$/u.test(pid) && pid !== String(process.pid))
    .filter((pid) => commandLineOf(pid).includes(name))
    .map(Number);
}

function commandLineOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

/** Own descriptors, by what they are; the numbers change, the multiset must not. */
export function openDescriptors(): number {
  return readdirSync('/proc/self/fd').length;
}

/** Children of this process that ended and were not collected. */
export function zombieChildren(): readonly number[] {
  return readdirSync('/proc')
    .filter((pid) => /^\d+$/u.test(pid))
    .filter((pid) => {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
        const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
        return state === 'Z' && parent === String(process.pid);
      } catch {
        return false;
      }
    })
    .map(Number);
}

export const tempDirectory: string = tmpdir();
