// The numbers on the outside. docs/exec-mode.md explains them to people.
import { constants } from 'node:os';

export const exitStatus = {
  done: 0,
  failed: 1,
  usage: 2,
  denied: 3,
  internal: 70,
  deadline: 124,
  sandboxUnavailable: 125,
  refused: 126,
  notFound: 127,
} as const;

/** 128 + N, as shells report a death by signal; 128 for a name this system does not know. */
export function statusOfSignal(signal: string): number {
  const numbers: Readonly<Record<string, number>> = constants.signals;
  return 128 + (numbers[signal] ?? 0);
}
