// What the launcher numbers and people name.
import { constants } from 'node:os';

const names: ReadonlyMap<number, string> = new Map(
  Object.entries(constants.signals).map(([name, number]) => [number, name]),
);

/** Real-time signals have no names in Node. */
export function signalName(signal: number): string {
  return names.get(signal) ?? `SIG${String(signal)}`;
}
