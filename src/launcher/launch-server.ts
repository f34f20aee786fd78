// When there is a launch server, and which runs wait in it: started with the first command, replaced when something
// changed that a process inherits, started anew when it died, gone with the runtime and with the host.
import type { Socket } from 'node:net';
import { type AbsolutePath, err, ok, type Result, type SpawnFailure } from '../domain/index.ts';
import { heritage } from './heritage.ts';
import { type LauncherSeat, type LauncherSource, type SeatStreams, spawnSeat } from './launcher-seat.ts';
import { ProcFiles } from './proc-files.ts';
import { ServerProcess } from './server-process.ts';
import { askForSeat } from './server-words.ts';
import { waitWithin } from './wait-within.ts';

export interface LaunchServerOptions {
  /** Runs kept ready for commands without input. Default 2. */
  readonly ready?: number;
  /** Milliseconds after which ready runs that nobody wanted are given up. Default 60 000. */
  readonly idleMs?: number;
  /** Milliseconds the server may take to answer. Default 5000. */
  readonly limitMs?: number;
  /**
   * What a process inherits from this one without being told. A server from under another answer is replaced. Undefined:
   * nobody can tell, and each launcher is started by this process itself.
   */
  readonly heritage?: () => string | undefined;
}

/** After which a command is not tried with yet another server. */
const mostDeaths = 3;
/** Milliseconds a server may take to end after its last run. */
const endGraceMs = 2000;

export class LaunchServer implements LauncherSource {
  readonly #options: Required<LaunchServerOptions>;
  readonly #procFiles = new ProcFiles();
  #server: ServerProcess | undefined;
  #launcher: AbsolutePath | undefined;
  #heritage: string | undefined;
  readonly #ready: LauncherSeat[] = [];
  #coming = 0;
  #refill: NodeJS.Immediate | undefined;
  #idle: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(options: LaunchServerOptions = {}) {
    const inherited = (): string | undefined => heritage(this.#procFiles);
    this.#options = { ready: 2, idleMs: 60_000, limitMs: 5000, heritage: inherited, ...options };
  }

  async seat(launcher: AbsolutePath, streams: SeatStreams): Promise<Result<LauncherSeat, SpawnFailure>> {
    const inherited = this.#options.heritage();
    if (inherited === undefined || askForSeat(0, streams) === undefined)
      return await spawnSeat(launcher, streams);
    if (launcher !== this.#launcher || inherited !== this.#heritage) this.#retire();
    this.#launcher = launcher;
    this.#heritage = inherited;
    const isPlain = streams.kind === 'pipes' && streams.input === 'null';
    const seat = isPlain ? this.#takeReady() : undefined;
    return seat === undefined ? await this.#ask(launcher, streams) : ok(seat);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#procFiles.close();
    const last = this.#server;
    this.#retire();
    if (last === undefined) return;
    const isGone = last.gone.then(() => true);
    if ((await waitWithin(endGraceMs, isGone)) === true) return;
    last.kill();
    await waitWithin(endGraceMs, isGone);
  }

  /** Nothing of a run began before its seat was there: another server may be asked. */
  async #ask(launcher: AbsolutePath, streams: SeatStreams): Promise<Result<LauncherSeat, SpawnFailure>> {
    for (let deaths = 0; deaths < mostDeaths; deaths += 1) {
      const answer = await this.#running(launcher).ask((run) => askForSeat(run, streams) ?? '');
      if (answer.ok) this.#refillSoon();
      if (answer.ok) return answer;
      if (answer.error !== 'server-gone') return err(answer.error);
      this.#forgetDead();
    }
    return err({
      stage: 'launcher',
      errno: undefined,
      message: `Cannot start the program: the launch server ended ${mostDeaths} times before it could`,
      hint: 'Run `npm rebuild cordon`, then `cordon doctor`.',
    });
  }

  #running(launcher: AbsolutePath): ServerProcess {
    if (this.#server?.isUsable === true) return this.#server;
    this.#forgetDead();
    return (this.#server = new ServerProcess(launcher, this.#options.limitMs));
  }

  #forgetDead(): void {
    if (this.#server?.isUsable === true) return;
    this.#server = undefined;
    this.#dropReady();
  }

  #retire(): void {
    this.#dropReady();
    this.#server?.retire();
    this.#server = undefined;
  }

  #takeReady(): LauncherSeat | undefined {
    if (this.#server?.isUsable !== true) return undefined;
    for (let seat = this.#ready.shift(); seat !== undefined; seat = this.#ready.shift()) {
      this.#refillSoon();
      if (seat.channel.destroyed) continue;
      hold(seat, 'ref');
      return seat;
    }
    return undefined;
  }

  /** Soon and behind what is under way; what fails here fails again, with a reason, when it is wanted. */
  #refillSoon(): void {
    if (this.#isClosed || this.#options.ready === 0) return;
    this.#refill ??= setImmediate(() => {
      this.#refill = undefined;
      const server = this.#server;
      while (server?.isUsable === true && this.#ready.length + this.#coming < this.#options.ready)
        void this.#prepare(server);
    });
    this.#refill.unref();
  }

  async #prepare(server: ServerProcess): Promise<void> {
    this.#coming += 1;
    const answer = await server.ask((run) => `run ${run} null`);
    this.#coming -= 1;
    if (!answer.ok) return;
    const seat = answer.value;
    if (this.#isClosed || this.#server !== server) {
      dismiss(seat);
      return;
    }
    // The host may end although it waits: it then ends too, its channel being closed.
    hold(seat, 'unref');
    this.#ready.push(seat);
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => this.#dropReady(), this.#options.idleMs).unref();
  }

  #dropReady(): void {
    clearTimeout(this.#idle);
    for (const seat of this.#ready.splice(0)) dismiss(seat);
  }
}

function socketsOf(seat: LauncherSeat): Socket[] {
  return [seat.channel, seat.stdin, seat.stdout, seat.stderr].filter(
    (each) => each !== undefined,
  ) as Socket[];
}

/** A launcher without a command ends when its channel does. */
function dismiss(seat: LauncherSeat): void {
  for (const socket of socketsOf(seat)) socket.destroy();
}

function hold(seat: LauncherSeat, how: 'ref' | 'unref'): void {
  for (const socket of socketsOf(seat)) socket[how]();
}
