// The disk as one evaluation sees it: what was looked at is remembered, and nothing throws. Programs of one script lie
// in the same few directories, and a file that changes between two looks could only make one answer contradict another.
import { accessSync, constants, lstatSync, readlinkSync, realpathSync, statSync, type Stats } from 'node:fs';
import type { AbsolutePath } from '../../domain/index.ts';

export class SeenDisk {
  readonly #entries = new Map<string, Stats | undefined>();
  readonly #absent = new Set<string>();
  readonly #programs = new Map<string, boolean>();

  /** What lies at the path itself, a link not followed; undefined when nothing does or it cannot be told. */
  entry(path: string): Stats | undefined {
    const known = this.#entries.get(path);
    if (known !== undefined || this.#entries.has(path)) return known;
    const found = quietly(() => {
      const stats = lstatSync(path, { throwIfNoEntry: false });
      if (stats === undefined) this.#absent.add(path);
      return stats;
    });
    this.#entries.set(path, found);
    return found;
  }

  /** Whether nothing lies at the path, not even a link that leads nowhere; false when it cannot be told. */
  isAbsent(path: string): boolean {
    return this.entry(path) === undefined && this.#absent.has(path);
  }

  /** Whether `execvp` would take the path for a program: a file, links followed, that this user may execute. */
  isProgram(path: string): boolean {
    const known = this.#programs.get(path);
    if (known !== undefined) return known;
    const found = quietly(() => {
      // Looked at first: most directories of `PATH` do not have the name, and an exception for each is dear.
      const entry = this.entry(path);
      const stats = entry?.isSymbolicLink() === true ? statSync(path, { throwIfNoEntry: false }) : entry;
      if (stats?.isFile() !== true) return false;
      accessSync(path, constants.X_OK);
      return true;
    });
    this.#programs.set(path, found ?? false);
    return found ?? false;
  }

  /** Where a link points to, as written in it. */
  target(path: string): string | undefined {
    return quietly(() => readlinkSync(path));
  }

  /** Where the kernel arrives: `..` goes up from where a link led. Undefined when nothing is there. */
  arrival(path: string): AbsolutePath | undefined {
    return quietly(() => realpathSync.native(path) as AbsolutePath);
  }

  /** The path with every link followed; undefined when it does not exist. */
  realPath(path: AbsolutePath): AbsolutePath | undefined {
    return quietly(() => realpathSync(path) as AbsolutePath);
  }
}

function quietly<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}
