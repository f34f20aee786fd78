// A launcher that waits for its command, with its streams attached: what every run begins from, whoever forked it.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Duplex, Readable, Writable } from 'node:stream';
import { type AbsolutePath, err, ok, type Result, type SpawnFailure } from '../domain/index.ts';
import { exactEnvironment } from './exact-environment.ts';

/** How a run is attached to this process. */
export type SeatStreams =
  /** `bytes` is for input that ends before the command begins. */
  | { readonly kind: 'pipes'; readonly input: 'null' | 'open' | 'bytes' }
  /** `descriptor` is this process's own of the far side; `path` its name. */
  | { readonly kind: 'terminal'; readonly path: string; readonly descriptor: number }
  /** This process's own three. */
  | { readonly kind: 'inherited' }
  /** Nothing is read or written. */
  | { readonly kind: 'none' }
  /** No run: the program that reads and commits layers, asked and answering over the channel. */
  | { readonly kind: 'airlock' };

export interface LauncherSeat {
  readonly pid: number;
  /** Its control channel; it waits for START, or for the airlock's first word. */
  readonly channel: Duplex;
  readonly stdin: Writable | undefined;
  readonly stdout: Readable | undefined;
  readonly stderr: Readable | undefined;
  /** Settles when the launcher has ended: with the signal that ended it, where that can be told. Never rejects. */
  readonly gone: Promise<string | undefined>;
}

/** Where seats come from. */
export interface LauncherSource {
  /** A seat of this launcher, or why there is none. Never rejects. */
  seat(launcher: AbsolutePath, streams: SeatStreams): Promise<Result<LauncherSeat, SpawnFailure>>;
  /** Ends what waits. Runs under way must have ended before. */
  close(): Promise<void>;
}

/** A launcher of this process's own making, for one run: a fork of this process each time. */
export async function spawnSeat(
  launcher: AbsolutePath,
  streams: SeatStreams,
): Promise<Result<LauncherSeat, SpawnFailure>> {
  try {
    // Nothing of a command in its argv or environment: both are for everybody to see.
    const child = spawn(launcher, streams.kind === 'airlock' ? ['--airlock', 'fd:3'] : ['fd:3'], {
      cwd: '/',
      env: exactEnvironment(new Map()),
      detached: true,
      stdio: [...stdioOf(streams), 'pipe'],
    });
    if (child.pid === undefined) return err(noLauncher((await once(child, 'error'))[0]));
    return ok(seatOf(child, child.pid));
  } catch (error) {
    return err(noLauncher(error)); // Node throws some errnos and emits the others.
  }
}

/** For a host that runs one command, or wants no process besides it. */
export const spawnedSeats: LauncherSource = { seat: spawnSeat, close: () => Promise.resolve() };

function stdioOf(streams: SeatStreams): ('ignore' | 'inherit' | 'pipe' | number)[] {
  switch (streams.kind) {
    case 'pipes':
      return [streams.input === 'null' ? 'ignore' : 'pipe', 'pipe', 'pipe'];
    case 'terminal':
      return [streams.descriptor, streams.descriptor, streams.descriptor];
    case 'inherited':
      return ['inherit', 'inherit', 'inherit'];
    case 'none':
    case 'airlock':
      return ['ignore', 'ignore', 'ignore'];
  }
}

function seatOf(child: ChildProcess, pid: number): LauncherSeat {
  child.on('error', () => undefined);
  return {
    pid,
    channel: child.stdio[3] as Duplex,
    stdin: child.stdin ?? undefined,
    stdout: child.stdout ?? undefined,
    stderr: child.stderr ?? undefined,
    gone: new Promise((resolve) => {
      child.once('exit', (_code, signal) => resolve(signal ?? undefined));
    }),
  };
}

export function noLauncher(error: unknown): SpawnFailure {
  const errno =
    typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string'
      ? error.code
      : undefined;
  return {
    stage: 'launcher',
    errno,
    message: `Cannot start the launcher: ${errno === undefined ? 'the system gave no reason' : (reasons[errno] ?? `the system answered ${errno}`)}`,
  };
}

/** The program was built from other sources than this library. */
export function otherVersion(spoken: number, known: number): SpawnFailure {
  return {
    stage: 'launcher',
    errno: undefined,
    message: `Cannot start the program: the launcher speaks version ${spoken} of its protocol, and this library version ${known}`,
    hint: 'Build the launcher of this version with `npm rebuild cordon`.',
  };
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'it is not executable, or a directory on the way is closed to this user (EACCES)',
  EAGAIN: 'the limit on processes is reached (EAGAIN)',
  EMFILE: 'too many files are open in this process (EMFILE)',
  ENFILE: 'too many files are open on this host (ENFILE)',
  ENOENT: 'there is no such file (ENOENT)',
  ENOMEM: 'there is not enough memory (ENOMEM)',
};
