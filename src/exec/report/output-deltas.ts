// Output of running commands as events of its own, for a client that shows it while it comes. Bounded: whoever reads
// slowly must not fill the memory with what the item at the end holds anyway.
import type { ExecEvent } from '../../domain/index.ts';
import type { ThreadEvent } from './thread-event.ts';

/** Bytes of one command that are told while it runs. */
const mostTold = 1024 * 1024;

export class OutputDeltas {
  readonly #emit: (event: ThreadEvent) => void;
  readonly #decoders = new Map<string, InstanceType<typeof TextDecoder>>();
  readonly #told = new Map<string, number>();

  constructor(emit: (event: ThreadEvent) => void) {
    this.#emit = emit;
  }

  show(event: ExecEvent): void {
    if (event.type !== 'output.chunk') return;
    const { callId, stream, bytes } = event;
    const before = this.#told.get(callId) ?? 0;
    if (before >= mostTold) return;
    const piece = bytes.subarray(0, mostTold - before);
    this.#told.set(callId, before + piece.byteLength);
    const key = `${callId} ${stream}`;
    const decoder = this.#decoders.get(key) ?? new TextDecoder();
    this.#decoders.set(key, decoder);
    const delta = decoder.decode(piece, { stream: true });
    const isLast = before + bytes.byteLength > mostTold;
    if (delta === '' && !isLast) return;
    this.#emit({
      type: 'item.output_delta',
      item_id: callId,
      stream,
      delta,
      ...(isLast ? { truncated: true } : {}),
    });
  }

  /** Its item has everything. */
  finish(itemId: string): void {
    this.#told.delete(itemId);
    for (const key of this.#decoders.keys()) if (key.startsWith(`${itemId} `)) this.#decoders.delete(key);
  }
}
