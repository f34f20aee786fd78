// What a program reads on descriptor 0: nothing, bytes from an unlinked file, or what a session types.
import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { open, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { StdinMode } from '../../domain/index.ts';

export interface OpenedStdin {
  /** As an entry of `stdio`. */
  readonly stdio: 'ignore' | 'pipe' | number;
  close(): Promise<void>;
}

/**
 * Why not a pipe for bytes: Node's pipes are sockets, and bash reads ~/.bashrc when its stdin is a socket, which would run a
 * file nobody looked at. A file has no reader to wait for, no EPIPE, and can be opened again as /dev/stdin.
 * Throws the file system's error when the bytes cannot be written.
 */
export async function openStdin(mode: StdinMode, tempDirectory: string): Promise<OpenedStdin> {
  switch (mode.kind) {
    case 'null':
      return { stdio: 'ignore', close: () => Promise.resolve() };
    case 'bytes':
      return await unlinkedFile(mode.bytes, tempDirectory);
    case 'open':
      // Only for programs started through the launcher, which puts a real pipe between Node's socket and the program.
      return { stdio: 'pipe', close: () => Promise.resolve() };
  }
}

async function unlinkedFile(bytes: Uint8Array, tempDirectory: string): Promise<OpenedStdin> {
  const path = join(tempDirectory, `cordon-stdin-${randomUUID()}`);
  const { O_CREAT, O_EXCL, O_NOFOLLOW, O_RDONLY, O_WRONLY } = constants;
  const writer = await open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o400);
  try {
    // Opened for reading before the bytes are there, so that the name is gone again as early as possible; and with a
    // descriptor of its own, so that the program can neither write through it nor share its position.
    const reader = await open(path, O_RDONLY | O_NOFOLLOW).finally(() => unlink(path));
    try {
      await writer.writeFile(bytes);
    } catch (error) {
      await reader.close();
      throw error;
    }
    return { stdio: reader.fd, close: () => reader.close() };
  } finally {
    await writer.close();
  }
}
