// Hands every event to everybody who listens, in order. Listeners are called at once; iterators have a queue each
// (event-queue.ts says what happens when its consumer lags).
import type { CallId, ExecEvent } from '../domain/index.ts';
import { EventQueue } from './event-queue.ts';
import type { EventsOptions, EventStream } from './event-stream.ts';

export interface EventHub {
  /** The promise, when there is one, settles once every iterator that makes commands wait has room again. */
  emit(event: ExecEvent): void | Promise<void>;
  on(listener: (event: ExecEvent) => void): () => void;
  /** Every event from this call on, even before the first `next()`. */
  iterate(options?: EventsOptions): EventStream;
  /** The events of one call; ends after its `exec.finished`, or at `end()` for a call that never began. */
  iterateCall(callId: CallId): EventStream & { end(): void };
  /** Iterators end after what they still hold. */
  close(): void;
}

export function createEventHub(): EventHub {
  const listeners = new Set<(event: ExecEvent) => void>();
  const queues = new Set<EventQueue>();
  const forget = (queue: EventQueue): void => void queues.delete(queue);

  function open(wants: (event: ExecEvent) => boolean, options: EventsOptions | undefined): EventQueue {
    const queue = new EventQueue({ wants, forget }, options);
    queues.add(queue);
    return queue;
  }

  function emit(event: ExecEvent): void | Promise<void> {
    for (const listener of [...listeners]) callSafely(listener, event);
    const full = [...queues].flatMap((queue) => queue.push(event) ?? []);
    return full.length === 0 ? undefined : Promise.all(full).then(() => undefined);
  }

  function on(listener: (event: ExecEvent) => void): () => void {
    // Wrapped, so that the same function subscribed twice is two subscriptions.
    const own = (event: ExecEvent): void => listener(event);
    listeners.add(own);
    return () => void listeners.delete(own);
  }

  return {
    emit,
    on,
    iterate: (options) => open(() => true, options),
    iterateCall: (callId) => {
      const queue = open((event) => event.callId === callId, undefined);
      const stop = on((event) => {
        if (event.callId !== callId || event.type !== 'exec.finished') return;
        stop();
        // Listeners are called before the queues: this event still has to reach it.
        queueMicrotask(() => queue.end());
      });
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
