// Our terminal as a mere window: what is typed comes as it is, and what is written is not changed on its way.
// eslint-disable-next-line no-restricted-imports -- Node cannot switch off what a terminal does to output
import { spawnSync } from 'node:child_process';
import type { ReadStream } from 'node:tty';

export interface RawTerminal {
  enter(): void;
  /** As it was before. Safe to call twice. Node does the same when this process ends, however it does. */
  leave(): void;
}

/** `stdin` is standard input. */
export function rawTerminal(stdin: ReadStream): RawTerminal {
  const state = { wasRaw: false, isIn: false };
  return {
    enter: () => {
      if (state.isIn || stdin.destroyed) return;
      state.isIn = true;
      state.wasRaw = stdin.isRaw;
      stdin.setRawMode(true);
      leaveOutputAlone();
    },
    leave: () => {
      if (!state.isIn) return;
      state.isIn = false;
      if (!stdin.destroyed) stdin.setRawMode(state.wasRaw);
    },
  };
}

/**
 * Raw mode keeps the translation of line feeds into the start of a line: the rows of a program that moves straight down
 * would come out crooked. Without the tool they do.
 */
function leaveOutputAlone(): void {
  for (const tool of ['/usr/bin/stty', '/bin/stty']) {
    const { error, status } = spawnSync(tool, ['-opost'], {
      stdio: ['inherit', 'ignore', 'ignore'],
      env: {},
    });
    if (error === undefined && status === 0) return;
  }
}
