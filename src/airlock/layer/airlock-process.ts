// One run of the airlock's program, `cordon-launcher --airlock`: what it is told, what it answers, and that it ends. Who
// starts it is the launcher's affair: with a launch server, this process forks for none.
import type { AbsolutePath } from '../../domain/index.ts';
import { type LauncherSeat, type LauncherSource, spawnedSeats } from '../../launcher/index.ts';
import { type AirlockReply, ReplyReader, say } from './speech.ts';

export interface AirlockStart {
  readonly launcher: AbsolutePath;
  /** Default: started by this process itself. */
  readonly launchers?: LauncherSource;
}

export class AirlockProcess {
  readonly #seat: LauncherSeat;
  #replies: AirlockReply[] = [];
  #taken = 0;
  #wake: () => void = () => undefined;
  #over: string | undefined;
  readonly #ended: Promise<void>;

  constructor(seat: LauncherSeat) {
    this.#seat = seat;
    const reader = new ReplyReader();
    const heard = new Promise((resolve) => seat.channel.once('close', resolve));
    seat.channel.on('error', () => seat.channel.destroy());
    seat.channel.on('data', (chunk: Buffer) => {
      try {
        this.#replies.push(...reader.push(chunk));
      } catch (error) {
        this.#end(error instanceof Error ? error.message : String(error));
        seat.channel.destroy();
      }
      this.#wake();
    });
    this.#ended = Promise.all([seat.gone, heard]).then(([signal]) => {
      this.#end(signal === undefined ? 'it ended' : `it was ended by ${signal}`);
    });
  }

  tell(...records: readonly Buffer[]): void {
    if (this.#seat.channel.writable) this.#seat.channel.write(Buffer.concat(records));
  }

  /** The next reply; rejects when there will be none. */
  async next(): Promise<AirlockReply> {
    for (;;) {
      const reply = this.#replies[this.#taken];
      if (reply !== undefined) {
        this.#taken += 1;
        return reply;
      }
      this.#replies = [];
      this.#taken = 0;
      if (this.#over !== undefined) throw new Error(`the airlock's program broke off: ${this.#over}`);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** Nothing more is said to it. Whatever was not committed then, is not. */
  async close(): Promise<void> {
    this.#seat.channel.end();
    await this.#ended;
  }

  #end(how: string): void {
    this.#over ??= how;
    this.#wake();
  }
}

/** Rejects when it cannot be started. */
export async function startAirlock({
  launcher,
  launchers = spawnedSeats,
}: AirlockStart): Promise<AirlockProcess> {
  const seat = await launchers.seat(launcher, { kind: 'airlock' });
  if (!seat.ok) throw new Error(seat.error.message);
  return new AirlockProcess(seat.value);
}

/** One thing that is done or not. Rejects with what the program says when it is not. */
export async function ask(program: AirlockProcess, ...records: readonly Buffer[]): Promise<void> {
  program.tell(...records);
  const reply = await program.next();
  if (reply.kind === 'failed') throw new Error(reply.because);
}

export type MissedStep = Extract<AirlockReply, { readonly kind: 'missed' }>;

/**
 * Asks a fresh run of the program for one thing about a set, and answers with what it could not do of it. Rejects with what
 * it says when it can do nothing.
 */
export async function askAirlock(
  start: AirlockStart,
  directory: string,
  record: Buffer,
): Promise<readonly MissedStep[]> {
  const program = await startAirlock(start);
  const missed: MissedStep[] = [];
  try {
    program.tell(say.directory(directory), record);
    for (;;) {
      const reply = await program.next();
      if (reply.kind === 'failed') throw new Error(reply.because);
      if (reply.kind !== 'missed') return missed;
      missed.push(reply);
    }
  } finally {
    await program.close();
  }
}
