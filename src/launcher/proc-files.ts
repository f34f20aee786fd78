// Files of /proc that are read before every command, opened once: to open one takes longer than to read it, and the
// event loop waits for both.
import { closeSync, fstatSync, openSync, readlinkSync, readSync } from 'node:fs';
import type { ProcReader } from './heritage.ts';

interface HeldFile {
  readonly fd: number;
  readonly inode: number;
  readonly device: number;
}

export class ProcFiles implements ProcReader {
  readonly #held = new Map<string, HeldFile>();
  #room = Buffer.allocUnsafeSlow(16 * 1024);
  #isClosed = false;

  /** What the kernel says now; bytes as characters, since nobody shows it. Throws as `readFileSync` does. */
  text(path: string): string {
    const held = this.#heldFile(path);
    try {
      return this.#readAll(held.fd);
    } finally {
      if (this.#isClosed) this.close();
    }
  }

  link(path: string): string {
    return readlinkSync(path);
  }

  /** From here on nothing stays open. */
  close(): void {
    this.#isClosed = true;
    for (const held of this.#held.values()) if (isStill(held)) closeSync(held.fd);
    this.#held.clear();
  }

  #heldFile(path: string): HeldFile {
    const held = this.#held.get(path);
    if (held !== undefined && isStill(held)) return held;
    const fd = openSync(path, 'r');
    const { ino: inode, dev: device } = fstatSync(fd);
    const opened = { fd, inode, device };
    this.#held.set(path, opened);
    return opened;
  }

  /** The kernel writes such a file anew for whoever reads from its beginning; less than was asked for is all of it. */
  #readAll(fd: number): string {
    for (;;) {
      const count = readSync(fd, this.#room, 0, this.#room.length, 0);
      if (count < this.#room.length) return this.#room.toString('latin1', 0, count);
      this.#room = Buffer.allocUnsafeSlow(2 * this.#room.length);
    }
  }
}

/** A host that closes every descriptor it did not open would leave us with somebody else's under the same number. */
function isStill({ fd, inode, device }: HeldFile): boolean {
  try {
    const now = fstatSync(fd);
    return now.ino === inode && now.dev === device;
  } catch {
    return false;
  }
}
