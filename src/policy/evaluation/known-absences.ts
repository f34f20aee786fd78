// Names that a directory was seen not to have. Most directories of `PATH` do not have the program, and looking each time
// is most of what a decision costs. A directory that gets a name gets a new time of change, which no program can set;
// so an absence holds for as long as the same directory, looked at anew, shows the same times.
import type { Stats } from 'node:fs';

export class KnownAbsences {
  readonly #now: () => number;
  readonly #directories = new Map<string, Known>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** `stats` are those of the directory as it is now. */
  has(directory: string, stats: Stats, name: string): boolean {
    const known = this.#directories.get(directory);
    return known !== undefined && isUnchanged(known.stats, stats) && known.names.has(name);
  }

  /** `stats` were read before the name was looked for, so that what came in between changes them. */
  note(directory: string, stats: Stats, name: string): void {
    // Within one tick of its clock a file system shows one time for two changes.
    if (this.#now() - Math.max(stats.ctimeMs, stats.mtimeMs) < settledMs) return;
    const known = this.#directories.get(directory);
    if (known !== undefined && isUnchanged(known.stats, stats)) {
      // Names come from a model, and may be new ones for ever.
      if (known.names.size >= nameLimit) known.names.clear();
      known.names.add(name);
      return;
    }
    if (this.#directories.size >= directoryLimit) this.#directories.clear();
    this.#directories.set(directory, { stats, names: new Set([name]) });
  }
}

interface Known {
  readonly stats: Stats;
  readonly names: Set<string>;
}

/** Coarse file systems count in seconds, some in two. */
const settledMs = 5_000;
const nameLimit = 1_000;
const directoryLimit = 100;

function isUnchanged(before: Stats, now: Stats): boolean {
  return (
    before.dev === now.dev &&
    before.ino === now.ino &&
    before.ctimeMs === now.ctimeMs &&
    before.mtimeMs === now.mtimeMs
  );
}
