// One launch server at work: requests out, seats in. It knows nothing of when a server is wanted; launch-server.ts does.
import { type ChildProcess, spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import { type AbsolutePath, err, ok, type Result, type SpawnFailure } from '../domain/index.ts';
import { exactEnvironment } from './exact-environment.ts';
import { type LauncherSeat, noLauncher, otherVersion } from './launcher-seat.ts';
import { type SeatPart, readServerWord, serverVersion } from './server-words.ts';

/** `server-gone`: nothing was started, and another server may do. */
export type SeatAnswer = Result<LauncherSeat, SpawnFailure | 'server-gone'>;

interface Pending {
  readonly parts: Map<SeatPart, Socket>;
  readonly giveUp: NodeJS.Timeout;
  settle(answer: SeatAnswer): void;
}

export class ServerProcess {
  /** Settles when its process has ended. Never rejects. */
  readonly gone: Promise<void>;
  readonly #child: ChildProcess;
  readonly #limitMs: number;
  readonly #pending = new Map<number, Pending>();
  #runs = 0;
  #isUsable: boolean;
  #isRetired = false;

  /** `limitMs`: how long it may take to answer a request. */
  constructor(launcher: AbsolutePath, limitMs: number) {
    this.#limitMs = limitMs;
    const child = startServer(launcher);
    this.#child = child;
    this.#isUsable = child.pid !== undefined;
    this.gone = new Promise((resolve) => {
      if (child.pid === undefined) child.once('error', () => resolve());
      child.once('exit', () => resolve());
    });
    child.on('error', () => undefined);
    child.on('message', (message, handle) => this.#hear(message, handle));
    child.once('disconnect', () => this.#fail());
    void this.gone.then(() => this.#fail());
    // The host may end although the server waits: that is what it waits for.
    child.unref();
    child.channel?.unref();
  }

  get isUsable(): boolean {
    return this.#isUsable && !this.#isRetired;
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** `words` makes the request for a number of its own. */
  async ask(words: (run: number) => string): Promise<SeatAnswer> {
    if (!this.isUsable) return err('server-gone');
    this.#runs += 1;
    const run = this.#runs;
    return await new Promise((settle) => {
      const giveUp = setTimeout(() => {
        // After a blocked event loop the timer fires before the answer is read: one pass is the server's.
        setImmediate(() => setImmediate(() => this.#giveUp(run)));
      }, this.#limitMs);
      this.#pending.set(run, { parts: new Map(), giveUp, settle });
      this.#child.channel?.ref();
      this.#child.send(words(run), (error) => {
        if (error !== null) this.#fail();
      });
    });
  }

  /** Takes no more requests, and ends once those it has are answered. */
  retire(): void {
    this.#isRetired = true;
    if (this.#pending.size === 0) this.#hangUp();
  }

  /** For one that does not end by itself. */
  kill(): void {
    this.#child.kill('SIGKILL');
  }

  #giveUp(run: number): void {
    if (!this.#pending.has(run)) return;
    this.kill();
    this.#fail();
  }

  #hear(message: unknown, handle: unknown): void {
    const word = readServerWord(message, handle);
    if (word === undefined) {
      this.kill();
      this.#fail();
      return;
    }
    if (word.kind === 'hello') {
      // Another server of the same program would say the same.
      if (word.version !== serverVersion) this.#fail(otherVersion(word.version, serverVersion));
      return;
    }
    const pending = this.#pending.get(word.run);
    if (word.kind === 'refused') {
      this.#settle(word.run, err(noLauncher({ code: word.errno })));
      return;
    }
    const { socket } = word;
    // What is broken shows where it is read or written.
    socket.on('error', () => socket.destroy());
    if (pending === undefined) {
      socket.destroy();
      return;
    }
    if (pending.parts.has(word.part)) {
      socket.destroy();
      this.kill();
      this.#fail();
      return;
    }
    pending.parts.set(word.part, socket);
    if (word.part === 'channel') this.#settle(word.run, ok(seatOf(word.pid, socket, pending.parts)));
  }

  #settle(run: number, answer: SeatAnswer): void {
    const pending = this.#pending.get(run);
    if (pending === undefined) return;
    this.#pending.delete(run);
    clearTimeout(pending.giveUp);
    if (!answer.ok) for (const socket of pending.parts.values()) socket.destroy();
    if (this.#pending.size === 0) {
      this.#child.channel?.unref();
      if (this.#isRetired) this.#hangUp();
    }
    pending.settle(answer);
  }

  /** Nothing it says counts any more. */
  #fail(because: SpawnFailure | 'server-gone' = 'server-gone'): void {
    this.#isUsable = false;
    if (because !== 'server-gone') this.kill();
    for (const run of [...this.#pending.keys()]) this.#settle(run, err(because));
  }

  #hangUp(): void {
    this.#isUsable = false;
    if (this.#child.connected) this.#child.disconnect();
  }
}

/** Its channel is the only thing it is given: nothing of a command, and none of the host's environment. */
function startServer(launcher: AbsolutePath): ChildProcess {
  return spawn(launcher, ['serve', 'fd:3'], {
    cwd: '/',
    env: exactEnvironment(new Map()),
    detached: true,
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    serialization: 'json',
  });
}

function seatOf(pid: number, channel: Socket, parts: ReadonlyMap<SeatPart, Socket>): LauncherSeat {
  return {
    pid,
    channel,
    stdin: parts.get('stdin'),
    stdout: parts.get('stdout'),
    stderr: parts.get('stderr'),
    // Nobody but the launcher holds the other end, and it keeps it until it ends.
    gone: new Promise((resolve) => channel.once('close', () => resolve(undefined))),
  };
}
