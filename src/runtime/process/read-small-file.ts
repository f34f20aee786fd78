// Reads one of the small files in /proc.
import { closeSync, openSync, readSync } from 'node:fs';

/**
 * The first 1024 bytes, one character each. A third of the time of readFileSync, which asks for a size that files in
 * /proc do not have; and there are many of them to read.
 */
export function readSmallFile(path: string): string {
  const fd = openSync(path, 'r');
  try {
    const bytes = Buffer.allocUnsafe(1024);
    return bytes.toString('latin1', 0, readSync(fd, bytes, 0, bytes.length, 0));
  } finally {
    closeSync(fd);
  }
}
