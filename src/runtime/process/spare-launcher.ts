// One launcher started ahead of its command: creating a process is most of what a short command costs, and a launcher
// that waits on its channel knows nothing yet that could go stale. It gets its policy and its command like any other.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import type { AbsolutePath } from '../../domain/index.ts';
import { exactEnvironment } from './exact-environment.ts';
import { heritage } from './heritage.ts';

export interface SpareLauncher {
  /** The one that waits, now the caller's; undefined when there is none that could run this command. */
  take(launcher: AbsolutePath): ChildProcess | undefined;
  /** Starts the next one, soon and behind what is under way. A failure shows when a command starts its own. */
  refill(launcher: AbsolutePath): void;
  /** Ends the one that waits. */
  close(): Promise<void>;
}

/** For a host that runs one command, or wants no process besides it. */
export const noSpare: SpareLauncher = {
  take: () => undefined,
  refill: () => undefined,
  close: () => Promise.resolve(),
};

export type LauncherProcess = ChildProcess;

/** Its standard streams. */
export type LauncherStreams = readonly ['ignore' | 'pipe' | number, 'pipe' | number, 'pipe' | number];

/**
 * Nothing of a command in its argv or environment, its control channel on descriptor 3. One that is to wait uses the
 * time: it makes the namespaces that are empty at first for every command. Throws, or emits `error`, as `spawn` does.
 */
export function spawnLauncher(
  launcher: AbsolutePath,
  streams: LauncherStreams,
  when: 'now' | 'ahead' = 'now',
): LauncherProcess {
  return spawn(launcher, when === 'now' ? ['fd:3'] : ['fd:3', 'ahead'], {
    cwd: '/',
    env: exactEnvironment(new Map()),
    detached: true,
    stdio: [...streams, 'pipe'],
  });
}

interface Waiting {
  readonly launcher: AbsolutePath;
  readonly child: ChildProcess;
  readonly heritage: string;
  readonly idle: NodeJS.Timeout;
}

/** After which one that nobody wanted is given up. */
const idleMs = 60_000;

export function spareLauncher(): SpareLauncher {
  let waiting: Waiting | undefined;
  let soon: NodeJS.Immediate | undefined;
  let closed = false;

  function start(launcher: AbsolutePath): void {
    soon = undefined;
    if (closed || waiting !== undefined) return;
    // A host that gave up its privileges must not run commands with those it had. Nobody can tell: no spare.
    const inherited = heritage();
    const child = inherited === undefined ? undefined : tryToSpawn(launcher);
    if (child?.pid === undefined || inherited === undefined) return;
    const idle = setTimeout(() => {
      if (waiting === mine) waiting = undefined;
      dismiss(child);
    }, idleMs).unref();
    const mine: Waiting = { launcher, child, heritage: inherited, idle };
    waiting = mine;
    child.once('exit', () => {
      clearTimeout(idle);
      if (waiting === mine) waiting = undefined;
    });
    // The host may end although the spare waits: it then ends too, its channel being closed.
    hold(child, 'unref');
  }

  return {
    take(launcher) {
      const found = waiting;
      if (found === undefined) return undefined;
      waiting = undefined;
      clearTimeout(found.idle);
      if (found.launcher === launcher && found.heritage === heritage() && isAlive(found.child)) {
        hold(found.child, 'ref');
        return found.child;
      }
      dismiss(found.child);
      return undefined;
    },
    refill(launcher) {
      if (closed || waiting !== undefined) return;
      soon ??= setImmediate(start, launcher);
    },
    async close() {
      closed = true;
      clearImmediate(soon);
      const last = waiting?.child;
      waiting = undefined;
      if (last === undefined || !isAlive(last)) return;
      const gone = once(last, 'exit');
      hold(last, 'ref');
      dismiss(last);
      await gone;
    },
  };
}

function tryToSpawn(launcher: AbsolutePath): ChildProcess | undefined {
  try {
    return spawnLauncher(launcher, ['ignore', 'pipe', 'pipe'], 'ahead').on('error', () => undefined);
  } catch {
    return undefined;
  }
}

function isAlive(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null && channelOf(child)?.destroyed === false;
}

/** A launcher without a command ends when its channel does. */
function dismiss(child: ChildProcess): void {
  for (const stream of child.stdio) stream?.destroy();
}

function channelOf(child: ChildProcess): Duplex | undefined {
  return (child.stdio[3] ?? undefined) as Duplex | undefined;
}

function hold(child: ChildProcess, how: 'ref' | 'unref'): void {
  child[how]();
  for (const stream of child.stdio)
    (stream as unknown as Partial<Record<typeof how, () => void>> | null)?.[how]?.();
}
