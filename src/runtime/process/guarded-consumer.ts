// The caller's callbacks, kept from doing harm: what they throw is thrown to the caller, not into a pipe's event,
// where it would end the whole host.
import type { RunnerIo } from '../../domain/index.ts';
import type { Deliver } from './output-pump.ts';
import type { Running } from './started-process.ts';

export interface GuardedConsumer {
  /** Must come first: output of a program that was never announced is captured, but not delivered. */
  onStarted(running: Running): void;
  readonly onOutput: Deliver;
  /** Settles when a callback threw: nobody listens any more, so the program ends like a cancelled one. */
  readonly broken: Promise<'cancelled'>;
  /** Throws what a callback threw, if one did. */
  rethrow(): void;
}

export function guardedConsumer(io: RunnerIo): GuardedConsumer {
  const thrown: { readonly error: unknown }[] = [];
  let started = false;
  let give: (reason: 'cancelled') => void = () => undefined;
  const broken = new Promise<'cancelled'>((resolve) => {
    give = resolve;
  });
  const fail = (error: unknown): void => {
    thrown.push({ error });
    give('cancelled');
  };
  return {
    broken,
    onStarted({ enforcement, pid }) {
      started = true;
      try {
        io.onStarted(enforcement, pid);
      } catch (error) {
        fail(error);
      }
    },
    onOutput(stream, bytes) {
      if (!started || thrown.length > 0) return undefined;
      try {
        return io.onOutput(stream, bytes)?.catch(fail);
      } catch (error) {
        fail(error);
        return undefined;
      }
    },
    rethrow() {
      for (const { error } of thrown) throw error;
    },
  };
}
