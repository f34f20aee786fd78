// What this process was itself given, or an addon opened, without close-on-exec would reach every program it starts:
// the terminal of another session, a socket of a supervisor. Node cannot close them in the child; it can cover them.
import { closeSync, openSync, readdirSync } from 'node:fs';
import type { StdioOptions } from 'node:child_process';
import { readSmallFile } from './read-small-file.ts';

export interface CoveredStdio {
  readonly stdio: StdioOptions;
  /** After the program was started. */
  close(): void;
}

/** `stdio` for the first three, and /dev/null in the place of everything else that would be inherited. */
export function coverDescriptors(
  stdio: readonly ('ignore' | 'pipe' | number)[],
  platform: NodeJS.Platform,
): CoveredStdio {
  // Elsewhere than on Linux, libuv itself closes everything on the way.
  const inherited = platform === 'linux' ? inheritedDescriptors() : [];
  if (inherited.length === 0) return { stdio: [...stdio], close: () => undefined };
  const cover = openSync('/dev/null', 'r');
  const covered = Array.from({ length: Math.max(...inherited) + 1 }, (_, fd) => {
    if (fd < stdio.length) return stdio[fd];
    return inherited.includes(fd) ? cover : 'ignore';
  });
  return {
    stdio: covered,
    close: () => {
      closeSync(cover);
    },
  };
}

const closeOnExec = 0o2000000;

function inheritedDescriptors(): readonly number[] {
  return readdirSync('/proc/self/fd')
    .map(Number)
    .filter((fd) => fd > 2 && !isClosedOnExec(fd));
}

function isClosedOnExec(fd: number): boolean {
  try {
    const flags = /^flags:\s*([0-7]+)$/mu.exec(readSmallFile(`/proc/self/fdinfo/${fd}`));
    return (Number.parseInt(flags?.[1] ?? '0', 8) & closeOnExec) !== 0;
  } catch {
    return true; // The descriptor that listed the others; it is gone.
  }
}
