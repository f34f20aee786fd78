// The host's end of a control channel: frames out, reports in, and a peer that breaks the protocol is no launcher.
import type { Duplex } from 'node:stream';
import type { StartVerdict } from '../domain/index.ts';
import { encodeRelease, encodeSignal, encodeVerdict, startFrame } from './launcher-frames.ts';
import { FrameReader, type LauncherFrame } from './launcher-reports.ts';

export interface ChannelEvents {
  onFrame(frame: LauncherFrame): void;
  /** Called once. `broken` carries what was wrong with the last frame; `closed` is the ordinary end. */
  onEnd(end: { readonly kind: 'closed' } | { readonly kind: 'broken'; readonly because: string }): void;
}

export class LauncherChannel {
  readonly #socket: Duplex;
  readonly #events: ChannelEvents;
  readonly #reader = new FrameReader();
  #over = false;

  constructor(socket: Duplex, events: ChannelEvents) {
    this.#socket = socket;
    this.#events = events;
    socket.on('data', (chunk: Buffer) => {
      this.#read(chunk);
    });
    // A write to a launcher that is gone: the end of the channel says all there is to say.
    socket.on('error', () => socket.destroy());
    socket.once('close', () => {
      this.#end(this.#reader.isMidFrame ? 'it stopped in the middle of a report' : undefined);
    });
  }

  start(payload: Uint8Array): void {
    this.#write(startFrame(payload));
  }

  /**
   * To every process of the tree, by number, in order. In one write: when the tree ends at the first signal, a second
   * write would fail, and Node would throw away what the launcher said last.
   */
  signal(...signals: readonly number[]): void {
    this.#write(Buffer.concat(signals.map(encodeSignal)));
  }

  verdict(id: number, verdict: StartVerdict): void {
    this.#write(encodeVerdict(id, verdict));
  }

  release(): void {
    this.#write(encodeRelease());
  }

  /** The launcher reads this as the death of the host and ends the tree. */
  close(): void {
    this.#over = true;
    this.#socket.destroy();
  }

  #write(frame: Uint8Array): void {
    if (this.#socket.writable) this.#socket.write(frame);
  }

  #read(chunk: Buffer): void {
    if (this.#over) return;
    try {
      for (const frame of this.#reader.push(chunk)) this.#events.onFrame(frame);
    } catch (error) {
      this.#end(error instanceof Error ? error.message : String(error));
    }
  }

  #end(because: string | undefined): void {
    if (this.#over) return;
    this.close();
    this.#events.onEnd(because === undefined ? { kind: 'closed' } : { kind: 'broken', because });
  }
}
