// What a program reads on descriptor 0: nothing, bytes from a file without a name, or what a session types.
import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { StdinMode } from '../../domain/index.ts';
import { errnoOf } from './explain-spawn-error.ts';

export interface OpenedStdin {
  /** As an entry of `stdio`. */
  readonly stdio: 'ignore' | 'pipe' | number;
  close(): Promise<void>;
}

/**
 * Why not a pipe for bytes: Node's pipes are sockets, and bash reads ~/.bashrc when its stdin is a socket, which would run a
 * file nobody looked at. A file has no reader to wait for, no EPIPE, and can be opened again as /dev/stdin.
 *
 * The bytes were approved, so nobody may exchange them. On Linux they go to a file that never has a name (O_TMPFILE), in
 * `directory` or, where that cannot hold them, beside it; elsewhere to a file in `directory`, which no command may write.
 * Throws the file system's error when the bytes cannot be written.
 */
export async function openStdin(
  mode: StdinMode,
  place: { readonly directory: string; readonly platform: NodeJS.Platform },
): Promise<OpenedStdin> {
  switch (mode.kind) {
    case 'null':
      return { stdio: 'ignore', close: () => Promise.resolve() };
    case 'bytes':
      return await fileOf(mode.bytes, place);
    case 'open':
      // Only where there is no launcher, which would put a real pipe between Node's socket and the program.
      return { stdio: 'pipe', close: () => Promise.resolve() };
  }
}

/** __O_TMPFILE together with O_DIRECTORY; the first is the same wherever Node runs on Linux. */
const withoutName = 0o20000000 | constants.O_DIRECTORY;

async function fileOf(
  bytes: Uint8Array,
  { directory, platform }: Parameters<typeof openStdin>[1],
): Promise<OpenedStdin> {
  const reader =
    platform === 'linux'
      ? await namelessFile(bytes, [directory, '/dev/shm', '/var/tmp'])
      : await unlinkedFile(bytes, directory);
  return { stdio: reader.fd, close: () => reader.close() };
}

/** A directory that cannot hold them says nothing about the next: it may be full, or on a file system that has no such files. */
async function namelessFile(bytes: Uint8Array, directories: readonly string[]): Promise<FileHandle> {
  let failure: unknown;
  for (const directory of directories) {
    try {
      return await namelessFileIn(directory, bytes);
    } catch (error) {
      if (errnoOf(error) === undefined) throw error;
      failure ??= error;
    }
  }
  throw failure;
}

async function namelessFileIn(directory: string, bytes: Uint8Array): Promise<FileHandle> {
  const { O_EXCL, O_RDONLY, O_RDWR } = constants;
  const writer = await open(directory, withoutName | O_RDWR | O_EXCL, 0o400);
  try {
    await writer.writeFile(bytes);
    // A descriptor of its own, so that the program can neither write through it nor share its position.
    return await open(`/proc/self/fd/${String(writer.fd)}`, O_RDONLY);
  } finally {
    await writer.close();
  }
}

async function unlinkedFile(bytes: Uint8Array, directory: string): Promise<FileHandle> {
  const path = join(directory, `cordon-stdin-${randomUUID()}`);
  const { O_CREAT, O_EXCL, O_NOFOLLOW, O_RDONLY, O_WRONLY } = constants;
  const writer = await open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o400);
  try {
    // Opened for reading before the bytes are there, so that the name is gone again as early as possible.
    const reader = await open(path, O_RDONLY | O_NOFOLLOW).finally(() => unlink(path));
    try {
      await writer.writeFile(bytes);
    } catch (error) {
      await reader.close();
      throw error;
    }
    return reader;
  } finally {
    await writer.close();
  }
}
