// A terminal with the launcher at its head: node-pty makes the terminal, the launcher starts on its far side and takes
// the lead. Its control channel is a socket it inherits, so nothing about a session has a name in the file system.
import { once } from 'node:events';
import { closeSync } from 'node:fs';
import type { Socket } from 'node:net';
import { ReadStream } from 'node:tty';
import { type AbsolutePath, err, ok, type Result, type SpawnFailure } from '../../domain/index.ts';
import { type LauncherProcess, spawnLauncher, waitForNews } from '../process/index.ts';
import type { TerminalSize } from './live-program.ts';
import { loadNodePty, type NodePty } from './node-pty.ts';

/** How long an end may take to come by on the terminal and on the channel after the launcher is gone. */
const lastWordsMs = 200;

export class LaunchedTerminal {
  /** The launcher's control channel; it waits for START. */
  readonly channel: Socket;
  /** The launcher has ended, and what it and the terminal said before has been read. */
  readonly gone: Promise<void>;
  readonly #nodePty: NodePty;
  readonly #descriptor: number;
  readonly #master: Socket;
  readonly #launcher: LauncherProcess;
  #isGone = false;

  /** Takes over the descriptor of the master. */
  constructor(nodePty: NodePty, descriptor: number, launcher: LauncherProcess) {
    this.#nodePty = nodePty;
    this.#descriptor = descriptor;
    this.#launcher = launcher;
    const master = new ReadStream(descriptor);
    this.#master = master;
    this.channel = launcher.stdio[3] as Socket;
    const told = new Promise<void>((resolve) => this.channel.once('close', resolve));
    const read = new Promise<void>((resolve) => master.once('close', () => resolve()));
    // EIO is how a terminal says that nobody holds its other side.
    master.on('error', () => master.destroy());
    launcher.on('error', () => undefined);
    const exited = new Promise<void>((resolve) => launcher.once('exit', () => resolve()));
    this.gone = exited.then(async () => {
      this.#isGone = true;
      await waitForNews(lastWordsMs, Promise.all([told, read]));
      master.destroy();
      this.channel.destroy();
    });
  }

  get isGone(): boolean {
    return this.#isGone;
  }

  onData(listener: (bytes: Buffer) => void): void {
    this.#master.on('data', listener);
  }

  write(bytes: Uint8Array): void {
    if (this.#master.writable) this.#master.write(bytes);
  }

  // After the end its descriptor may already be another terminal's.
  resize({ rows, cols }: TerminalSize): void {
    if (!this.#isGone && !this.#master.destroyed) this.#nodePty.resize(this.#descriptor, cols, rows);
  }

  pause(): void {
    this.#master.pause();
  }

  resume(): void {
    if (!this.#master.destroyed) this.#master.resume();
  }

  /** To the launcher alone. */
  kill(signal: NodeJS.Signals): void {
    if (!this.#isGone) this.#launcher.kill(signal);
  }

  /** Nothing runs under it yet, so there is nobody to ask first. */
  discard(): void {
    this.kill('SIGKILL');
    this.channel.destroy();
    this.#master.destroy();
  }

  /** Whether this process stays alive for it. */
  hold(hold: 'alive' | 'not'): void {
    for (const each of [this.#launcher, this.#master, this.channel]) {
      if (hold === 'alive') each.ref();
      else each.unref();
    }
  }
}

export async function launchTerminal(
  launcher: AbsolutePath,
  { rows, cols }: TerminalSize,
  when: 'now' | 'ahead' = 'now',
): Promise<Result<LaunchedTerminal, SpawnFailure>> {
  try {
    const nodePty = await loadNodePty();
    const { master, slave } = nodePty.open(cols, rows);
    try {
      const child = spawnLauncher(launcher, [slave, slave, slave], when);
      if (child.pid === undefined) throw (await once(child, 'error'))[0];
      return ok(new LaunchedTerminal(nodePty, master, child));
    } catch (error) {
      closeSync(master);
      throw error;
    } finally {
      closeSync(slave);
    }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return err({ stage: 'launcher', errno: undefined, message: `Cannot open a terminal: ${message}` });
  }
}
