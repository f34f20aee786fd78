// A program on pipes that goes on after the call that started it: the same care as for a one-shot run, only that nobody
// waits for its end before handing it out.
import type { Writable } from 'node:stream';
import type { Started } from '../../domain/index.ts';
import type { Start } from './attend-process.ts';
import type { StartedProcess } from './started-process.ts';

export interface LiveProcess {
  readonly pid: number | undefined;
  /** Settles once the program has ended and all of its output was delivered. Rejects when a callback of the caller threw. */
  readonly over: Promise<Extract<Started<never>, { readonly kind: 'finished' }>>;
  write(bytes: Uint8Array): Promise<'written' | 'closed'>;
  /** No more input will come. */
  endInput(): void;
  interrupt(): void;
  /** Settles when {@link over} does. */
  terminate(): Promise<void>;
}

/** `attend` sees the program to its end; `stop` asks it to end early. */
export async function keepAlive(
  attend: (start: Start) => Promise<Started<never>>,
  start: Start,
  stop: () => void,
): Promise<Started<LiveProcess>> {
  let giveProgram: (program: StartedProcess | undefined) => void = () => undefined;
  const program = new Promise<StartedProcess | undefined>((resolve) => {
    giveProgram = resolve;
  });
  const over = attend(async (deliver) => {
    const started = await start(deliver);
    giveProgram(started.ok ? started.value : undefined);
    return started;
  }).then(onlyFinished);
  // Whoever takes the handle hears of it; until then it must not end the host.
  over.catch(() => giveProgram(undefined));
  const process = await program;
  const running = await process?.running;
  if (process === undefined || running === undefined) return await over;
  return {
    kind: 'live',
    report: process.report(),
    handle: {
      pid: running.pid,
      over,
      write: async (bytes) => await typeInto(process.input, bytes),
      endInput: () => void process.input?.end(),
      interrupt: () => process.interrupt(),
      terminate: async () => {
        stop();
        await over.catch(() => undefined);
      },
    },
  };
}

type Finished = Extract<Started<never>, { readonly kind: 'finished' }>;

function onlyFinished(started: Started<never>): Finished {
  if (started.kind === 'finished') return started;
  return started.handle;
}

/** Waits while the program's input is full. */
export async function typeInto(
  input: Writable | undefined,
  bytes: Uint8Array,
): Promise<'written' | 'closed'> {
  if (input?.writable !== true) return 'closed';
  return await new Promise((resolve) => {
    input.write(bytes, (error) => resolve(error === null || error === undefined ? 'written' : 'closed'));
  });
}
