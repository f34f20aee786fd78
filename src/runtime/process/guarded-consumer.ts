// The caller's callbacks, kept from doing harm: what they throw is thrown to the caller, not into a pipe's event,
// where it would end the whole host.
import type { RunnerIo } from '../../domain/index.ts';
import type { Deliver } from './output-pump.ts';
import type { Running } from './started-process.ts';

export interface GuardedConsumer {
  /** Output waits for this: it is never delivered before the program was announced, nor when it never is. */
  onStarted(running: Running): void;
  readonly onOutput: Deliver;
  /** Settles when a callback threw: nobody listens any more, so the program ends like a cancelled one. */
  readonly broken: Promise<'cancelled'>;
  /** Throws what a callback threw, if one did. */
  rethrow(): void;
}

export function guardedConsumer(io: RunnerIo): GuardedConsumer {
  const thrown: { readonly error: unknown }[] = [];
  const broken = gate<'cancelled'>();
  const announced = gate();
  let isAnnounced = false;
  const fail = (error: unknown): void => {
    thrown.push({ error });
    broken.open('cancelled');
  };
  const deliver: Deliver = (stream, bytes) => {
    if (thrown.length > 0) return undefined;
    try {
      return io.onOutput(stream, bytes)?.catch(fail);
    } catch (error) {
      fail(error);
      return undefined;
    }
  };
  return {
    broken: broken.opened,
    onStarted({ enforcement, pid }) {
      try {
        io.onStarted(enforcement, pid);
      } catch (error) {
        fail(error);
      }
      isAnnounced = true;
      announced.open();
    },
    // In the order of arrival also for what waited: the waiting ones were chained to the gate before it opened.
    onOutput: (stream, bytes) =>
      isAnnounced ? deliver(stream, bytes) : announced.opened.then(() => deliver(stream, bytes)),
    rethrow() {
      for (const { error } of thrown) throw error;
    },
  };
}

interface Gate<T> {
  readonly opened: Promise<T>;
  open(value: T): void;
}

function gate<T = void>(): Gate<T> {
  let open: (value: T) => void = () => undefined;
  const opened = new Promise<T>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}
