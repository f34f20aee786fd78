// Speaks the launcher's protocol directly, so that a test sees each frame, each stream and each process it leaves.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Argv, ProgramStart, StartVerdict } from '../../src/domain/index.ts';
import {
  encodeRelease,
  encodeSignal,
  encodeStart,
  encodeVerdict,
  startFrame,
} from '../../src/launcher/launcher-frames.ts';
import type { LauncherPolicy } from '../../src/launcher/launcher-policy.ts';
import { FrameReader, type LauncherFrame } from '../../src/launcher/launcher-reports.ts';
import { reachable } from './reachable.ts';
import { requireCapability } from './require-capability.ts';

/** `CORDON_TEST_LAUNCHER` puts another build under the same tests: the sanitized one. */
export const launcher: string =
  process.env['CORDON_TEST_LAUNCHER'] ??
  reachable(fileURLToPath(new URL('../../native/build/cordon-launcher', import.meta.url)));

export const systemPath = '/usr/local/bin:/usr/bin:/bin';

export interface LaunchWish {
  readonly uid?: number;
  /** Written to stdin, which is then closed. Default nothing. */
  readonly stdin?: string | Uint8Array;
  /** Put before the launcher's own argv. */
  readonly wrapper?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Started ahead of its command, which comes with `begin`. */
  readonly ahead?: boolean;
  /** Sent instead of a START frame made from the policy. */
  readonly raw?: Uint8Array;
  /** Answers about each program that starts; undefined keeps it waiting. Default: all go on. */
  readonly judge?: (start: ProgramStart) => StartVerdict | undefined;
}

export interface LaunchEnd {
  readonly frames: readonly LauncherFrame[];
  readonly stdout: string;
  readonly stderr: string;
  readonly bytes: number;
  readonly status: number | null;
  readonly signal: string | null;
}

/** A launcher at work. `end` settles when it has ended and its streams are closed. */
export class Launched {
  readonly child: ChildProcess;
  readonly frames: LauncherFrame[] = [];
  readonly end: Promise<LaunchEnd>;
  readonly #channel: Duplex;
  stdout = '';
  stderr = '';
  #bytes = 0;

  /** `start` is sent at once, unless it is left out. */
  constructor(start: Uint8Array | undefined, wish: LaunchWish) {
    const argv = [...(wish.wrapper ?? []), launcher, 'fd:3', ...(wish.ahead === true ? ['ahead'] : [])];
    this.child = spawn(argv[0] ?? launcher, argv.slice(1), {
      cwd: '/',
      env: { ...sanitizerOptions, ...wish.env },
      stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
      ...(wish.uid === undefined ? {} : { uid: wish.uid, gid: wish.uid }),
    });
    this.#channel = this.child.stdio[3] as Duplex;
    const reader = new FrameReader();
    this.#channel.on('data', (chunk: Buffer) => {
      for (const frame of reader.push(chunk)) {
        this.frames.push(frame);
        if (frame.kind !== 'exec') continue;
        const verdict = wish.judge === undefined ? 'go-on' : wish.judge(frame.start);
        if (verdict !== undefined) this.#channel.write(encodeVerdict(frame.id, verdict));
      }
    });
    this.#channel.on('error', () => undefined);
    this.child.stdin?.on('error', () => undefined);
    this.child.stdin?.end(wish.stdin ?? '');
    this.child.stdout?.setEncoding('latin1').on('data', (text: string) => {
      this.#bytes += text.length;
      if (this.stdout.length < 1_000_000) this.stdout += text;
    });
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    this.end = this.#collect();
    if (start !== undefined) this.#channel.write(start);
  }

  begin(policy: LauncherPolicy): void {
    this.#channel.write(startFrame(encodeStart(policy)));
  }

  get pid(): number {
    if (this.child.pid === undefined) throw new Error('The launcher did not start');
    return this.child.pid;
  }

  /** Waits for the first frame of a kind. */
  async frame<Kind extends LauncherFrame['kind']>(
    kind: Kind,
  ): Promise<Extract<LauncherFrame, { kind: Kind }>> {
    await until(() => this.frames.some((frame) => frame.kind === kind));
    const found = this.frames.find((frame) => frame.kind === kind);
    return found as Extract<LauncherFrame, { kind: Kind }>;
  }

  async printed(text: string): Promise<void> {
    await until(() => this.stdout.includes(text));
  }

  signal(signal: number): void {
    this.#channel.write(encodeSignal(signal));
  }

  release(): void {
    this.#channel.write(encodeRelease());
  }

  send(bytes: Uint8Array): void {
    this.#channel.write(bytes);
  }

  /** As the host's death does. */
  closeChannel(): void {
    this.#channel.destroy();
  }

  async #collect(): Promise<LaunchEnd> {
    const [status, signal] = (await once(this.child, 'close')) as [number | null, string | null];
    return {
      frames: this.frames,
      stdout: this.stdout,
      stderr: this.stderr,
      bytes: this.#bytes,
      status,
      signal,
    };
  }
}

export function launch(policy: LauncherPolicy, wish: LaunchWish = {}): Launched {
  return new Launched(wish.raw ?? startFrame(encodeStart(policy)), wish);
}

// A sandboxed process cannot be searched for leaks: that takes tracing itself from a thread in another session.
const sanitizerOptions: Readonly<Record<string, string>> = {
  ASAN_OPTIONS: 'detect_leaks=0:abort_on_error=1',
  UBSAN_OPTIONS: 'print_stacktrace=1',
};

/** Names of the built-in list, as the library passes them. */
const protectedNames = ['.cordon', '.codex', '.claude', '.vscode', '.mcp.json', '.envrc'].map((name) => ({
  name,
  whenMissing: 'forbid' as const,
}));

export type PolicyParts = Partial<
  Omit<Extract<LauncherPolicy, { mode: 'workspace-write' }>, 'mode' | 'writable'>
> & {
  readonly writable?: readonly string[];
};

export function supervise(
  argv: Argv,
  parts: { cwd?: string; env?: ReadonlyMap<string, string>; lingerMs?: number } = {},
): LauncherPolicy {
  return { mode: 'supervise', argv, cwd: '/', env: new Map([['PATH', systemPath]]), ...parts };
}

export function workspaceWrite(root: string, argv: Argv, parts: PolicyParts = {}): LauncherPolicy {
  const { writable = [root], ...rest } = parts;
  return {
    mode: 'workspace-write',
    argv,
    cwd: root,
    env: new Map([
      ['PATH', systemPath],
      ['HOME', root],
    ]),
    require: 'full',
    network: 'none',
    denyRead: [],
    privateTmp: true,
    protect: [],
    protectedNames,
    ...rest,
    writable: writable.map((path) => ({ path, guard: 'all' })),
  };
}

export function sh(script: string): Argv {
  return ['/bin/sh', '-c', script];
}

/** Not below /tmp, which may be private in the sandbox. */
export function makeDirectory(): string {
  return realpathSync(mkdtempSync('/var/tmp/cordon-launcher-'));
}

export function removeDirectory(path: string): void {
  rmSync(path, { recursive: true, force: true });
}

export function git(directory: string, ...words: readonly string[]): string {
  return execFileSync('git', ['-c', 'user.name=n', '-c', 'user.email=e@x', ...words], {
    cwd: directory,
    encoding: 'utf8',
    env: { PATH: systemPath, HOME: directory, GIT_CONFIG_GLOBAL: '/dev/null' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Polls a condition; the test's own timeout is the limit. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await delay(5);
}

/** Processes whose command line contains `mark`, other than this one. */
export function processesWith(mark: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/u.test(name) && Number(name) !== process.pid)
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(mark);
      } catch {
        return false;
      }
    })
    .map(Number);
}

/** Compiles one C file of integration/fixtures; undefined where there is no compiler. */
export function compileFixture(name: string, directory: string): string | undefined {
  const source = fileURLToPath(new URL(`../fixtures/${name}.c`, import.meta.url));
  const program = join(directory, name);
  try {
    execFileSync('cc', ['-O1', '-w', source, '-o', program], { stdio: 'ignore' });
    return program;
  } catch {
    return undefined;
  }
}

/** Whether this host gives a command the whole sandbox; throws where the tests that need it must run. */
export async function hasFullSandbox(): Promise<boolean> {
  const root = makeDirectory();
  const probe = existsSync(launcher) ? await launch(workspaceWrite(root, ['true'])).end : undefined;
  removeDirectory(root);
  return requireCapability(
    'the full sandbox',
    probe?.status === 0
      ? { kind: 'present' }
      : { kind: 'missing', what: JSON.stringify(probe?.frames ?? 'not built'), hint: 'npm run build:native' },
    process.env,
  );
}
