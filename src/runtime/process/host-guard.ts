// Ends programs that have no launcher when this process dies without a chance to do so itself (kill -9, a crash).
// One small shell per runner waits on a pipe; the end of the pipe is the death of the host.
import { type ChildProcess, type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Writable } from 'node:stream';
import { exactEnvironment } from '../../launcher/index.ts';

export interface HostGuard {
  /** Makes sure that somebody watches. False when that cannot be had: then nothing may be started. */
  isReady(): boolean;
  /** From now on the program's tree dies with the host. */
  watch(pid: number): void;
  /** The tree is gone; its number may become somebody else's. */
  forget(pid: number): void;
  close(): Promise<void>;
}

// Reads "+ PID" and "- PID" lines. At the end it first collects the whole tree (a child that left its group is still
// somebody's child), then kills. Only builtins: it must work when no process can be started any more.
const guardScript = `
live=' '
while read -r verb pid; do
  case $verb in
    +) live="$live$pid " ;;
    -) case $live in *" $pid "*) live="\${live%% $pid *} \${live#* $pid }" ;; esac ;;
  esac
done
tree=$live
while :; do
  found=$tree
  for file in /proc/[0-9]*/stat; do
    { read -r stat <"$file"; } 2>/dev/null || continue
    pid=\${stat%% *}
    set -f
    set -- \${stat##*) }
    set +f
    case $found in *" $pid "*) continue ;; esac
    case $found in *" $2 "*) found="$found$pid " ;; esac
    case $live in *" $3 "* | *" $4 "*) found="$found$pid " ;; esac
  done
  [ "$found" = "$tree" ] && break
  tree=$found
done
for pid in $live; do kill -s KILL -- "-$pid"; done 2>/dev/null
for pid in $tree; do kill -s KILL "$pid"; done 2>/dev/null
`;

export function hostGuard(): HostGuard {
  let guard: ChildProcess | undefined;
  const live = new Set<number>();
  const running = (): ChildProcess | undefined => {
    guard ??= startGuard(live, () => {
      guard = undefined;
    });
    return guard;
  };
  return {
    isReady: () => running() !== undefined,
    watch(pid) {
      running()?.stdin?.write(`+ ${pid}\n`);
      live.add(pid);
    },
    forget(pid) {
      live.delete(pid);
      guard?.stdin?.write(`- ${pid}\n`);
    },
    async close() {
      const closing = guard;
      if (closing === undefined) return;
      const gone = new Promise((resolve) => closing.once('exit', resolve));
      closing.ref();
      closing.stdin?.end();
      await gone;
    },
  };
}

/** undefined when no shell can be started. `live` is what a replacement has to know already. */
function startGuard(live: ReadonlySet<number>, onEnd: () => void): ChildProcess | undefined {
  const shell = spawnShell();
  shell?.on('error', () => undefined);
  if (shell?.pid === undefined) return undefined;
  shell.stdin.on('error', () => undefined);
  shell.once('exit', onEnd);
  // The host may end although the guard waits: that is what it waits for.
  shell.unref();
  (shell.stdin as Writable & { unref(): void }).unref();
  for (const pid of live) shell.stdin.write(`+ ${pid}\n`);
  return shell;
}

function spawnShell(): ChildProcessByStdio<Writable, null, null> | undefined {
  try {
    return spawn('/bin/sh', ['-c', guardScript], {
      cwd: '/',
      env: exactEnvironment(new Map()),
      // Its own session keeps it alive when the host's group is killed.
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
  } catch {
    return undefined; // Out of memory or descriptors: Node throws some errnos and emits the others.
  }
}
