// Starts a prepared command on this process's own standard streams and waits until nothing of it is left. Nothing is
// copied or looked at: the command reads and writes what its caller gave us.
// eslint-disable-next-line no-restricted-imports -- the runner captures its streams; here they are our caller's own
import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import type { Duplex } from 'node:stream';
import type { Enforcement, PreparedCommand, SpawnFailure } from '../../domain/index.ts';
import {
  encodeSignal,
  FrameReader,
  type LauncherFrame,
  protocolVersion,
  startFrame,
} from '../../launcher/index.ts';

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
  const child = spawn(command.launcher, ['fd:3'], {
    cwd: '/',
    env: {},
    // A group of its own: the terminal's Ctrl-C comes here, and goes on from here, once.
    detached: true,
    stdio: ['inherit', 'inherit', 'inherit', 'pipe'],
  });
  const launcherEnd = endOf(child);
  const channel = child.stdio[3] as Duplex | null;
  if (child.pid === undefined || channel === null) return lost(String(await launcherEnd));
  const reader = new FrameReader();
  const said: LauncherFrame[] = [];
  let broken: string | undefined;
  channel.on('error', () => undefined);
  channel.on('data', (chunk: Buffer) => {
    try {
      for (const frame of reader.push(chunk)) {
        said.push(frame);
        if (frame.kind === 'hello' && frame.version !== protocolVersion)
          throw new RangeError('another version');
        if (frame.kind === 'started') options.onStarted(frame.enforcement);
      }
    } catch (error) {
      broken = error instanceof Error ? error.message : String(error);
      channel.destroy();
      child.kill('SIGKILL');
    }
  });
  channel.write(startFrame(command.start));
  const stopForwarding = forward(options.interrupted, (signals) => {
    // One write: a second one may find the launcher gone, and an EPIPE would take its last words with it.
    if (channel.writable) channel.write(Buffer.concat(signals.map(encodeSignal)));
  });
  const end = await launcherEnd;
  stopForwarding();
  return broken === undefined ? conclude(said, end) : lost(broken);
}

function conclude(said: readonly LauncherFrame[], end: LauncherEnd): PassedThrough {
  for (const frame of said) {
    if (frame.kind === 'failed') return { kind: 'failed', failure: frame.failure, hint: frame.hint };
    if (frame.kind === 'exited') {
      return {
        kind: 'ended',
        status: frame.end.kind === 'exited' ? frame.end.code : 128 + frame.end.signal,
      };
    }
  }
  // Its report met a channel that broke under a signal on its way; its own status mirrors the command's.
  const hasStarted = said.some((frame) => frame.kind === 'started');
  if (hasStarted && typeof end === 'number') return { kind: 'ended', status: end };
  return lost(typeof end === 'number' ? `status ${String(end)}` : end);
}

function lost(how: string): PassedThrough {
  return {
    kind: 'failed',
    failure: {
      stage: 'launcher',
      errno: undefined,
      message: `Cannot tell how the command ended: the launcher stopped first (${how})`,
    },
    hint: 'Run `npm rebuild cordon`, then `cordon doctor`',
  };
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

/** An exit status, or in words why there is none. */
type LauncherEnd = number | string;

/** Waits for the process and for its channel, so that its last words were read. */
async function endOf(child: ChildProcess): Promise<LauncherEnd> {
  return await new Promise((resolve) => {
    child.once('error', (error) => {
      resolve(error.message);
    });
    child.once('close', (code, signal) => {
      resolve(code ?? signal ?? 'for no known reason');
    });
  });
}
