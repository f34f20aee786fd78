// Counts line breaks while output streams by: the kept bytes alone could not say how long it was.
import type { ShellRuntime } from '../../runtime/index.ts';
import { breaksIn } from './cut-middle.ts';

export interface LineBreakCount {
  /** Call once when the command has ended: stops counting. undefined when it wrote nothing. */
  take(): number | undefined;
}

export function countLineBreaks(runtime: Pick<ShellRuntime, 'onEvent'>, callId: string): LineBreakCount {
  let count: number | undefined;
  const unsubscribe = runtime.onEvent((event) => {
    if (event.callId !== callId) return;
    // A second attempt writes its own output; only the last one's is shown.
    if (event.type === 'attempt.started') count = undefined;
    if (event.type === 'output.chunk') count = (count ?? 0) + breaksIn(event.bytes);
  });
  return {
    take() {
      unsubscribe();
      return count;
    },
  };
}
