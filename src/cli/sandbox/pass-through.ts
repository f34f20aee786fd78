// Starts a prepared command on this process's own standard streams and waits until nothing of it is left. Nothing is
// copied or looked at: the command reads and writes what its caller gave us.
// eslint-disable-next-line no-restricted-imports -- the runner captures its streams; here they are our caller's own
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import type { Enforcement, PreparedCommand, SpawnFailure } from '../../domain/index.ts';
import { launcherAlone, LaunchedRun, spawnSeat } from '../../launcher/index.ts';

export type PassedThrough =
  /** `status` as a shell reports it: 128+N for a death by signal N. */
  | { readonly kind: 'ended'; readonly status: number }
  | { readonly kind: 'failed'; readonly failure: SpawnFailure; readonly hint: string | undefined };

export interface PassThroughOptions {
  /** Its first signal goes to the whole tree; one that is ignored, SIGINT apart, becomes a SIGKILL. */
  readonly interrupted: AbortSignal;
  /** Called before the command can have written anything. */
  onStarted(enforcement: Enforcement): void;
}

/** Milliseconds a command may take to end after SIGTERM. */
const termGraceMs = 2000;
/** Milliseconds the launcher may take until the command runs. */
const startLimitMs = 10_000;
const longestTimerMs = 2 ** 31 - 1;

export async function passThrough(
  command: PreparedCommand,
  options: PassThroughOptions,
): Promise<PassedThrough> {
  return command.kind === 'launched'
    ? await throughLauncher(command, options)
    : await directly(command, options);
}

type Launched = Extract<PreparedCommand, { readonly kind: 'launched' }>;
type Direct = Extract<PreparedCommand, { readonly kind: 'direct' }>;

async function throughLauncher(command: Launched, options: PassThroughOptions): Promise<PassedThrough> {
  // In a group of its own: the terminal's Ctrl-C comes here, and goes on from here, once.
  const seat = await spawnSeat(command.launcher, { kind: 'inherited' });
  if (!seat.ok) return { kind: 'failed', failure: seat.error, hint: seat.error.hint };
  const run = new LaunchedRun(seat.value, command.start, {
    trees: launcherAlone(seat.value),
    startLimitMs,
    // Whoever interrupts it decides how long it may take.
    goneLimitMs: longestTimerMs,
    killGraceMs: termGraceMs,
  });
  void run.running.then((running) => {
    if (running !== undefined) options.onStarted(running.enforcement);
  });
  const stopForwarding = forward(options.interrupted, (signals) => run.signal(...signals));
  const end = await run.ended;
  await run.sweep();
  stopForwarding();
  switch (end.kind) {
    case 'exited':
      return { kind: 'ended', status: end.exitCode };
    case 'signalled':
      return { kind: 'ended', status: 128 + signalNumber(end.signal) };
    case 'spawn-failed':
      return { kind: 'failed', failure: end.failure, hint: end.failure.hint };
  }
}

/** Real-time signals have no names in Node; the launcher's own way to write them ends with the number. */
function signalNumber(signal: string): number {
  const named: Readonly<Record<string, number | undefined>> = constants.signals;
  return named[signal] ?? Number(/\d+$/u.exec(signal)?.[0] ?? 0);
}

/** Under Seatbelt, or without a sandbox: the program itself is our child, in a group of its own. */
async function directly(command: Direct, options: PassThroughOptions): Promise<PassedThrough> {
  const [program, ...words] = command.argv;
  const child = spawn(program, words, {
    cwd: command.cwd,
    env: Object.fromEntries(command.env),
    detached: true,
    stdio: 'inherit',
  });
  const { pid } = child;
  options.onStarted(command.enforcement);
  const killGroup = (signals: readonly number[]): void => {
    if (pid === undefined) return;
    try {
      for (const signal of signals) process.kill(-pid, signal);
    } catch {
      // Nobody is left.
    }
  };
  const stopForwarding = forward(options.interrupted, killGroup);
  const ended = await new Promise<PassedThrough>((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) => {
      const message = `Cannot start ${JSON.stringify(program)}: ${error.code ?? error.message}`;
      resolve({ kind: 'failed', failure: { stage: 'exec', errno: error.code, message }, hint: undefined });
    });
    child.once('exit', (code, signal) => {
      resolve({ kind: 'ended', status: code ?? 128 + (signal === null ? 0 : constants.signals[signal]) });
    });
  });
  stopForwarding();
  killGroup([constants.signals.SIGKILL]);
  return ended;
}

function forward(interrupted: AbortSignal, send: (signals: readonly number[]) => void): () => void {
  const { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGCONT, SIGKILL } = constants.signals;
  const asked = new Map<unknown, number>(Object.entries({ SIGINT, SIGTERM, SIGHUP, SIGQUIT }));
  let timer: NodeJS.Timeout | undefined;
  const onAbort = (): void => {
    const first = asked.get(interrupted.reason) ?? SIGTERM;
    // A stopped process does not see a signal before it continues.
    send([first, SIGCONT]);
    if (first !== SIGINT) timer = setTimeout(send, termGraceMs, [SIGKILL]);
  };
  if (interrupted.aborted) onAbort();
  else interrupted.addEventListener('abort', onAbort, { once: true });
  return () => {
    clearTimeout(timer);
    interrupted.removeEventListener('abort', onAbort);
  };
}
