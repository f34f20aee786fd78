// Loads what is otherwise loaded when it is first wanted: where this program lies in a directory that commands can write, the
// code of this process shall be complete before the first of them runs, and not only be held.
import { loadNodePty } from './unified-exec/node-pty.ts';

/** What is not installed for this platform fails when it is wanted, with its own words. */
export async function loadAhead(): Promise<void> {
  await Promise.allSettled([loadNodePty(), import('@xterm/headless'), import('smol-toml')]);
}
