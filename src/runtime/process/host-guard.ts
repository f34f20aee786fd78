// Ends programs that have no launcher when this process dies without a chance to do so itself (kill -9, a crash).
// One small shell per runner waits on a pipe; the end of the pipe is the death of the host.
import { type ChildProcess, spawn } from 'node:child_process';

export interface HostGuard {
  /** From now on the program's tree dies with the host. False when the guard cannot be started. */
  watch(pid: number): boolean;
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
    watch(pid) {
      const shell = running();
      live.add(pid);
      return shell?.stdin?.write(`+ ${pid}\n`) !== undefined;
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
  const shell = spawn('/bin/sh', ['-c', guardScript], {
    cwd: '/',
    // Nothing of ours is read by it, and its own session keeps it alive when the host's group is killed.
    env: Object.assign(Object.create(null) as NodeJS.ProcessEnv, { NODE_V8_COVERAGE: undefined }),
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  shell.on('error', () => undefined);
  shell.stdin.on('error', () => undefined);
  if (shell.pid === undefined) return undefined;
  shell.once('exit', onEnd);
  shell.unref();
  (shell.stdin as unknown as { unref(): void }).unref();
  for (const pid of live) shell.stdin.write(`+ ${pid}\n`);
  return shell;
}
