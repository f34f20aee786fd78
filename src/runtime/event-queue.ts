// The events one consumer has not taken yet, and what happens when it lags: the oldest are dropped and counted, or the
// commands wait. Never a memory without an end.
import type { AttemptOutcome, ExecEvent } from '../domain/index.ts';
import type { EventsOptions, EventStream } from './event-stream.ts';

const megabyte = 1024 * 1024;
const defaultBytes = { drop: 8 * megabyte, wait: megabyte } as const;

export interface QueueOwner {
  /** Whether this consumer wants the event. */
  wants(event: ExecEvent): boolean;
  /** The queue takes no more. */
  forget(queue: EventQueue): void;
}

export class EventQueue implements EventStream {
  readonly #events: ExecEvent[] = [];
  readonly #takers: ((result: IteratorResult<ExecEvent>) => void)[] = [];
  readonly #waiting: (() => void)[] = [];
  readonly #owner: QueueOwner;
  readonly #whenFull: 'drop' | 'wait';
  readonly #maxBytes: number;
  #queuedBytes = 0;
  #dropped = { events: 0, outputBytes: 0 };
  #ended = false;

  constructor(owner: QueueOwner, { whenFull = 'drop', maxBytes }: EventsOptions = {}) {
    this.#owner = owner;
    this.#whenFull = whenFull;
    this.#maxBytes = maxBytes ?? defaultBytes[whenFull];
  }

  get dropped(): EventStream['dropped'] {
    return { ...this.#dropped };
  }

  /** A promise when commands have to wait: it settles when half of the queue was taken. */
  push(event: ExecEvent): Promise<void> | undefined {
    if (this.#ended || !this.#owner.wants(event)) return undefined;
    const taker = this.#takers.shift();
    if (taker !== undefined) {
      taker({ done: false, value: event });
      return undefined;
    }
    this.#events.push(event);
    this.#queuedBytes += this.#sizeOf(event);
    if (this.#queuedBytes <= this.#maxBytes) return undefined;
    if (this.#whenFull === 'drop') {
      this.#makeRoom();
      return undefined;
    }
    if (event.type !== 'output.chunk') return undefined;
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  next(): Promise<IteratorResult<ExecEvent>> {
    const event = this.#events.shift();
    if (event !== undefined) {
      this.#queuedBytes -= this.#sizeOf(event);
      if (this.#queuedBytes <= this.#maxBytes / 2) this.#release();
      return Promise.resolve({ done: false, value: event });
    }
    if (this.#ended) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve) => this.#takers.push(resolve));
  }

  /** The consumer has seen enough. */
  return(): Promise<IteratorResult<ExecEvent>> {
    this.#events.length = 0;
    this.#queuedBytes = 0;
    this.end();
    return Promise.resolve({ done: true, value: undefined });
  }

  end(): void {
    this.#ended = true;
    this.#owner.forget(this);
    this.#release();
    for (const taker of this.#takers.splice(0)) taker({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  /** Down to half, so that a flood does not search the queue for each of its chunks. The newest event always stays. */
  #makeRoom(): void {
    const goal = this.#maxBytes / 2;
    const dropOldest = (isDispensable: (event: ExecEvent) => boolean): void => {
      const kept = this.#events.filter((event, index) => {
        const stays = this.#queuedBytes <= goal || index === this.#events.length - 1 || !isDispensable(event);
        if (!stays) this.#drop(event);
        return stays;
      });
      this.#events.splice(0, this.#events.length, ...kept);
    };
    dropOldest(({ type }) => type === 'output.chunk');
    if (this.#queuedBytes > this.#maxBytes) dropOldest(() => true);
  }

  #drop(event: ExecEvent): void {
    this.#queuedBytes -= this.#sizeOf(event);
    this.#dropped = {
      events: this.#dropped.events + 1,
      outputBytes: this.#dropped.outputBytes + (event.type === 'output.chunk' ? event.bytes.length : 0),
    };
  }

  #release(): void {
    for (const resume of this.#waiting.splice(0)) resume();
  }

  /** Only output counts where commands wait for it: nothing else could be held back. */
  #sizeOf(event: ExecEvent): number {
    if (event.type === 'output.chunk') return event.bytes.length + (this.#whenFull === 'drop' ? overhead : 0);
    return this.#whenFull === 'drop' ? overhead + heldBytes(event) : 0;
  }
}

/** About what an event takes beside its bytes. */
const overhead = 512;

/** Results keep what was captured alive. */
function heldBytes(event: ExecEvent): number {
  if (event.type === 'attempt.finished') return outputBytes(event.record.outcome);
  if (event.type !== 'exec.finished' || event.result.kind === 'not-run') return 0;
  return event.result.attempts.reduce((sum, { outcome }) => sum + outputBytes(outcome), 0);
}

function outputBytes(outcome: AttemptOutcome): number {
  if (outcome.kind === 'spawn-failed') return 0;
  const { output } = outcome;
  const streams = [output.stdout, output.stderr, output.aggregated];
  return streams.reduce((sum, { head, tail }) => sum + head.length + tail.length, 0);
}
