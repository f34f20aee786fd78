// Hands every event to everybody who listens, in order. Listeners are called at once; iterators have a queue, and a
// consumer that lags slows the commands down instead of losing events or filling the memory.
import type { ExecEvent } from '../domain/index.ts';

/** Output an iterator may hold before its commands wait for it. */
const maxQueuedBytes = 1024 * 1024;

export interface EventHub {
  /** The promise, when there is one, settles once every iterator has room again. */
  emit(event: ExecEvent): void | Promise<void>;
  on(listener: (event: ExecEvent) => void): () => void;
  /** Every event from this call on, even before the first `next()`. */
  iterate(): AsyncIterableIterator<ExecEvent>;
  /** Iterators end after what they still hold. */
  close(): void;
}

export function createEventHub(): EventHub {
  const listeners = new Set<(event: ExecEvent) => void>();
  const queues = new Set<EventQueue>();

  return {
    emit: (event) => {
      for (const listener of [...listeners]) callSafely(listener, event);
      const full = [...queues].flatMap((queue) => queue.push(event) ?? []);
      return full.length === 0 ? undefined : Promise.all(full).then(() => undefined);
    },
    on: (listener) => {
      // Wrapped, so that the same function subscribed twice is two subscriptions.
      const own = (event: ExecEvent): void => listener(event);
      listeners.add(own);
      return () => void listeners.delete(own);
    },
    iterate: () => {
      const queue = new EventQueue(() => queues.delete(queue));
      queues.add(queue);
      return queue;
    },
    close: () => {
      for (const queue of queues) queue.end();
      listeners.clear();
    },
  };
}

/** An observer's mistake must not change what a command may do: it surfaces as an uncaught error of its own. */
function callSafely(listener: (event: ExecEvent) => void, event: ExecEvent): void {
  try {
    listener(event);
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}

class EventQueue implements AsyncIterableIterator<ExecEvent> {
  readonly #events: ExecEvent[] = [];
  readonly #takers: ((result: IteratorResult<ExecEvent>) => void)[] = [];
  readonly #waiting: (() => void)[] = [];
  readonly #forget: () => void;
  #queuedBytes = 0;
  #ended = false;

  constructor(forget: () => void) {
    this.#forget = forget;
  }

  /** A promise when the queue is full: it settles when half of it was taken. */
  push(event: ExecEvent): Promise<void> | undefined {
    if (this.#ended) return undefined;
    const taker = this.#takers.shift();
    if (taker !== undefined) {
      taker({ done: false, value: event });
      return undefined;
    }
    this.#events.push(event);
    this.#queuedBytes += sizeOf(event);
    if (this.#queuedBytes <= maxQueuedBytes || event.type !== 'output.chunk') return undefined;
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  next(): Promise<IteratorResult<ExecEvent>> {
    const event = this.#events.shift();
    if (event !== undefined) {
      this.#queuedBytes -= sizeOf(event);
      if (this.#queuedBytes <= maxQueuedBytes / 2) this.#release();
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
    this.#forget();
    this.#release();
    for (const taker of this.#takers.splice(0)) taker({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #release(): void {
    for (const resume of this.#waiting.splice(0)) resume();
  }
}

function sizeOf(event: ExecEvent): number {
  return event.type === 'output.chunk' ? event.bytes.length : 0;
}
